"""What people tell the apps above.

``person_created``: sent with ``schema`` and ``user`` (accounts.models.User) inside the transaction that makes a person
of a company, its schema active. Agents makes operators' extensions from it.

``person_role_changed``: sent with ``schema``, ``user`` and ``before`` (the former role), likewise.

``person_deactivated``: sent with ``schema`` and ``user``, likewise: what he still does has to end.
"""

from django.dispatch import Signal

person_created = Signal()
person_role_changed = Signal()
person_deactivated = Signal()
