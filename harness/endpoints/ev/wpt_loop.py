"""The EV in the charge loop of wireless transfer: it asks for a power and tells what arrives."""

from __future__ import annotations

from harness.core.units import Watts
from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.delivery import wanted_power
from harness.endpoints.ev.display import display
from harness.endpoints.ev.journey import Handlers, Journey, Steps
from harness.endpoints.ev.notices import after_cycle
from harness.messages.iso20.wpt import WptChargeLoopReq, WptChargeLoopRes, WptEvpcChargeDiagnostics


def on_loop(journey: Journey, answer: WptChargeLoopRes, moment: Moment) -> Steps:
    """Count what arrives, obey the limit, and stop when it is time or the station asks for it."""
    journey.loops += 1
    journey.limits.charge_power = float(answer.spc_max_output_power_limit)
    sent = min(float(answer.evpc_power_request), float(answer.spc_max_output_power_limit))
    journey.battery.advance(moment.at, sent * journey.car.coil.efficiency)
    return after_cycle(journey, answer, moment)


def loop_request(journey: Journey, moment: Moment) -> WptChargeLoopReq:
    """One cycle: what the EV wants sent, and what its coil gives to the battery."""
    car, battery = journey.car, journey.battery
    most = min(battery.charge_power, journey.limits.charge_power)
    wanted = most if car.dynamic else max(0.0, min(most, wanted_power(journey, moment.at)))
    return WptChargeLoopReq(
        header=journey.header(moment),
        display_parameters=display(journey) if car.display_parameters else None,
        meter_info_requested=car.meter_info,
        evpc_power_request=Watts.of(round(wanted)),
        evpc_power_output=Watts.of(round(battery.power)),
        evpc_charge_diagnostics=WptEvpcChargeDiagnostics.EVPC_NO_ISSUE,
    )


HANDLERS: Handlers = {WptChargeLoopRes: on_loop}
