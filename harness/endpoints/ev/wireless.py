"""The EV on its way over a coil in the ground: positioning, pairing, what its own coil bears, alignment."""

from __future__ import annotations

from harness.core.units import Amperes, Hertz, Watts
from harness.endpoints.behaviour import Moment
from harness.endpoints.coils import Methods
from harness.endpoints.ev.journey import Handlers, Journey, Steps, say
from harness.endpoints.ev.schedule import ask_schedule
from harness.endpoints.ev.standby import begin_power
from harness.messages.iso20.types import Processing
from harness.messages.iso20.wpt import (
    WptAlignmentCheckMethodList,
    WptAlignmentCheckReq,
    WptAlignmentCheckRes,
    WptChargeParameterDiscoveryReq,
    WptChargeParameterDiscoveryRes,
    WptEvResult,
    WptFinePositioningMethodList,
    WptFinePositioningReq,
    WptFinePositioningRes,
    WptFinePositioningSetupReq,
    WptFinePositioningSetupRes,
    WptPairingMethodList,
    WptPairingReq,
    WptPairingRes,
)

_SUCCESS, _UNKNOWN = WptEvResult.EV_RESULT_SUCCESS, WptEvResult.EV_RESULT_UNKNOWN


def begin(journey: Journey, moment: Moment) -> Steps:
    """Say which ways of coming together the EV's coil knows."""
    coil = journey.car.coil
    request = WptFinePositioningSetupReq(
        header=journey.header(moment),
        ev_processing=Processing.FINISHED,
        ev_device_fine_positioning_method_list=WptFinePositioningMethodList(
            wpt_fine_positioning_method=coil.methods.positioning
        ),
        ev_device_pairing_method_list=WptPairingMethodList(wpt_pairing_method=coil.methods.pairing),
        ev_device_alignment_check_method_list=WptAlignmentCheckMethodList(
            wpt_alignment_check_method=coil.methods.checking
        ),
        natural_offset=coil.natural_offset,
    )
    return say(request)


def on_set_up(journey: Journey, answer: WptFinePositioningSetupRes, moment: Moment) -> Steps:
    """Move over the coil, if there is a way that both know."""
    theirs = Methods(
        positioning=answer.primary_device_fine_positioning_method_list.wpt_fine_positioning_method,
        pairing=answer.primary_device_pairing_method_list.wpt_pairing_method,
        checking=answer.primary_device_alignment_check_method_list.wpt_alignment_check_method,
    )
    if not journey.car.coil.methods.shared(theirs):
        return journey.leave(moment, "the coils know no common way to come together")
    return _position(journey, moment, finished=False)


def on_positioning(journey: Journey, answer: WptFinePositioningRes, moment: Moment) -> Steps:
    """Say once that the EV stands, when the station sees it so; then pair."""
    if answer.evse_processing is not Processing.FINISHED:
        return _position(
            journey, moment.later(journey.ev.poll_interval), finished=False, after=journey.ev.poll_interval
        )
    if not _said_finished(journey):
        return _position(journey, moment, finished=True)
    return _pair(journey, moment, finished=False)


def on_pairing(journey: Journey, answer: WptPairingRes, moment: Moment) -> Steps:
    """Tell the code observed until the station knows the EV; then say what its coil bears."""
    if answer.observed_id_code is not None:
        journey.observed_code = answer.observed_id_code
    if answer.evse_processing is not Processing.FINISHED:
        return _pair(journey, moment.later(journey.ev.poll_interval), finished=False, after=journey.ev.poll_interval)
    if not _said_finished(journey):
        return _pair(journey, moment, finished=True)
    return ask_parameters(journey, moment)


def ask_parameters(journey: Journey, moment: Moment) -> Steps:
    """Say what the EV's coil can receive, and from how far."""
    car = journey.car
    request = WptChargeParameterDiscoveryReq(
        header=journey.header(moment),
        evpc_max_receivable_power=Watts.of(car.max_charge_power),
        sd_max_ground_clearence=car.coil.highest,
        sd_min_ground_clearence=car.coil.lowest,
        evpc_natural_frequency=Hertz.of(car.coil.natural_frequency),
        evpc_device_local_control=False,
    )
    return say(request)


def on_parameters(journey: Journey, answer: WptChargeParameterDiscoveryRes, moment: Moment) -> Steps:
    """See whether the coils fit, with little power."""
    journey.limits.charge_power = float(answer.sd_max_output_power)
    return _check(journey, moment, finished=False)


def on_alignment(journey: Journey, answer: WptAlignmentCheckRes, moment: Moment) -> Steps:
    """Go on to a schedule once both sides are content."""
    if answer.evse_processing is not Processing.FINISHED:
        return _check(journey, moment.later(journey.ev.poll_interval), finished=False, after=journey.ev.poll_interval)
    if not _said_finished(journey):
        return _check(journey, moment, finished=True)
    return ask_schedule(journey, moment)


def start(journey: Journey, moment: Moment) -> Steps:
    """Ask for power; nothing further is to be prepared."""
    return begin_power(journey, moment)


def _position(journey: Journey, moment: Moment, *, finished: bool, after: float = 0.0) -> Steps:
    request = WptFinePositioningReq(
        header=journey.header(moment),
        ev_processing=_processing(journey, finished=finished),
        ev_result_code=_SUCCESS if finished else _UNKNOWN,
    )
    return say(request, after=after)


def _pair(journey: Journey, moment: Moment, *, finished: bool, after: float = 0.0) -> Steps:
    request = WptPairingReq(
        header=journey.header(moment),
        ev_processing=_processing(journey, finished=finished),
        observed_id_code=journey.observed_code,
        ev_result_code=_SUCCESS if finished else _UNKNOWN,
    )
    return say(request, after=after)


def _check(journey: Journey, moment: Moment, *, finished: bool, after: float = 0.0) -> Steps:
    request = WptAlignmentCheckReq(
        header=journey.header(moment),
        ev_processing=_processing(journey, finished=finished),
        target_coil_current=Amperes.of(journey.car.coil.coil_current),
        ev_result_code=_SUCCESS if finished else _UNKNOWN,
    )
    return say(request, after=after)


def _processing(journey: Journey, *, finished: bool) -> Processing:
    journey.last_processing_finished = finished
    return Processing.FINISHED if finished else Processing.ONGOING


def _said_finished(journey: Journey) -> bool:
    said, journey.last_processing_finished = journey.last_processing_finished, False
    return said


HANDLERS: Handlers = {
    WptFinePositioningSetupRes: on_set_up,
    WptFinePositioningRes: on_positioning,
    WptPairingRes: on_pairing,
    WptChargeParameterDiscoveryRes: on_parameters,
    WptAlignmentCheckRes: on_alignment,
}
