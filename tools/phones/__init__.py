"""Telephones in Python, for tests and for the demo's robots: SIP over UDP, sound by RTP, one event loop.

Each end of a call sends a tone of its own and tells which tones it hears, so that a test can say who hears whom.
"""

from tools.phones.agent import Behaviour, UserAgent
from tools.phones.call import PhoneCall
from tools.phones.sound import Tone

__all__ = ["Behaviour", "PhoneCall", "Tone", "UserAgent"]
