"""Requests that are good in themselves, wherever in a session they are said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from harness.core.units import Volts
from harness.endpoints.behaviour import Moment, Say
from harness.endpoints.ev import opening
from harness.endpoints.ev.delivery import start_request
from harness.endpoints.ev.journey import Journey, Steps
from harness.endpoints.ev.schedule import ask_schedule
from harness.endpoints.station.refusals import filled
from harness.messages.field import Message
from harness.messages.iso20.ac import AcChargeLoopReq, AcChargeParameterDiscoveryReq
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationReq,
    ChargeProgress,
    ChargingSession,
    EimAReqAuthorizationMode,
    PowerDeliveryReq,
    ScheduleExchangeReq,
    SelectedService,
    ServiceDetailReq,
    ServiceSelectionReq,
    SessionSetupReq,
    SessionStopReq,
)
from harness.messages.iso20.dc import (
    DcChargeLoopReq,
    DcChargeParameterDiscoveryReq,
    DcPreChargeReq,
    DcWeldingDetectionReq,
)
from harness.messages.iso20.types import Processing
from harness.messages.sap import SupportedAppProtocolReq

Maker = Callable[[Journey, Moment, str], Message]


def plausible(kind: type[Message], journey: Journey, moment: Moment, variant: str = "") -> Message:
    """A request of a kind, with a good header and sensible content for this EV.

    Args:
        kind: the class of the request.
        journey: what the EV remembers; what it does not know yet it makes up.
        moment: now.
        variant: ChargeProgress of a PowerDeliveryReq, or ChargingSession of a SessionStopReq.
    """
    make = _MAKERS.get(kind)
    if make is None:
        return filled(kind, header=journey.header(moment))
    return make(journey, moment, variant)


def _said(steps: Steps) -> Message:
    """The message of the one step that says something."""
    return next(step.message for step in steps if isinstance(step, Say))  # type: ignore[no-any-return]


def _session_setup(journey: Journey, moment: Moment, _: str) -> Message:
    return SessionSetupReq(header=journey.header(moment), evcc_id=journey.car.evcc_id)


def _authorization(journey: Journey, moment: Moment, _: str) -> Message:
    return AuthorizationReq(
        header=journey.header(moment),
        selected_authorization_service=Authorization.EIM,
        authorization_mode=EimAReqAuthorizationMode(),
    )


def _detail(journey: Journey, moment: Moment, _: str) -> Message:
    return ServiceDetailReq(header=journey.header(moment), service_id=journey.car.service)


def _selection(journey: Journey, moment: Moment, _: str) -> Message:
    chosen = SelectedService(service_id=journey.car.service, parameter_set_id=journey.parameter_set_id or 1)
    return ServiceSelectionReq(header=journey.header(moment), selected_energy_transfer_service=chosen)


def _pre_charge(journey: Journey, moment: Moment, _: str) -> Message:
    volts = Volts.of(round(journey.battery.voltage, 1))
    return DcPreChargeReq(
        header=journey.header(moment),
        ev_processing=Processing.ONGOING,
        ev_present_voltage=volts,
        ev_target_voltage=volts,
    )


def _power(journey: Journey, moment: Moment, variant: str) -> Message:
    progress = ChargeProgress(variant or ChargeProgress.START)
    if progress is ChargeProgress.START:
        return start_request(journey, moment)
    return PowerDeliveryReq(header=journey.header(moment), ev_processing=Processing.FINISHED, charge_progress=progress)


def _welding(journey: Journey, moment: Moment, _: str) -> Message:
    return DcWeldingDetectionReq(header=journey.header(moment), ev_processing=Processing.FINISHED)


def _stop(journey: Journey, moment: Moment, variant: str) -> Message:
    wanted = ChargingSession(variant or ChargingSession.TERMINATE)
    return replace(journey.stop_request(moment), charging_session=wanted)


def _steps_of(steps: Callable[[Journey, Moment], Steps]) -> Maker:
    return lambda journey, moment, _: _said(steps(journey, moment))


def _of_way(kind: type[Message], make: Callable[[Any, Journey, Moment], Message]) -> Maker:
    """What the way of the EV's own energy transfer says; of another transfer, what the schema asks for."""

    def made(journey: Journey, moment: Moment, _: str) -> Message:
        said = make(journey.way, journey, moment)
        return said if isinstance(said, kind) else filled(kind, header=journey.header(moment))

    return made


def _parameters(way: Any, journey: Journey, moment: Moment) -> Message:
    return _said(way.resume(journey, moment))


def _cycle(way: Any, journey: Journey, moment: Moment) -> Message:
    said: Message = way.loop_request(journey, moment)
    return said


_MAKERS: Mapping[type[Message], Maker] = {
    SupportedAppProtocolReq: _steps_of(opening.begin),
    SessionSetupReq: _session_setup,
    AuthorizationReq: _authorization,
    ServiceDetailReq: _detail,
    ServiceSelectionReq: _selection,
    DcChargeParameterDiscoveryReq: _of_way(DcChargeParameterDiscoveryReq, _parameters),
    AcChargeParameterDiscoveryReq: _of_way(AcChargeParameterDiscoveryReq, _parameters),
    ScheduleExchangeReq: _steps_of(ask_schedule),
    DcPreChargeReq: _pre_charge,
    PowerDeliveryReq: _power,
    DcChargeLoopReq: _of_way(DcChargeLoopReq, _cycle),
    AcChargeLoopReq: _of_way(AcChargeLoopReq, _cycle),
    DcWeldingDetectionReq: _welding,
    SessionStopReq: _stop,
}
"""How to make what has content of its own; everything else is a header, or filled with what the schema asks for."""
