"""What calls tell the apps above. Receivers run inside the transaction that writes the calls.

``calls_ending``: sent with ``schema`` (str) and ``calls`` (list of Call, about to be saved with their outcome and
instants set). Billing sets their price fields.

``calls_ended``: sent with ``schema``, ``calls`` after they are saved, legs outside left out (calls.legs), and ``newly``
(set of their ids): those that were not over before; of the others only facts of the end were corrected. Campaigns
decides what becomes of the contacts.

``calls_returned``: sent with ``schema`` and ``calls`` that were never dialed, after they are saved as such, without
legs: their contacts go back.

``call_disposed``: sent with ``schema``, ``call``, ``disposition``, ``promise`` (calls.tabulation.PromisedCall or None)
and ``acting_user`` after an operator or supervisor has said what the conversation came to, during the call or after it.
Campaigns decides what becomes of the contact, and keeps the promise.

``call_amd_corrected``: sent with ``schema`` and ``call`` after somebody has said that the answer was a person's or a
machine's, whatever detection had taken it for.

``call_arrived``: sent with ``schema`` and ``event`` (telephony.bus.events.CallArrived) for a call that came in and has
no row yet. Campaigns finds its contact and writes the row; a campaign that is gone leaves it without one.

``operator_released``: sent with ``schema``, ``call`` and ``event`` (telephony.bus.events.OperatorReleased): the call
goes on without that operator. Campaigns knows how long he wraps up.
"""

from django.dispatch import Signal

calls_ending = Signal()
calls_ended = Signal()
calls_returned = Signal()
call_disposed = Signal()
call_amd_corrected = Signal()
call_arrived = Signal()
operator_released = Signal()
