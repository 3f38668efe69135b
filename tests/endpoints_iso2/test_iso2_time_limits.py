"""Timers of both sides of ISO 15118-2 and DIN SPEC 70121, run out in virtual time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.core.case import Role
from harness.endpoints.station.station import Station
from harness.messages import din, iso2
from harness.messages.iso2.codes import EvseProcessing
from harness.messages.iso2.physical import volts
from harness.trace.entry import LinkSeen
from tests.endpoints_iso2.conftest import AC, CITY, DC, OLD, elder, small

if TYPE_CHECKING:
    from harness.messages.field import Message
    from tests.endpoints_iso2.conftest import Meet2, OldLab

GOOD = Station()


def closing(lab: OldLab) -> tuple[Any, Any]:
    """Who closed the connection, and how long after the last message."""
    links = [entry for entry in lab.trace if isinstance(entry.body, LinkSeen) and entry.body.state == "closed"]
    frames = [entry for entry in lab.trace if entry.message is not None]
    return links[-1].sender, links[-1].at - frames[-1].at


@pytest.mark.parametrize(
    ("service", "silent", "limit"),
    [
        (DC, iso2.session.SessionSetupRes, 2.0),
        (DC, iso2.payment.AuthorizationRes, 2.0),
        (DC, iso2.charging.PowerDeliveryRes, 5.0),
        (DC, iso2.dc.CableCheckRes, 2.0),
        (DC, iso2.dc.CurrentDemandRes, 0.25),
        (AC, iso2.ac.ChargingStatusRes, 2.0),
    ],
)
def test_ev_waits_so_long_for_a_response(meet2: Meet2, service: int, silent: type[Message], limit: float) -> None:
    lab = meet2(small(service), port=GOOD.silent_on(silent), observer=Role.EV)

    assert closing(lab) == (Role.EV, pytest.approx(limit))
    assert lab.expired() == ["V2G_EVCC_Msg_Timeout"]
    assert lab.outcome.state == "timeout"


@pytest.mark.parametrize(
    ("service", "ask", "limit"),
    [
        (DC, iso2.session.SessionSetupReq, 18.0),
        (DC, iso2.service.ServiceDiscoveryReq, 60.0),
        (AC, iso2.charging.PowerDeliveryReq, 60.0),
        (AC, iso2.ac.ChargingStatusReq, 60.0),
        (DC, iso2.dc.CurrentDemandReq, 60.0),
    ],
)
def test_station_waits_so_long_for_a_request(meet2: Meet2, service: int, ask: type[Message], limit: float) -> None:
    lab = meet2(small(service).silent_on(ask))

    assert closing(lab) == (Role.STATION, pytest.approx(limit))
    assert lab.outcome.state == "lost"
    assert len(lab.expired()) == 1


def ongoing(_heard: Any, said: Any) -> Any:
    return msgspec.structs.replace(said, evse_processing=EvseProcessing.ONGOING)


@pytest.mark.parametrize(
    ("answer", "timer", "limit"),
    [
        (iso2.payment.AuthorizationRes, "V2G_EVCC_Ongoing_Timeout", 60.0),
        (iso2.charging.ChargeParameterDiscoveryRes, "V2G_EVCC_Ongoing_Timeout", 60.0),
        (iso2.dc.CableCheckRes, "V2G_EVCC_CableCheck_Timeout", 40.0),
    ],
)
def test_ev_bears_ongoing_for_so_long(meet2: Meet2, answer: type[Message], timer: str, limit: float) -> None:
    lab = meet2(small(), port=GOOD.answering(answer, ongoing), observer=Role.EV)

    assert lab.expired() == [timer]
    first = next(entry for entry in lab.trace if isinstance(entry.message, answer))
    assert lab.trace.entries[-1].at - first.at == pytest.approx(limit)


def test_ev_gives_pre_charge_seven_seconds(meet2: Meet2) -> None:
    bent = GOOD.but(iso2.dc.PreChargeRes, evse_present_voltage=volts(50.0))
    lab = meet2(small(), port=bent, observer=Role.EV)

    assert lab.expired() == ["V2G_EVCC_PreCharge_Timeout"]
    first = next(entry for entry in lab.trace if isinstance(entry.message, iso2.dc.PreChargeReq))
    assert lab.trace.entries[-1].at - first.at == pytest.approx(7.0)


def test_station_gives_up_on_its_backend_before_the_ev_does(meet2: Meet2) -> None:
    lab = meet2(small(), authorised="pending")

    answers = [entry for entry in lab.trace if isinstance(entry.message, iso2.payment.AuthorizationRes)]
    assert answers[-1].at - answers[0].at == pytest.approx(55.0)
    assert lab.refusals() == [("AuthorizationRes", "FAILED")]


def test_station_waits_for_a_customer_without_end(meet2: Meet2) -> None:
    settings = msgspec.structs.replace(CITY, token=None)

    def leave(_heard: Any, said: Any) -> Any:
        return iso2.session.SessionStopReq(charging_session=iso2.session.ChargingSession.TERMINATE)

    lab = meet2(
        small(poll_interval=1.0).answering(iso2.payment.AuthorizationReq, leave, nth=200),
        settings=settings,
        authorised="pending",
    )

    slow = EvseProcessing.ONGOING_WAITING_FOR_CUSTOMER_INTERACTION
    assert [reply.evse_processing for reply in lab.bodies(iso2.payment.AuthorizationRes)] == [slow] * 199
    assert (lab.expired(), lab.refusals(), lab.violations()) == ([], [], [])


def test_no_timer_runs_while_paused(meet2: Meet2) -> None:
    lab = meet2(small(pause=True), between=3600.0)

    assert lab.expired() == []
    assert lab.outcome.state == "paused"


@pytest.mark.parametrize(("silent", "limit"), [(din.dc.CurrentDemandRes, 0.25), (din.charging.PowerDeliveryRes, 2.0)])
def test_ev_of_din_waits_so_long(meet2: Meet2, silent: type[Message], limit: float) -> None:
    port = GOOD.silent_on(silent)
    lab = meet2(elder(), settings=OLD, port=port, observer=Role.EV)

    assert closing(lab) == (Role.EV, pytest.approx(limit))


def test_ev_of_din_has_so_long_to_be_ready(meet2: Meet2) -> None:
    slow = GOOD.late_on(din.service.ServiceDiscoveryRes, 160.0)
    lab = meet2(elder(patient=True), settings=OLD, port=slow, observer=Role.EV)

    assert lab.expired() == ["V2G_EVCC_Msg_Timeout", "V2G_EVCC_ReadyToCharge_Timeout"]
