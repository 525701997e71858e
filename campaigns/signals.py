"""What campaigns tell the apps above. Receivers run inside the transaction of the change.

``campaign_state_changed``: sent with ``schema``, ``campaign`` (as it is now), ``former`` (the state that it was in) and
``acting_user`` (None: the platform itself).
"""

from django.dispatch import Signal

campaign_state_changed = Signal()
