"""Whose a line of the ami process's log is: that company's whose operator, phone, call or leg it names."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from live.log_stream import company_said
from telephony.ami.operators import Operators
from telephony.ami.tracker import Tracker


@dataclass(slots=True)
class CompanyOfLine:
    """A filter for handlers; puts ``schema`` on records. Operators and phones are of one company in the whole product.

    What isn't known any more (a call that has ended) is nobody's.
    """

    operators: Operators
    tracker: Tracker

    def __call__(self, record: logging.LogRecord) -> bool:
        args = record.args if isinstance(record.args, tuple) else ()
        names = (self._company_of(arg) for arg in args if isinstance(arg, str))
        record.schema = company_said(record) or next((name for name in names if name), "")
        return True

    def _company_of(self, name: str) -> str:
        if wish := self.operators.wishes.get(name):
            return wish.schema
        if call := self.tracker.calls.get(name):
            return call.order.schema
        return self.operators.phones.schema(name)
