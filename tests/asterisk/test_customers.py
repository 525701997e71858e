"""From answer to operator, by Asterisk alone."""

from __future__ import annotations

from tests.asterisk.lab import CUSTOMER_HZ, Lab, deaf


async def test_a_customer_who_answers_talks_with_the_free_operator(here: Lab) -> None:
    ana = await here.operator(hertz=700)

    call_id = await here.dial()
    customer, _ = await here.talking(call_id, ana)

    await here.customers.hang_up(customer)
    done = await here.event("AgentComplete", membername=ana.number)
    assert done["reason"] == "caller"
    assert (await here.event("Hangup", uniqueid=call_id))["cause"] == "16"
    await deaf(ana.leg, CUSTOMER_HZ)
    assert ana.leg.up
