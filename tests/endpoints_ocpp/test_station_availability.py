"""What of our station is in service, what it says of that, and how it breaks and is mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.case import Role
from harness.endpoints import operations as do
from harness.endpoints.mutants.mutant import Mutant
from harness.endpoints.station.authorization_terms import AuthorizationTerms
from harness.endpoints.station.station import Station
from harness.kit import ocpp_availability as availability
from harness.kit import ocpp_tokens as tokens
from harness.kit.ocpp_states import charging, plugged_in
from harness.kit.scene import Scene, asks, does, passes
from harness.kit.workshop import Workshop
from harness.messages.ocpp import NotifyEvent, RequestStartTransaction, StatusNotification, TransactionEvent
from harness.profile.load import load_device
from harness.trace.trace import Trace
from harness.transports.clock import run

ROOT = Path(__file__).resolve().parents[2]
QUIET = passes(5.0)


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    names = ("emulated-station", "emulated-csms")
    return Workshop(tuple(load_device(ROOT / "profiles" / "devices" / f"{name}.toml") for name in names))


def played(workshop: Workshop, scene: Scene, **settings: object) -> Trace:
    def make(good: Station) -> Station:
        return good.set(**settings)

    other = Mutant(id="other", role=Role.STATION, title="", caught_by=(), make=make)
    return run(workshop.bench(Role.STATION, other).play(scene), virtual=True)


def states(trace: Trace) -> list[str]:
    return [one.state for one in availability.told(trace)]


def test_the_state_may_be_told_by_events(workshop: Workshop) -> None:
    scene = plugged_in() + availability.changed("Inoperative")

    trace = played(workshop, scene, status_by_events=True)

    assert states(trace) == ["Available", "Occupied"]
    assert not trace.all(StatusNotification)
    ids = [event["eventId"] for entry in trace.all(NotifyEvent) for event in entry.payload["eventData"]]
    assert len(set(ids)) == len(ids)


def test_a_station_out_of_service_serves_nobody(workshop: Workshop) -> None:
    start = RequestStartTransaction(idToken={"idToken": "A", "type": "Central"}, remoteStartId=1, evseId=1)
    scene = availability.changed("Inoperative", availability.EVSE) + asks(start) + charging()

    trace = played(workshop, scene)

    assert trace.answer_to(trace.one(RequestStartTransaction)).payload["status"] == "Rejected"
    assert not tokens.charged(trace)


def test_what_is_out_of_service_in_two_ways_needs_both_back(workshop: Workshop) -> None:
    scene = availability.changed("Inoperative") + availability.changed("Inoperative", availability.CONNECTOR)
    back = availability.changed("Operative") + availability.changed("Operative", availability.CONNECTOR)

    trace = played(workshop, scene + back)

    assert states(trace) == ["Available", "Unavailable", "Available"]


def test_what_breaks_ends_its_transaction_and_is_mended(workshop: Workshop) -> None:
    scene = charging() + does(do.break_connector()) + QUIET + does(do.unplug()) + does(do.repair_connector()) + QUIET

    trace = played(workshop, scene)

    assert states(trace) == ["Available", "Occupied", "Faulted", "Available"]
    ended = trace.one(TransactionEvent, eventType="Ended").payload
    assert (ended["triggerReason"], ended["transactionInfo"]["stoppedReason"]) == ("AbnormalCondition", "GroundFault")


@pytest.mark.parametrize(("evse_id", "stops"), [(0, True), (1, True), (2, False)])
def test_who_may_stop_everything_chooses_at_the_screen(workshop: Workshop, evse_id: int, stops: bool) -> None:
    scene = charging() + tokens.presented(tokens.MASTER) + does(do.choose_stop(evse_id=evse_id)) + QUIET

    terms = AuthorizationTerms(screen=True, master_pass_group=tokens.MASTER_GROUP)
    trace = played(workshop, scene, authorization=terms)

    presented = tokens.presenting(trace, tokens.MASTER)
    assert bool(presented.all(TransactionEvent, triggerReason="StopAuthorized")) is stops
