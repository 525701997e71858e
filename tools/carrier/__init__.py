"""A carrier for a real switch: SIPp (Debian's sip-tester) behind a trunk, playing the people who are called."""

from tools.carrier.sipp import Sipp

__all__ = ["Sipp"]
