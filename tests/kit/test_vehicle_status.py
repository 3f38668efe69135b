"""Whether a vehicle's chain was revoked: who is asked, what is said, and what a station makes of it."""

from __future__ import annotations

import pytest

from harness.core.case import Role
from harness.kit.until import FINISHED, seen
from harness.kit.workshop import Workshop
from harness.messages.sap import SupportedAppProtocolRes
from harness.pki.ocsp import Status
from harness.profile.load import load_device
from harness.runner.data import data_folder
from harness.trace.entry import Note
from harness.trace.trace import Trace
from harness.transports.clock import run, running_clock
from harness.transports.tls.setup import Revocation

PROFILES = data_folder("profiles") / "devices"
DEVICES = tuple(load_device(PROFILES / f"emulated-{role}.toml") for role in ("ev", "station"))
WORKSHOP = Workshop(DEVICES)


def meeting(
    status: Status | None, depth: int | None = None, *, role: Role = Role.STATION, revocation: Revocation | None = None
) -> Trace:
    bench = WORKSHOP.bench(role).vehicle_status(status, depth)
    parties = () if revocation is None else (bench.station.having(revocation=revocation),)
    trace: Trace = run(bench.run(*parties), virtual=True)
    return trace


def told(trace: Trace) -> list[str]:
    notes = [entry.body for entry in trace.all(Note)]
    return [note.text for note in notes if isinstance(note, Note) and "is let go" in note.text]


@pytest.mark.parametrize("role", [Role.EV, Role.STATION])
def test_a_vehicle_whose_chain_is_good_charges(role: Role) -> None:
    trace = meeting(Status.GOOD, role=role)

    assert trace.one(Note, text=FINISHED).facts["state"] == "finished"
    assert told(trace) == []


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.GOOD])
def test_a_vehicle_whose_chain_is_not_known_to_be_good_hears_nothing(status: Status) -> None:
    trace = meeting(status, 0)

    assert not trace.all(SupportedAppProtocolRes)


def test_a_vehicle_whose_status_nobody_knows_hears_nothing() -> None:
    assert not meeting(None).all(SupportedAppProtocolRes)


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_the_station_says_why_it_lets_a_vehicle_go(depth: int) -> None:
    trace = meeting(Status.REVOKED, depth, role=Role.EV)

    assert [text.partition("(")[2] for text in told(trace)] == [f"status.revoked, depth {depth})"]
    assert trace.one(Note, text=FINISHED).facts["state"] != "finished"


@pytest.mark.parametrize(("revocation", "charges"), [(Revocation.LEAF, True), (Revocation.NONE, True)])
def test_a_station_asks_for_as_much_as_it_minds(revocation: Revocation, charges: bool) -> None:
    trace = meeting(Status.REVOKED, 1, role=Role.EV, revocation=revocation)

    assert (trace.one(Note, text=FINISHED).facts["state"] == "finished") is charges
    assert not told(trace)


@pytest.mark.parametrize("status", [Status.GOOD, Status.REVOKED])
def test_over_sockets_it_is_the_same(status: Status) -> None:
    async def meet_now() -> Trace:
        workshop = Workshop(DEVICES, network="loopback", now=running_clock().now())
        return await workshop.bench(Role.EV).vehicle_status(status, 0).run(until=seen(SupportedAppProtocolRes), limit=2)

    trace = run(meet_now(), virtual=False)

    assert bool(told(trace)) is (status is Status.REVOKED)
    assert bool(trace.all(SupportedAppProtocolRes)) is (status is Status.GOOD)
