"""Holding back who guesses passwords: failed log-ins are counted in Redis by e-mail and address.

An attempt is counted before its password is looked at, so that many at once don't slip through, and a success takes
its own count back. Only the counted pair waits: nobody can lock a colleague out from elsewhere.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from accounts.exceptions import TooManyAttemptsError
from accounts.models import clean_email
from live.redis import client

WINDOW_S = 15 * 60
PER_PERSON = 10
"""Failures of one e-mail from one address in a window."""
PER_ADDRESS = 300
"""Failures from one address in a window: a call center's hundreds of people may share one."""

# Count and give the window its end in one step: a count without an end would hold somebody back for ever.
_COUNT = """
local over = 0
for i = 1, #KEYS do
  local count = redis.call('INCR', KEYS[i])
  if redis.call('TTL', KEYS[i]) < 0 then redis.call('EXPIRE', KEYS[i], ARGV[1]) end
  if count > tonumber(ARGV[i + 1]) then over = math.max(over, redis.call('TTL', KEYS[i])) end
end
return over
"""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to log in: in a schema, as an e-mail, from an IP address."""

    schema: str
    email: str
    address: str

    @property
    def person_key(self) -> str:
        digest = hashlib.sha256(f"{clean_email(self.email)}\0{self.address}".encode()).hexdigest()[:32]
        return f"login:{self.schema}:person:{digest}"

    @property
    def address_key(self) -> str:
        return f"login:{self.schema}:address:{self.address}"


def count(attempt: Attempt) -> None:
    """Count the attempt. Raises TooManyAttemptsError, with the minutes to wait, when there were too many before."""
    keys = (attempt.person_key, attempt.address_key)
    wait_s = int(client().eval(_COUNT, len(keys), *keys, WINDOW_S, PER_PERSON, PER_ADDRESS))
    if wait_s:
        raise TooManyAttemptsError(minutes=-(-wait_s // 60))


def forgive(attempt: Attempt) -> None:
    """The password was right: forget this person's failures, and take the address's count back."""
    with client().pipeline() as pipe:
        pipe.delete(attempt.person_key)
        pipe.decr(attempt.address_key)
        pipe.execute()
