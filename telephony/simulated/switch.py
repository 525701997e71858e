"""The simulated switch as one object: start it in a process of its own, or embed it in a test."""

from __future__ import annotations

import logging
from collections import Counter

from telephony.simulated.acd import Acd
from telephony.simulated.config import SwitchConfig
from telephony.simulated.core import SwitchCore
from telephony.simulated.scenario import Scenario
from telephony.simulated.server import AmiServer

log = logging.getLogger(__name__)


class SimulatedSwitch:
    """``await start()``, use it over AMI, ``await stop()``. The other methods are for tests and drills."""

    def __init__(self, config: SwitchConfig | None = None) -> None:
        self.config = config or SwitchConfig()
        self._core: SwitchCore | None = None
        self._server: AmiServer | None = None
        self._stopped = False

    @property
    def core(self) -> SwitchCore:
        assert self._core is not None, "the switch is not started"
        return self._core

    @property
    def server(self) -> AmiServer:
        assert self._server is not None, "the switch is not started"
        return self._server

    @property
    def port(self) -> int:
        return self.server.port

    @property
    def counts(self) -> Counter[str]:
        """dialed, answered, connected, unattended, ended, duplicate, unknown_endpoint, actions."""
        return self.core.counts

    async def start(self) -> None:
        """Listen. Raises OSError when the port is taken or the state folder can't be written."""
        self._core = SwitchCore(self.config)
        self._core.acd = Acd(self._core)
        self._server = AmiServer(self._core)
        await self._server.listen()
        log.info("simulated switch on %s:%d, scenario %s", self.config.host, self.port, self.config.scenario.name)

    async def stop(self) -> None:
        """Hang everything up, say goodbye and close. A second time does nothing."""
        if self._stopped:
            return
        self._stopped = True
        core, server = self.core, self.server
        server.thaw()
        for customer in list(core.customers.values()):
            customer.hang_up(hangup_by="switch")
        for leg in list(core.operator_legs.values()):
            leg.hang_up(hangup_by="switch")
        core.events.emit("Shutdown", "Shutdown: Cleanly\r\nRestart: False\r\n")
        await server.close()
        core.journal.close()

    def freeze(self) -> None:
        """Answer nothing while the sockets stay open, as a hung process does."""
        self.server.freeze()

    def thaw(self) -> None:
        self.server.thaw()

    def cut_connections(self) -> None:
        """Drop every AMI connection without a word."""
        self.server.cut()

    def set_scenario(self, scenario: Scenario) -> None:
        """From now on dial into another world; calls that are up keep their plan."""
        self.core.scenario = scenario

    def kill_operator_leg(self, operator: str) -> bool:
        """Let the operator's standing leg die as when a browser is killed. False: it isn't up."""
        leg = self.core.live_leg(operator)
        if leg:
            leg.die()
        return leg is not None

    def hang_up_customer(self, call_id: str) -> bool:
        """Let the customer hang up now. False: no such call."""
        customer = self.core.customers.get(call_id)
        if customer:
            customer.bye()
        return customer is not None
