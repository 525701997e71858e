"""What companies tell the apps above. All are sent inside the transaction of the change.

``company_approved``: sent with ``company`` and ``schema`` while the new company's schema is active, its tables made and
empty. Receivers store its defaults; they may be called again for a company that has them already.

``company_suspended``: sent with ``company`` and ``schema`` while its schema is active. What it runs has to stop.

``company_changed``: sent with ``company``, ``action`` (dotted verb, as ``company.approved``), ``acting_user`` (None:
the platform itself) and ``detail`` (dict), in the public schema. Accounts writes the audit trail from it.
"""

from django.dispatch import Signal

company_approved = Signal()
company_suspended = Signal()
company_changed = Signal()
