"""Every action of OCPP 2.0.1 between our endpoints and npm ocpp-rpc in strict mode, which accepts every frame."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from harness.checks.rules import ALL_RULES
from harness.core.case import Role
from harness.core.verdict import Verdict
from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.endpoint import CsmsEndpoint
from harness.endpoints.station.ocpp.link import BackendLink
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.station import Station
from harness.messages.ocpp import Action, Kind, OcppMessage
from harness.messages.ocpp_schema import RESPONSE, actions
from harness.messages.ocpp_time import timestamp
from harness.trace.entry import Seen
from harness.trace.jsonl import read
from harness.trace.recorder import Recorder
from harness.transports.clock import running_clock, time_of_day
from harness.transports.network import SocketNetwork
from tests.interop_ocpp.node_peers import ROOT, NodePeer, node, peer, until, with_rpc
from tests.interop_ocpp.samples import STATION_CALLS, sample

BACKEND_CALLS = (actions() - STATION_CALLS) | {"DataTransfer"}
LAST = ("SetNetworkProfile", "CertificateSigned", "Reset")
"""What may end the connection, or have consequences, comes at the end."""
RPC_RULES = {"RULE-OCPP-ONE-CALL", "RULE-OCPP-ANSWERS", "RULE-OCPP-ANSWERED"}
FIRST_BOOT = {"currentTime": "", "interval": 300, "status": "Accepted"}


def ordered(names: frozenset[str] | set[str], last: tuple[str, ...] = ()) -> list[str]:
    return [*sorted(set(names) - set(last)), *(name for name in last if name in names)]


def samples(folder: Path, calls: list[str], answered: frozenset[str], after: str = "") -> str:
    """What the peer says and answers, as a file."""
    boot = {**FIRST_BOOT, "currentTime": timestamp(time_of_day())}
    answers = {name: sample(name, RESPONSE, rich=False) for name in answered} | {"BootNotification": boot}
    answers["Heartbeat"] = {"currentTime": boot["currentTime"]}
    told = {"calls": [[name, sample(name, rich=False)] for name in calls], "answers": answers, "after": after}
    path = folder / "samples.json"
    path.write_text(json.dumps(told))
    return str(path)


def kinds(recorder: Recorder, sender: Role) -> dict[Kind, set[str]]:
    """The actions of what one side said, by the kind of frame."""
    found: dict[Kind, set[str]] = {kind: set() for kind in Kind}
    for entry in recorder.trace():
        if entry.sender is sender and isinstance(entry.message, OcppMessage):
            found[entry.message.kind].add(entry.message.action)
    return found


def complaints(one: NodePeer) -> list[Any]:
    """What the strict peer objects to; errors are answers, but for those that it makes itself of a bad answer."""
    own = [told for told in one.told if told.get("code") in {"RPCFrameworkError", "TimeoutError", "Error"}]
    return [told for told in one.told if "invalid" in told or "failed" in told] + own


async def station_session(folder: Path) -> tuple[NodePeer, Recorder]:
    """Our station at the strict backend."""
    clock, network, recorder = running_clock(), SocketNetwork(), Recorder(Role.CSMS)
    asked = ordered(BACKEND_CALLS, LAST)
    station = Station()
    async with peer("everything.js", samples(folder, asked, STATION_CALLS, "SignCertificate")) as backend:
        await until(lambda: backend.all("listening"))
        url = f"ws://127.0.0.1:{backend.all('listening')[0]}/ocpp"
        link = BackendLink(station, Plant(station.settings), network, clock, recorder, url=url)
        running = asyncio.create_task(link.run())
        await until(lambda: "SecurityEventNotification" in backend.all("heard"))
        for name in ordered(STATION_CALLS - {"BootNotification"}, ("SignCertificate",)):
            link.session.send(Action(name)(**sample(name)), clock.now())
        link.half.on_step()
        await until(lambda: backend.all("done"))
        assert not running.done()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await network.close()
    return backend, recorder


@node
@with_rpc
async def test_our_station_says_and_answers_all(tmp_path: Path) -> None:
    backend, recorder = await station_session(tmp_path)
    assert complaints(backend) == []
    assert set(backend.all("heard")) >= STATION_CALLS
    assert {*backend.all("said"), *backend.all("refused")} == BACKEND_CALLS
    said = kinds(recorder, Role.STATION)
    assert said[Kind.REQUEST] >= STATION_CALLS
    assert said[Kind.RESPONSE] | said[Kind.ERROR] >= BACKEND_CALLS
    codes = {told["code"] for told in backend.told if "refused" in told}
    assert codes <= {"NotSupported"}


async def backend_session(folder: Path) -> tuple[NodePeer, Recorder]:
    """The strict station at our backend."""
    clock, network, recorder = running_clock(), SocketNetwork(), Recorder(Role.STATION)
    endpoint = CsmsEndpoint(Csms(), network, clock, recorder, host="127.0.0.1")
    url = await endpoint.open()
    running = asyncio.create_task(endpoint.run())
    told = ["BootNotification", *ordered(STATION_CALLS - {"BootNotification"})]
    async with peer("everything.js", samples(folder, told, BACKEND_CALLS), url, "CS-1") as station:
        await until(lambda: station.all("done") or station.all("failed"))
        for name in ordered(BACKEND_CALLS, LAST):
            endpoint.ask(Action(name)(**sample(name)))
        await until(lambda: set(station.all("heard")) >= BACKEND_CALLS)
        await until(lambda: kinds(recorder, Role.STATION)[Kind.RESPONSE] >= BACKEND_CALLS)
        assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await network.close()
    return station, recorder


@node
@with_rpc
async def test_our_backend_says_and_answers_all(tmp_path: Path) -> None:
    station, recorder = await backend_session(tmp_path)
    assert complaints(station) == []
    assert {*station.all("said"), *station.all("refused")} == STATION_CALLS
    said = kinds(recorder, Role.CSMS)
    assert said[Kind.REQUEST] >= BACKEND_CALLS
    assert said[Kind.RESPONSE] | said[Kind.ERROR] >= STATION_CALLS
    assert {one["code"] for one in station.told if "refused" in one} <= {"NotSupported"}


@pytest.mark.parametrize("name", ["strict-station", "strict-csms"])
def test_a_recorded_session_is_still_good(name: str) -> None:
    """Where npm is missing: what the strict peer accepted when it was recorded is read, checked and judged anew."""
    trace = read((ROOT / "fixtures" / "traces" / "ocpp" / f"{name}.jsonl").read_bytes())
    frames = [entry for entry in trace if isinstance(entry.body, Seen)]
    assert all(entry.problem == "" and entry.message.problems() == () for entry in frames)
    assert {entry.message.action for entry in frames} == actions()
    rpc_rules = [rule for rule in ALL_RULES if rule.id in RPC_RULES]
    assert len(rpc_rules) == len(RPC_RULES)
    found = [finding for rule in rpc_rules for finding in rule.over(trace.about(Role(name.removeprefix("strict-"))))]
    assert [one for one in found if one.verdict is Verdict.FAIL] == []
