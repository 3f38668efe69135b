"""A whole session of OCPP 2.1, from our station and backend, judged live and from its file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness.checks.rules import ALL_RULES
from harness.core.case import Role
from harness.endpoints.ocpp_terms import LinkTerms
from harness.endpoints.station.station import Station
from harness.framing.ocppj import Dialect, Send, encode_bytes
from harness.kit.bench import Bench
from harness.kit.scene import asks, hears, passes
from harness.kit.workshop import Workshop
from harness.messages.ocpp import Kind, OcppMessage, SetNetworkProfile, TransactionEvent
from harness.messages.ocpp21 import AFRRSignal, NotifyEVChargingNeeds, NotifyPeriodicEventStream
from harness.profile.load import load_device
from harness.trace import jsonl
from harness.trace.entry import Entry, Link, Seen
from harness.trace.trace import Trace
from harness.transports.clock import run

DEVICE = Path(__file__).resolve().parents[2] / "profiles" / "devices" / "emulated-station.toml"
NEWER = LinkTerms(versions=(Dialect.OCPP21,))
CANARY = "hunter2-hunter2-hunter2"
NETWORK: dict[str, Any] = {
    "ocppInterface": "Wired0",
    "ocppTransport": "JSON",
    "messageTimeout": 30,
    "ocppCsmsUrl": "wss://example.org/ocpp",
    "securityProfile": 2,
    "basicAuthPassword": CANARY,
}
STREAM = NotifyPeriodicEventStream.sent(
    id=1, pending=0, basetime="2026-01-01T00:00:00Z", data=[{"t": 0, "v": f"password={CANARY}"}]
)


@pytest.fixture(scope="module")
def trace() -> Trace:
    """The backend answers once what no schema allows, and the station streams behind its session."""
    bench = Workshop((load_device(DEVICE),)).bench(Role.STATION)
    stage = bench._stage
    assert isinstance(stage.subject, Station)
    bench = Bench(replace(stage, subject=stage.subject.set(site_plan=()).having(link=NEWER)))
    backend = bench.csms.having(link=NEWER, profile=None).answering(
        NotifyEVChargingNeeds.response, lambda heard, _said: heard.answered(status="Perhaps")
    )
    scene = (
        hears(TransactionEvent, within=60.0)
        + asks(AFRRSignal(timestamp="2026-01-01T00:00:00Z", signal=-50))
        + asks(SetNetworkProfile(configurationSlot=1, connectionData=NETWORK))
        + passes(20.0)
    )
    seen = run(bench.play(scene, backend, bench.ev.charging_for(20.0), plug=True), virtual=True)
    last = seen.entries[-1]
    message = msgspec.structs.replace(STREAM, message_id="stream-1")
    data = encode_bytes(Send(message.message_id, message.action, message.payload))
    body = Seen(data=data, message=message)
    sent = Entry(number=last.number + 1, at=last.at, link=Link.OCPP, sender=Role.STATION, body=body)
    return Trace(entries=(*seen.entries, sent), subject=seen.subject)


def _said(trace: Trace) -> list[OcppMessage]:
    return [entry.message for entry in trace if isinstance(entry.message, OcppMessage)]


def _judged(trace: Trace) -> list[tuple[Any, ...]]:
    return [
        (found.rule, found.verdict, found.what, found.detail, found.entries)
        for rule in ALL_RULES
        for found in rule.over(trace)
    ]


def test_the_session_has_every_kind_of_frame(trace: Trace) -> None:
    assert {message.kind for message in _said(trace)} >= {Kind.REQUEST, Kind.RESPONSE, Kind.SEND, Kind.RESULT_ERROR}
    assert {message.version for message in _said(trace)} == {Dialect.OCPP21}


def test_what_was_said_comes_back(trace: Trace) -> None:
    again = jsonl.read(jsonl.write(trace))

    assert len(again) == len(trace)
    for was, now in zip(_said(trace), _said(again), strict=True):
        assert (now.action, now.kind, now.message_id, now.version) == (
            was.action,
            was.kind,
            was.message_id,
            was.version,
        )
        assert now.problems() == was.problems()
        secret = was.action in {"SetNetworkProfile", "NotifyPeriodicEventStream"} and was.kind is not Kind.RESPONSE
        assert (now.payload == was.payload) is not secret
    assert [entry.problem for entry in again] == [entry.problem for entry in trace]


def test_no_password_reaches_the_file(trace: Trace) -> None:
    assert CANARY in str(trace)
    assert CANARY.encode() not in jsonl.write(trace)


def test_the_file_is_judged_as_the_session_was(trace: Trace) -> None:
    live = _judged(trace)

    assert len({found[0] for found in live}) > 20
    assert _judged(jsonl.read(jsonl.write(trace))) == live
