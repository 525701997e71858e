"""Whose a line of the ami process's log is."""

from __future__ import annotations

import logging

from telephony.ami.log_companies import CompanyOfLine
from tests.fakes.ami import FakeAmi, until
from tests.telephony.ami.conftest import Product, StartService, order
from tests.telephony.ami.operator_scene import LOG_IN, leg_answers


def company_of(line: CompanyOfLine, text: str, *args: object) -> str:
    record = logging.LogRecord("telephony.ami", logging.INFO, __file__, 1, text, args, None)
    assert line(record)
    return str(record.schema)  # type: ignore[attr-defined]


async def test_a_line_is_of_the_company_whose_operator_or_call_it_names(
    fake: FakeAmi, product: Product, start_service: StartService
) -> None:
    leg_answers(fake)
    service = await start_service(fake.port)
    await product.control(LOG_IN)
    await until(lambda: "1011" in service.operators.wishes, "his wish")
    call = order()
    service.tracker.add(call, 1, sent_after_us=1)
    line = CompanyOfLine(service.operators, service.tracker)

    assert company_of(line, "operator %s hasn't come back%s", "1011", "") == "acme"
    assert company_of(line, "call %s: not back with %s", call.call_id, "9999") == call.schema == "acme"
    assert company_of(line, "[%s] call %s was gone: %s", "beta", "gone", "no such channel") == "beta"
    assert company_of(line, "operator %s: late by %d s", "9999", 3) == ""
    assert company_of(line, "the switch is slow") == ""
