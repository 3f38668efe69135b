"""Other schedules in the middle of a session of ISO 15118-2, at the wish of either side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from harness.endpoints.station.plant import Plant
from harness.messages.iso2.charging import ChargeParameterDiscoveryRes, ChargeProgress, PowerDeliveryReq
from tests.endpoints_iso2.conftest import AC, CITY, DC, having, small

if TYPE_CHECKING:
    from harness.endpoints.ev.ev import Ev
    from tests.endpoints_iso2.conftest import Meet2, OldLab

START, STOP, AGAIN = ChargeProgress.START, ChargeProgress.STOP, ChargeProgress.RENEGOTIATE


def car(service: int, **terms: object) -> Ev:
    ev = small(service, loops=12)
    return ev.having(iso2=msgspec.structs.replace(ev.iso2, **terms))


def progress(lab: OldLab) -> list[ChargeProgress]:
    return [ask.charge_progress for ask in lab.bodies(PowerDeliveryReq)]


@pytest.mark.parametrize("service", [AC, DC])
def test_ev_wants_other_schedules(meet2: Meet2, service: int) -> None:
    lab = meet2(car(service, renegotiate_at=4))

    assert progress(lab) == [START, AGAIN, START, STOP]
    assert (lab.outcome.state, lab.violations(), lab.refusals()) == ("finished", [], [])
    behind = lab.asked()[lab.asked().index("PowerDelivery") + 1 :]
    loop = "ChargingStatus" if service == AC else "CurrentDemand"
    again = ["ChargeParameterDiscovery", *([] if service == AC else ["CableCheck", "PreCharge"]), "PowerDelivery", loop]
    assert behind[: 2 + len(again)] == [loop, "PowerDelivery", *again]


@pytest.mark.parametrize("service", [AC, DC])
def test_station_wants_other_schedules(meet2: Meet2, service: int) -> None:
    lab = meet2(car(service), settings=having(CITY, renegotiate_after=0.9))

    assert progress(lab) == [START, AGAIN, START, STOP]
    assert (lab.outcome.state, lab.violations(), lab.refusals()) == ("finished", [], [])


def test_station_wants_other_schedules_by_plan(meet2: Meet2) -> None:
    settings = msgspec.structs.replace(CITY, notification_plan=((0.9, "schedule_renegotiation"),))
    lab = meet2(car(AC), settings=settings)

    assert progress(lab) == [START, AGAIN, START, STOP]
    assert lab.outcome.state == "finished"


def test_station_may_want_them_again_and_again(meet2: Meet2) -> None:
    plan = tuple((at, "schedule_renegotiation") for at in (0.5, 1.0, 1.5))
    settings = msgspec.structs.replace(CITY, notification_plan=plan)
    lab = meet2(car(AC), settings=settings)

    assert progress(lab) == [START, AGAIN, START, AGAIN, START, AGAIN, START, STOP]
    assert (lab.outcome.state, lab.violations()) == ("finished", [])


def test_ev_may_abstain(meet2: Meet2) -> None:
    lab = meet2(car(DC, heeds_renegotiation=False), settings=having(CITY, renegotiate_after=0.5))

    assert progress(lab) == [START, STOP]
    assert (lab.outcome.state, lab.violations()) == ("finished", [])


def test_new_schedule_tells_what_the_backend_allows_now(meet2: Meet2) -> None:
    def prepare(lab: OldLab) -> None:
        def cap_once(happening: object) -> None:
            if type(happening).__name__ == "EnergyStarted":
                lab.cap(6_000.0)

        lab.plant.listen(cap_once)

    lab = meet2(car(DC, renegotiate_at=4), prepare=prepare)

    offers = [one.sa_schedules for one in lab.bodies(ChargeParameterDiscoveryRes) if one.sa_schedules is not None]
    bounds = [float(one.sa_schedule_tuple[0].p_max_schedule.p_max_schedule_entry[0].p_max) for one in offers]
    assert bounds == [50_000, 6_000]
    assert isinstance(lab.plant, Plant)


def test_car_that_keeps_its_contactors_closed(meet2: Meet2) -> None:
    strict = meet2(car(DC, renegotiate_at=4, keeps_contactors_closed=True))
    field = meet2(car(DC, renegotiate_at=4, keeps_contactors_closed=True), settings=having(CITY, flavour="field"))

    assert strict.refusals() == [("PowerDeliveryRes", "FAILED_SequenceError")]
    assert (field.outcome.state, field.refusals()) == ("finished", [])
    # Nobody is blamed for what implementers disagree about.
    assert (strict.violations(), field.violations()) == ([], [])
