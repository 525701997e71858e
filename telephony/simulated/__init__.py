"""A switch that is none: it speaks AMI like Asterisk 20, with callees and operators' legs of its own making.

No Django here. `python -m telephony.simulated --help` runs it as a process; `SimulatedSwitch` embeds it.
"""

from telephony.simulated.config import SwitchConfig
from telephony.simulated.scenario import BUILT_IN, Scenario, ScenarioError, load_scenario
from telephony.simulated.switch import SimulatedSwitch

__all__ = ["BUILT_IN", "Scenario", "ScenarioError", "SimulatedSwitch", "SwitchConfig", "load_scenario"]
