"""What contacts tell the apps above. Receivers run inside the transaction of the change.

``contact_changed``: sent with ``schema``, ``contact`` (as it is now), ``changes`` (field → [before, after]; a column of
the list is ``extra.<header>``, the state of a number ``phone.<number>``) and ``acting_user`` after one contact was
corrected by hand or over the API. Imports send none: they tell of the whole file once.

``import_finished``: sent with ``schema`` and ``import_`` after an import has ended: done, failed, or canceled.
"""

from django.dispatch import Signal

contact_changed = Signal()
import_finished = Signal()
