"""`v2x emulate`: two processes that charge with each other over loopback, led by commands."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import stat
from pathlib import Path

import pytest

from harness.cli.emulation.commands import Command, CommandError, Commands, choice, number
from harness.cli.main import main
from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.endpoint import CsmsEndpoint
from harness.messages.iso20.ac import AcChargeLoopReq
from harness.messages.iso20.common import SessionSetupRes, SessionStopReq
from harness.messages.ocpp import Authorize, TransactionEvent
from harness.trace import jsonl
from harness.trace.recorder import Recorder
from harness.transports.clock import RealClock
from harness.transports.network import SocketNetwork
from tests.cli.console import Console

QUICK = ("--set", "authorisation_delay=0.1")


def _station(tmp_path: Path, *words: str) -> Console:
    return Console(tmp_path, "emulate", "station", "--as", "ac-wallbox", "--sdp-port", "0", *QUICK, *words)


def _ev(tmp_path: Path, port: str, *words: str, typed: bool = True) -> Console:
    given = ("--as", "city-car", "--sdp-port", port, "--set", "control_mode=scheduled")
    return Console(tmp_path, "emulate", "ev", *given, *words, typed=typed)


def _port(station: Console) -> str:
    found = re.search(r"SDP port (\d+)", station.see("SDP port"))
    assert found is not None
    return found[1]


def test_two_of_them_charge_pause_go_on_and_stop(tmp_path: Path) -> None:
    with _station(tmp_path, "--pki", "pki", "--trace", "s.jsonl") as station:
        files = ("--pki", "pki", "--trace", "e.jsonl", "--pcap", "e.pcapng")
        with _ev(tmp_path, _port(station), *files) as ev:
            ev.type("pause")
            ev.see("no session runs (plug first)")
            ev.type("plug")
            ev.see("TLS handshake: TLSv1.3")
            ev.see("AC_ChargeLoopRes OK")
            ev.type("limit 5000")
            ev.see("takes and gives 5000 W at most")
            ev.see("AC_ChargeLoopReq")
            ev.type("dance")
            ev.see("there is no command 'dance' (`help` lists those that there are)")
            station.type("show")
            station.see("Charging: HRNV1234567890ABCDE2 plugged in, authorisation accepted, service 1, scheduled")
            ev.type("pause")
            ev.see("SessionStopReq Pause")
            ev.see("session paused")
            ev.type("resume")
            ev.see("joins the paused session again")
            ev.see("OK_OldSessionJoined")
            ev.see("AC_ChargeLoopRes OK")
            station.type("limit 4500")
            station.see("lets 4500 W flow at most")
            station.type("stop")
            ev.see("session finished")
            ev.type("quit")
            assert ev.ends() == 0
        station.type("quit")
        assert station.ends() == 0
    _judge_traces(tmp_path)


def _judge_traces(folder: Path) -> None:
    trace = jsonl.read_file(folder / "e.jsonl")
    powers = [float(entry.message.control_mode.ev_maximum_charge_power) for entry in trace.all(AcChargeLoopReq)]
    assert powers[0] == 11_040
    assert powers[-1] == 5_000
    assert [str(entry.message.charging_session) for entry in trace.all(SessionStopReq)] == ["Pause", "Terminate"]
    assert len({entry.message.header.session_id for entry in trace.all(SessionSetupRes)}) == 1
    assert (folder / "e.pcapng").stat().st_size > 1000
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder / "pki").iterdir()} == {0o600}
    assert stat.S_IMODE((folder / "pki").stat().st_mode) == 0o700
    with Console(folder, "check", "e.jsonl") as check:
        assert check.ends() == 0
        assert "PASS     RULE-V2G" in check.told
        assert "FAIL" not in check.told


def test_somebody_beside_the_station_accepts_and_unplugs(tmp_path: Path) -> None:
    plain = ("--tls", "none")
    with _station(tmp_path, *plain, "--ask", "--flavour", "field") as station:
        with _ev(tmp_path, _port(station), *plain, "--plug", typed=False) as ev:
            station.see("the EV waits for authorisation: accept or reject")
            station.type("accept")
            station.see("authorisation accepted")
            station.see("AC_ChargeLoopRes")
            station.type("unplug")
            station.see("unplugged")
            ev.see("session lost")
            assert ev.ends() == 0
        station.interrupt(signal.SIGINT)
        assert station.ends() == 0


def test_somebody_beside_the_station_rejects(tmp_path: Path) -> None:
    plain = ("--tls", "none")
    with _station(tmp_path, *plain, "--ask", "--plug") as station:
        with _ev(tmp_path, _port(station), *plain, "--plug", typed=False) as ev:
            station.see("the EV waits for authorisation")
            station.type("reject")
            ev.see("session unfinished: not authorized")
            assert ev.ends() == 0
        station.see("session over")
        station.type("quit")
        assert station.ends() == 0


def test_after_so_many_cycles_an_ev_without_a_driver_ends_by_itself(tmp_path: Path) -> None:
    plain = ("--tls", "none")
    with (
        _station(tmp_path, *plain) as station,
        _ev(tmp_path, _port(station), *plain, "--plug", "--loops", "2", typed=False) as ev,
    ):
        ev.see("session finished")
        assert ev.ends() == 0


def test_a_peer_that_does_wrong_is_marked(tmp_path: Path) -> None:
    """The station of no TLS is met by bytes that are no V2GTP frame, and says so."""
    with _station(tmp_path, "--tls", "none") as station:
        port = _port(station)
        with _ev(tmp_path, port, "--tls", "none") as ev:
            ev.type("plug")
            where = re.search(r"v2g open \[::1\]:(\d+)", ev.see("v2g open"))
            assert where is not None
            ev.type("unplug")
            ev.see("unplugged")
            station.see("session over")
            with socket.create_connection(("::1", int(where[1]))) as wire:
                wire.sendall(bytes.fromhex("02fd800100000000"))
                station.see("✗ cannot be read: unsupported version")
                station.type("quit")
                station.see("✗ EV broke RULE-V2G-READABLE")
            assert station.ends() == 0


async def test_a_station_reports_to_a_backend(tmp_path: Path) -> None:
    """The emulated backend of this project, on a port of its own, hears of the token and of the session."""
    network, recorder = SocketNetwork(), Recorder()
    backend = CsmsEndpoint(Csms(), network, RealClock(), recorder, host="::1", port=0)
    await backend.open()
    serving = asyncio.create_task(backend.run())
    try:
        await asyncio.to_thread(_charge_once, tmp_path, backend.url)
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        await network.close()
    trace = recorder.trace()
    assert trace.all(Authorize)
    assert next(entry.payload["eventType"] for entry in trace.all(TransactionEvent)) == "Started"


def _charge_once(tmp_path: Path, url: str) -> None:
    plain = ("--tls", "none")
    with _station(tmp_path, *plain, "--csms", url) as station:
        port = _port(station)
        station.see("BootNotificationResponse Accepted")
        with _ev(tmp_path, port, *plain, "--plug", "--loops", "2", typed=False) as ev:
            station.see("AuthorizeRequest")
            ev.see("session finished")
            assert ev.ends() == 0
        station.type("quit")
        assert station.ends() == 0


def test_nobody_there(tmp_path: Path) -> None:
    with Console(
        tmp_path, "emulate", "ev", "--tls", "none", "--sdp-port", "9", "--plug", "--trace", "t.jsonl", typed=False
    ) as ev:
        assert ev.ends() == 2
        assert "v2x: nobody gave a usable answer to discovery (see that a station is there" in ev.told
    assert len(jsonl.read_file(tmp_path / "t.jsonl")) > 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("ev", "--interface", "nosuch0"), "nosuch0"),
        (("station", "--interface", "nosuch0"), "nosuch0"),
        (("ev", "--as", "dc-charger"), "dc-charger: describes a station, not a ev"),
        (("ev", "--as", "josev-evcc"), "describes a real device"),
        (("ev", "--as", "nobody"), "there is no profile 'nobody'"),
        (("ev", "--set", "wheels=4"), "--set: unknown key at parameters.wheels"),
        (("ev", "--set", "soc"), "--set soc: is no key=value"),
        (("station", "--set", "ac.max_power=4"), "unknown key at parameters.ac.max_power"),
        (("station", "--flavour", "sweet"), "there is no flavour 'sweet' (take one of strict, field)"),
        (("station", "--csms", "http://x"), "is no address of a backend"),
        (("ev", "--trace", "nowhere/t.jsonl"), "nowhere/t.jsonl: the folder for it is not there"),
    ],
)
def test_what_a_user_can_put_right_is_one_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["v2x", "emulate", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    (line,) = capsys.readouterr().err.splitlines()
    assert ended.value.code == 2
    assert line.startswith("v2x: ")
    assert told in line


def test_commands_say_what_they_want() -> None:
    commands = Commands({"limit": Command(usage="W", meaning="that much", do=lambda words: str(number(words, 0, "W")))})
    assert commands.follow("") == ""
    assert commands.follow("LIMIT 3e3") == "3000.0"
    assert commands.follow("help").splitlines() == ["limit W  that much", "help     these lines"]
    for line, told in (("limit x", "is no number of W"), ("limit -1", "cannot be"), ("limit nan", "cannot be")):
        with pytest.raises(CommandError, match=told):
            commands.follow(line)
    assert choice([], ("a", "b")) == "a"
    with pytest.raises(CommandError, match="'c' is none of a, b"):
        choice(["c"], ("a", "b"))
