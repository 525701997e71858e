"""What calls tell the apps above. Receivers run inside the transaction that writes the calls.

``calls_ending``: sent with ``schema`` (str) and ``calls`` (list of Call, about to be saved with their outcome and
instants set). Billing sets their price fields.

``calls_ended``: sent with ``schema`` and ``calls`` after they are saved. Campaigns decides what becomes
of the contacts.

``calls_returned``: sent with ``schema`` and ``calls`` that were never dialed, after they are saved as such: their
contacts go back.

``call_disposed``: sent with ``schema``, ``call`` and ``disposition`` after an operator or supervisor has said what the
conversation came to, during the call or after it. Campaigns decides what becomes of the contact.
"""

from django.dispatch import Signal

calls_ending = Signal()
calls_ended = Signal()
calls_returned = Signal()
call_disposed = Signal()
