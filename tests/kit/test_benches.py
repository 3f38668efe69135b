"""Benches: who plays whom, what a run records, how it ends, and what the workshop makes of a device."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from harness.core.case import Role
from harness.core.errors import ProfileError, UnreachableError
from harness.endpoints.mutants.catalogue import MUTANTS
from harness.faults.fault import drop
from harness.kit.bench import Bench
from harness.kit.reach import find_backend, find_ports
from harness.kit.until import FINISHED, seen
from harness.kit.workshop import Workshop
from harness.messages.iso20.common import SessionSetupReq, SessionSetupRes
from harness.messages.ocpp import BootNotification
from harness.profile.device import Connection, Device
from harness.profile.load import load_device
from harness.runner.data import data_folder
from harness.trace.entry import FaultStruck, Link, Note, Seen
from harness.trace.trace import Trace
from harness.transports.clock import run

PROFILES = data_folder("profiles") / "devices"
DEVICES = tuple(load_device(PROFILES / f"emulated-{role}.toml") for role in ("ev", "station", "csms"))
WORKSHOP = Workshop(DEVICES)


def lead(bench: Bench, *parties: Any, **terms: Any) -> Trace:
    trace: Trace = run(bench.run(*parties, **terms), virtual=True)
    return trace


@pytest.mark.parametrize("role", list(Role))
def test_a_run_records_the_subject_from_the_other_side(role: Role) -> None:
    bench = WORKSHOP.bench(role)
    trace = lead(bench)
    assert trace.subject is role
    links = {entry.link for entry in trace.all(Seen)}
    assert links == ({Link.V2G, Link.SDP} if role is Role.EV else {Link.V2G, Link.SDP, Link.OCPP})
    assert trace.one(Note, text=FINISHED).facts["state"] == "finished"
    assert bench.traces == [trace]
    assert bench.unstruck == []


def test_the_party_under_test_cannot_be_bent() -> None:
    bench = WORKSHOP.bench(Role.STATION)
    with pytest.raises(ValueError, match="the station is under test here; bend the others"):
        lead(bench, bench.station)


def test_a_bent_party_stands_in_for_the_good_one() -> None:
    bench = WORKSHOP.bench(Role.STATION)
    trace = lead(bench, bench.ev.but(SessionSetupReq, evcc_id="SOMEBODYELSE"), until=seen(SessionSetupRes))
    sent = trace.one(SessionSetupReq)
    assert (sent.message.evcc_id, sent.deliberate) == ("SOMEBODYELSE", True)
    assert bench.ev.bends == ()


def test_what_is_awaited_in_vain_ends_at_the_limit() -> None:
    bench = WORKSHOP.bench(Role.STATION)
    trace = lead(bench, until=seen(SessionSetupRes, times=9), limit=33.0)
    (told,) = trace.all(Note, where=lambda entry: "the run ended after" in getattr(entry.body, "text", ""))
    assert "33 s, while waiting for SessionSetupRes x 9" in getattr(told.body, "text", "")
    assert told.at - trace.entries[0].at <= 34.0


def test_faults_strike_or_are_told() -> None:
    bench = WORKSHOP.bench(Role.STATION)
    trace = lead(bench, faults=[drop(SessionSetupReq), drop(SessionSetupReq, nth=7)], until=seen(FaultStruck))
    assert len(trace.all(FaultStruck)) == 1
    assert len(bench.unstruck) == 1
    assert "7" in bench.unstruck[0]


def test_entries_number_on_through_the_runs_of_a_case() -> None:
    bench = WORKSHOP.bench(Role.STATION)
    first, second = (lead(bench, until=seen(SessionSetupRes)) for _ in range(2))
    assert second.entries[0].number == len(first) + 1
    assert bench.traces == [first, second]


def test_nobody_comes_where_nobody_is_plugged_in() -> None:
    trace = lead(WORKSHOP.bench(Role.STATION), plug=False, until=seen(BootNotification.response))
    assert {entry.link for entry in trace.all(Seen)} == {Link.OCPP}


def test_one_seed_makes_one_run() -> None:
    runs = [lead(Workshop(DEVICES, seed=5).bench(Role.STATION), until=seen(SessionSetupRes)) for _ in range(2)]
    ids = {trace.one(SessionSetupRes).message.header.session_id for trace in runs}
    assert len(ids) == 1


def test_stored_traces_are_given_out_in_order_and_nothing_runs() -> None:
    stored = lead(WORKSHOP.bench(Role.STATION), faults=[drop(SessionSetupReq)], until=seen(FaultStruck))
    bench = WORKSHOP.bench(Role.STATION, replay=[stored])
    faults = [drop(SessionSetupReq), drop(SessionSetupRes)]
    assert lead(bench, faults=faults) is stored
    assert bench.unstruck == [str(faults[1])]
    nothing = lead(bench)
    assert (len(nothing), nothing.subject) == (0, Role.STATION)


def test_a_mute_station_takes_the_connection_and_says_nothing() -> None:
    trace = lead(WORKSHOP.bench(Role.STATION, silent=True))
    assert not trace.all(Seen, sent_by=Role.STATION, link=Link.V2G)


def test_a_mutant_takes_the_place_of_the_good_device() -> None:
    mutant = next(one for one in MUTANTS if one.role is Role.STATION)
    good, bad = WORKSHOP.bench(Role.STATION).station, mutant.make(WORKSHOP.bench(Role.STATION).station)
    assert good != bad
    assert lead(WORKSHOP.bench(Role.STATION, mutant)).subject is Role.STATION


def a_device(role: Role, **connection: Any) -> Device:
    good = next(device for device in DEVICES if device.role is role)
    return replace(good, connection=Connection(kind="network", **connection))


@pytest.mark.parametrize("url", ["", "http://host/", "ws:///nobody"])
def test_a_backend_needs_an_address(url: str) -> None:
    with pytest.raises(ProfileError, match="name the backend as ws://host:port/path"):
        run(find_backend(a_device(Role.CSMS, csms_url=url)), virtual=False)


def test_a_backend_on_the_network_needs_no_port_of_ours() -> None:
    run(find_ports(a_device(Role.CSMS)), virtual=False)
    run(find_ports(a_device(Role.STATION, interface="lo")), virtual=False)


def test_an_interface_that_is_not_there_is_told() -> None:
    with pytest.raises(UnreachableError, match="nosuch0"):
        run(find_ports(a_device(Role.EV, interface="nosuch0")), virtual=False)


def test_a_device_is_started_once_and_its_log_is_handed_out_piece_by_piece(tmp_path: Path) -> None:
    text = (PROFILES / "emulated-csms.toml").read_text().replace('kind = "emulated"', 'kind = "network"')
    path = tmp_path / "mine.toml"
    path.write_text(
        f'{text}\n[launch]\nnamespace = ""\ncommand = ["sh", "-c", "echo {{greeting}}; cat"]\nready = "^hello$"\n'
    )
    workshop = Workshop((load_device(path),), places={"greeting": "hello"})
    try:
        assert workshop.logs() == []
        workshop.bench(Role.CSMS)
        workshop.bench(Role.CSMS)
        assert workshop.logs() == [("emulated-csms.log", b"hello\n")]
        assert workshop.logs() == [("emulated-csms.log", b"")]
    finally:
        workshop.close()


def test_our_side_gives_a_handshake_as_long_as_the_profile_says() -> None:
    devices = tuple(replace(one, limits=replace(one.limits, handshake_s=42.0)) for one in DEVICES)
    workshop = Workshop(devices)

    assert workshop.bench(Role.STATION).ev.handshake_limit == 42.0
    assert workshop.bench(Role.EV).station.handshake_limit == 42.0
    assert WORKSHOP.bench(Role.STATION).ev.handshake_limit == 10.0
