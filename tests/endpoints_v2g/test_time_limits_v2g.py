"""Timers of both sides, run out in virtual time."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.core.case import Role
from harness.core.units import Volts
from harness.endpoints.ev.car import DYNAMIC, Car
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.station import Station
from harness.messages.iso20.common import (
    AuthorizationReq,
    AuthorizationRes,
    AuthorizationSetupRes,
    PowerDeliveryReq,
    ScheduleExchangeRes,
    ServiceDetailRes,
    ServiceDiscoveryReq,
    SessionSetupReq,
    SessionSetupRes,
)
from harness.messages.iso20.dc import DcCableCheckRes, DcChargeLoopReq, DcChargeLoopRes, DcPreChargeRes
from harness.messages.iso20.types import Processing
from harness.messages.sap import SupportedAppProtocolReq
from harness.trace.entry import LinkSeen
from tests.endpoints_v2g.conftest import LABORATORY

if TYPE_CHECKING:
    from harness.messages.field import Message
    from tests.endpoints_v2g.conftest import Lab, Meet

PLAIN = Ev(tls=False)
GOOD = Station()


def closing(lab: Lab) -> tuple[Any, Any]:
    """Who closed the connection, and how long after the last message."""
    links = [entry for entry in lab.trace if isinstance(entry.body, LinkSeen) and entry.body.state == "closed"]
    frames = [entry for entry in lab.trace if entry.message is not None]
    return links[-1].sender, links[-1].at - frames[-1].at


@pytest.mark.parametrize(
    ("silent", "limit"),
    [
        (SessionSetupRes, 2.0),
        (AuthorizationSetupRes, 2.0),
        (ServiceDetailRes, 5.0),
        (DcCableCheckRes, 2.0),
        (DcChargeLoopRes, 0.5),
    ],
)
def test_ev_waits_so_long_for_a_response(meet: Meet, silent: type[Message], limit: float) -> None:
    lab = meet(PLAIN, port=GOOD.silent_on(silent), observer=Role.EV)

    who, after = closing(lab)
    assert (who, after) == (Role.EV, pytest.approx(limit))
    assert lab.expired() == ["V2G_EVCC_Msg_Timeout"]
    assert lab.outcome.state == "timeout"
    assert f"{limit:g} s" in lab.outcome.why


@pytest.mark.parametrize(
    ("silent", "limit"),
    [(SessionSetupReq, 18.0), (ServiceDiscoveryReq, 60.0), (PowerDeliveryReq, 60.0), (DcChargeLoopReq, 60.0)],
)
def test_station_waits_so_long_for_a_request(meet: Meet, silent: type[Message], limit: float) -> None:
    lab = meet(PLAIN.silent_on(silent))

    who, after = closing(lab)
    assert (who, after) == (Role.STATION, pytest.approx(limit))
    assert len(lab.expired()) == 1
    assert lab.outcome.state == "lost"


def test_station_waits_half_a_second_in_the_charge_loop(meet: Meet) -> None:
    lab = meet(PLAIN.silent_on(DcChargeLoopReq, nth=3))

    who, after = closing(lab)
    assert (who, after) == (Role.STATION, pytest.approx(0.5))
    assert lab.expired() == ["V2G_SECC_Sequence_Timeout"]
    assert set(lab.happenings()[-2:]) == {"EnergyStopped", "LinkLost"}


def test_nobody_waits_for_an_ev_that_never_speaks_longer_than_setup_allows(meet: Meet) -> None:
    lab = meet(PLAIN.silent_on(SupportedAppProtocolReq))

    assert lab.expired() == ["V2G_SECC_CommunicationSetup_Performance_Time"]
    opened = next(entry for entry in lab.trace if isinstance(entry.body, LinkSeen))
    assert lab.trace.entries[-1].at - opened.at == pytest.approx(18.0)


def ongoing(_heard: Any, said: Any) -> Any:
    return msgspec.structs.replace(said, evse_processing=Processing.ONGOING)


def span(lab: Lab, kind: type[Message]) -> float:
    """From the first message of a class to the end of the connection, seconds."""
    first = next(entry for entry in lab.trace if isinstance(entry.message, kind))
    return lab.trace.entries[-1].at - first.at


@pytest.mark.parametrize(
    ("answer", "timer", "limit"),
    [
        (AuthorizationRes, "V2G_EVCC_Ongoing_Timeout", 60.0),
        (ScheduleExchangeRes, "V2G_EVCC_Ongoing_Timeout", 60.0),
        (DcCableCheckRes, "V2G_EVCC_CableCheck_Timeout", 40.0),
    ],
)
def test_ev_bears_ongoing_for_so_long(meet: Meet, answer: type[Message], timer: str, limit: float) -> None:
    lab = meet(PLAIN, port=GOOD.answering(answer, ongoing), observer=Role.EV)

    assert lab.expired() == [timer]
    assert span(lab, answer) == pytest.approx(limit)
    assert lab.outcome.state == "timeout"


def test_ev_waits_for_a_customer_as_long_as_it_takes(meet: Meet) -> None:
    def waiting(_heard: Any, said: Any) -> Any:
        slow = Processing.ONGOING_WAITING_FOR_CUSTOMER_INTERACTION
        return msgspec.structs.replace(said, evse_processing=slow)

    bent = GOOD
    for nth in range(1, 200):
        bent = bent.answering(AuthorizationRes, waiting, nth=nth)
    lab = meet(PLAIN.having(poll_interval=1.0), port=bent, observer=Role.EV)

    assert len(lab.said(AuthorizationReq)) == 200
    assert (lab.outcome.state, lab.expired()) == ("finished", [])


def test_station_gives_up_on_its_backend_before_the_ev_does(meet: Meet) -> None:
    lab = meet(PLAIN, authorised="pending")

    answers = [entry for entry in lab.trace if isinstance(entry.message, AuthorizationRes)]
    assert answers[-1].at - answers[0].at == pytest.approx(55.0)
    assert answers[-1].message.response_code == "WARNING_EIMAuthorizationFailure"
    assert {entry.message.evse_processing for entry in answers[:-1]} == {Processing.ONGOING}
    assert (lab.outcome.state, lab.violations(), lab.expired()) == ("unfinished", [], [])


def test_station_waits_for_a_customer_without_end(meet: Meet) -> None:
    def arrive(lab: Lab) -> None:
        async def customer() -> None:
            await lab.clock.wait_until(lab.clock.now() + 300.0)
            lab.plant.authorise("accepted", lab.clock.now())

        lab.tasks = [asyncio.ensure_future(customer())]  # type: ignore[attr-defined]

    settings = msgspec.structs.replace(LABORATORY, token=None)
    lab = meet(PLAIN.having(poll_interval=1.0), settings=settings, authorised="pending", prepare=arrive)

    slow = Processing.ONGOING_WAITING_FOR_CUSTOMER_INTERACTION
    assert [m.evse_processing for m in lab.said(AuthorizationRes)].count(slow) == 300
    assert (lab.outcome.state, lab.violations()) == ("finished", [])


def test_ev_gives_pre_charge_ten_seconds(meet: Meet) -> None:

    bent = GOOD.but(DcPreChargeRes, evse_present_voltage=Volts.of(50.0))
    lab = meet(PLAIN, port=bent, observer=Role.EV)

    assert lab.expired() == ["V2G_EVCC_PreCharge_Timeout"]
    assert span(lab, DcPreChargeRes) == pytest.approx(10.0)


def test_factor_stretches_every_limit(meet: Meet) -> None:
    lab = meet(PLAIN.having(factor=3.0), port=GOOD.silent_on(SessionSetupRes), observer=Role.EV)

    assert closing(lab)[1] == pytest.approx(6.0)


def test_patient_ev_takes_a_late_answer(meet: Meet) -> None:
    bent = GOOD.late_on(ServiceDetailRes, 20.0)
    lab = meet(PLAIN.having(patient=True), port=bent, observer=Role.EV)

    assert lab.expired() == ["V2G_EVCC_Msg_Timeout"]
    assert lab.outcome.state == "finished"


def test_late_answer_within_the_limit_is_no_timeout(meet: Meet) -> None:
    lab = meet(PLAIN, port=GOOD.late_on(ServiceDetailRes, 4.9), observer=Role.EV)

    assert (lab.expired(), lab.outcome.state) == ([], "finished")


def test_ev_that_lingers_says_nothing_more_after_its_timer(meet: Meet) -> None:
    bent = GOOD.late_on(SessionSetupRes, 3.0)
    lab = meet(PLAIN.having(linger=10.0), port=bent, observer=Role.EV)

    assert lab.names()[-1] == "SessionSetupRes"
    assert lab.outcome.state == "timeout"


def test_loop_keeps_its_pace(meet: Meet) -> None:
    lab = meet(PLAIN.having(loops=20, loop_interval=0.2, car=Car(control_mode=DYNAMIC)))

    at = [entry.at for entry in lab.trace if isinstance(entry.message, DcChargeLoopReq)]
    assert [b - a for a, b in pairwise(at)] == pytest.approx([0.2] * 19)
