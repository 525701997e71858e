"""What a company's operators did on one day, made up: their shifts, and the calls that came of it.

Each operator goes through his day call by call; around every conversation lie the attempts that it took. Seeded, so
the same day comes out for the same beginning and end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from agents.choices import OperatorState
from calls.choices import AmdStatus, CallState, HungUpBy, Outcome
from calls.models import Call, Disposition
from common.ids import uuid7_floor
from contacts.models import Contact

MISSED = {
    Outcome.NO_ANSWER: 46, Outcome.MACHINE: 22, Outcome.BUSY: 12, Outcome.INVALID: 9, Outcome.REJECTED: 4,
    Outcome.CONGESTION: 3, Outcome.FAILED: 3, Outcome.ABANDONED: 1.2,
}  # fmt: skip
CAUSES = {
    Outcome.NO_ANSWER: (19, "480"), Outcome.BUSY: (17, "486"), Outcome.INVALID: (1, "404"),
    Outcome.REJECTED: (21, "603"), Outcome.CONGESTION: (34, "503"), Outcome.FAILED: (38, "500"),
}  # fmt: skip
SAID = {"sem-interesse": 34, "agendamento": 14, "venda": 17, "pessoa-errada": 9, "recado": 14, "queda": 6, "mudo": 3}
NOTES = (
    "Prefere receber o boleto por WhatsApp.", "Pediu para ligar depois das 18h.", "Vai falar com a esposa antes.",
    "Fechou em três parcelas, entrada dia 5.", "Já renegociou com outra empresa.", "Mudou de endereço.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stretch:
    """One state of one operator's shift."""

    operator_id: int
    state: str
    begin: datetime
    end: datetime
    call_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What all calls of a campaign share."""

    campaign_id: int
    contact_list_id: int
    caller_id: str
    trunk: str


class Day:
    """Fills ``calls`` and ``stretches``. ``contacts`` come with their phones; each is called in his turn."""

    def __init__(
        self, line: Line, contacts: Sequence[Contact], dispositions: Sequence[Disposition], *, seed: int
    ) -> None:
        self._line, self._random = line, Random(seed)
        self._contacts = self._in_turn(contacts)
        self._dispositions = {one.code: one for one in dispositions}
        self.calls: list[Call] = []
        self.stretches: list[Stretch] = []

    def work(self, operator_id: int, begin: datetime, end: datetime) -> None:
        """One operator's shift, from ``begin`` until about ``end``."""
        at, since_rest = begin, begin
        while at < end:
            if at - since_rest > timedelta(minutes=75):
                at = since_rest = self._pass(operator_id, OperatorState.PAUSED, at, self._random.uniform(480, 660))
            at = self._pass(operator_id, OperatorState.FREE, at, self._random.uniform(4, 45))
            at = self._talk(operator_id, at)
            for _ in range(self._random.choice((1, 2, 3, 3, 4))):
                self._miss(at - timedelta(seconds=self._random.uniform(0, 120)))

    def _in_turn(self, contacts: Sequence[Contact]) -> Iterator[Contact]:
        while True:
            yield from contacts

    def _pass(
        self, operator_id: int, state: OperatorState, at: datetime, seconds: float, call: UUID | None = None
    ) -> datetime:
        end = at + timedelta(seconds=seconds)
        self.stretches.append(Stretch(operator_id, state, at, end, call))
        return end

    def _talk(self, operator_id: int, at: datetime) -> datetime:
        length = min(self._random.lognormvariate(4.5, 0.75), 1500)
        call = self._call(at - timedelta(seconds=self._random.uniform(6, 19)))
        call.answered_at = at - timedelta(seconds=self._random.uniform(0.2, 1.6))
        call.connected_at = at
        call.operator_id = operator_id
        end = self._pass(operator_id, OperatorState.TALKING, at, length, call.pk)
        customer = self._random.random() < 0.6
        self._end(call, Outcome.CONNECTED, end, HungUpBy.CUSTOMER if customer else HungUpBy.OPERATOR)
        self._detect(call, AmdStatus.HUMAN)
        code = self._random.choices(list(SAID), list(SAID.values()))[0]
        call.disposition = self._dispositions[code]
        call.note = self._random.choice(NOTES) if self._random.random() < 0.3 else ""
        wrapped = self._pass(operator_id, OperatorState.WRAP_UP, end, self._random.uniform(6, 28), call.pk)
        call.disposed_at = wrapped
        return wrapped

    def _miss(self, at: datetime) -> None:
        call = self._call(at)
        outcome = self._random.choices(list(MISSED), list(MISSED.values()))[0]
        rang_s = self._random.uniform(3, 25)
        end = at + timedelta(seconds=25 if outcome == Outcome.NO_ANSWER else rang_s)
        if outcome in {Outcome.MACHINE, Outcome.ABANDONED}:
            call.answered_at = end
            end += timedelta(seconds=self._random.uniform(2, 5))
            self._detect(call, AmdStatus.MACHINE if outcome == Outcome.MACHINE else AmdStatus.HUMAN)
        if outcome == Outcome.INVALID:
            call.ringing_at = None
        call.unattended = outcome == Outcome.ABANDONED
        ended_by = HungUpBy.DIALER if call.answered_at or outcome == Outcome.NO_ANSWER else HungUpBy.SWITCH
        self._end(call, outcome, end, ended_by)

    def _call(self, at: datetime) -> Call:
        contact = next(self._contacts)
        phone = self._random.choice(list(contact.phones.all()))
        contact.attempts += 1
        return Call(
            id=self._id(at),
            campaign_id=self._line.campaign_id,
            contact_list_id=self._line.contact_list_id,
            contact_id=contact.pk,
            phone_id=phone.pk,
            number=phone.e164,
            kind=phone.kind,
            node="sim1",
            trunk=self._line.trunk,
            caller_id=self._line.caller_id,
            attempt=contact.attempts,
            created_at=at,
            deadline_at=at + timedelta(seconds=3),
            dialed_at=at + timedelta(milliseconds=self._random.randrange(20, 90)),
            ringing_at=at + timedelta(milliseconds=self._random.randrange(900, 2400)),
        )

    def _id(self, at: datetime) -> UUID:
        """A UUIDv7 of that instant."""
        noise = 0x7 << 76 | self._random.getrandbits(12) << 64 | 0b10 << 62 | self._random.getrandbits(62)
        return UUID(int=uuid7_floor(at).int | noise)

    def _detect(self, call: Call, status: AmdStatus) -> None:
        call.amd_status = status
        call.amd_cause = "MAXWORDS-5-5" if status == AmdStatus.MACHINE else "HUMAN-800-800"
        call.amd_ms = self._random.randrange(700, 2_600)

    def _end(self, call: Call, outcome: Outcome, at: datetime, by: HungUpBy) -> None:
        call.state, call.outcome, call.ended_at = CallState.ENDED, outcome, at
        call.hung_up_by, call.end_source = by, "ami"
        call.cause, call.tech_cause = CAUSES.get(outcome, (16, ""))
        self.calls.append(call)
