"""Secrets go, everything else stays byte for byte."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.core.case import Role
from harness.trace import jsonl, pcapng
from harness.trace.entry import Body, Entry, FaultStruck, Gap, Link, LinkSeen, Note, Operation, Seen, TlsSeen
from harness.trace.reading import Reading
from harness.trace.redact import MASK, redact, redact_text, redact_value
from harness.trace.trace import Trace

CANARY = "hunter2-hunter2-hunter2"
_SET = {
    "setVariableData": [
        {"component": {"name": "SecurityCtrlr"}, "variable": {"name": "BasicAuthPassword"}, "attributeValue": CANARY},
        {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}, "attributeValue": "60"},
    ]
}
_REPORT = {
    "reportData": [
        {"variable": {"name": "BasicAuthPassword"}, "variableAttribute": [{"type": "Actual", "value": CANARY}]}
    ]
}
_PROFILE = {"connectionData": {"apn": {"apnPassword": CANARY}, "vpn": {"password": CANARY, "user": "u", "key": CANARY}}}
_KEY = f"-----BEGIN EC PRIVATE KEY-----\n{CANARY}\n-----END EC PRIVATE KEY-----"


def _entry(body: Body, link: Link = Link.HARNESS) -> Entry:
    return Entry(number=1, at=0.0, link=link, sender=Role.CSMS, body=body)


def _ocpp(frame: list[Any]) -> Entry:
    return _entry(Reading().seen(Link.OCPP, Role.CSMS, json.dumps(frame).encode()), Link.OCPP)


@pytest.mark.parametrize(
    "frame",
    [
        [2, "1", "SetVariables", _SET],
        [2, "1", "NotifyReport", _REPORT],
        [2, "1", "SetNetworkProfile", _PROFILE],
        [2, "1", "DataTransfer", {"data": {"password": CANARY}, "vendorId": "x"}],
        [2, "1", "DataTransfer", {"data": f"Authorization: Basic {CANARY}", "vendorId": "x"}],
        [3, "1", {"getVariableResult": [{"variable": {"name": "basicauthpassword"}, "attributeValue": CANARY}]}],
        [4, "1", "InternalError", f"password={CANARY}", {"secret": CANARY}],
    ],
)
def test_ocpp_secrets_leave_bytes_and_message(frame: list[Any]) -> None:
    clean = redact(_ocpp(frame))

    assert isinstance(clean.body, Seen)
    assert CANARY.encode() not in clean.body.data
    assert MASK.encode() in clean.body.data
    assert CANARY not in str(clean.message)
    assert Reading().seen(Link.OCPP, Role.CSMS, clean.body.data).message is not None


def test_the_pin_of_a_sim_stays_a_number() -> None:
    connection = {"connectionData": {"apn": {"apn": "a", "simPin": 4711}}}
    whole = redact(_ocpp([2, "1", "SetNetworkProfile", connection]))
    cut = redact(_entry(Seen(data=b'[2,"1","SetNetworkProfile",{"apn":{"simPin":4711,', problem="cut"), Link.OCPP))

    assert whole.payload == {"connectionData": {"apn": {"apn": "a", "simPin": 0}}}
    assert isinstance(cut.body, Seen)
    assert cut.body.data == b'[2,"1","SetNetworkProfile",{"apn":{"simPin":0,'


def test_a_key_is_a_secret_of_a_vpn_only() -> None:
    payload = redact(_ocpp([2, "1", "ChangeConfiguration", {"key": "HeartbeatInterval", "value": "60"}])).payload

    assert payload == {"key": "HeartbeatInterval", "value": "60"}


def test_neighbours_of_a_secret_stay() -> None:
    payload = redact(_ocpp([2, "1", "SetVariables", _SET])).payload

    assert payload["setVariableData"][1] == _SET["setVariableData"][1]
    assert payload["setVariableData"][0]["component"] == {"name": "SecurityCtrlr"}


@pytest.mark.parametrize(
    "text",
    [
        f'[2,"1","SetVariables",{{"setVariableData":[{{"variable":{{"name":"BasicAuthPassword"}},"attributeValue":"{CANARY}"',
        f'[2,"1","SetVariables",{{"setVariableData":[{{"attributeValue":"{CANARY}","variable":{{"name":"BasicAuthPassword"}}}}]}}',
        f'{{"password": "{CANARY}"',
        f'[2,"1","SetNetworkProfile",{{"connectionData":{{"vpn":{{"user":"u","key":"{CANARY}"',
    ],
)
def test_secrets_leave_texts_that_are_no_frame(text: str) -> None:
    for data in (text.encode(), b"\xff" + text.encode()):
        clean = redact(_entry(Seen(data=data, problem=f"not JSON near password: {CANARY}"), Link.OCPP))
        assert isinstance(clean.body, Seen)
        assert CANARY.encode() not in clean.body.data
        assert CANARY not in clean.body.problem


@pytest.mark.parametrize(
    "body",
    [
        Note(text=f"GET / Authorization: Basic {CANARY}", data={"password": CANARY, "deep": [{"private_key": CANARY}]}),
        TlsSeen(event="handshake", facts={"keylog": CANARY, "pem": _KEY}, detail=_KEY),
        LinkSeen(state="open", detail=f"wss://CS-1:{CANARY}@example.org/ocpp"),
        FaultStruck(fault="x", detail=f"passphrase = '{CANARY}'"),
        Operation(action="type", detail=f'{{"password":"{CANARY}"}}'),
        Gap(text=_KEY),
    ],
)
def test_other_entries_lose_their_secrets(body: Body) -> None:
    clean = redact(_entry(body))

    assert CANARY not in str(clean)
    assert MASK in str(clean)
    assert redact(clean) is clean


def test_an_entry_without_secrets_is_the_very_same(trace: Trace) -> None:
    assert all(redact(entry) is entry for entry in trace)


def test_nothing_secret_reaches_a_file() -> None:
    note = Entry(number=2, at=0.0, link=Link.HARNESS, sender=None, body=Note(text=_KEY, data={"secret": CANARY}))
    trace = Trace(entries=(_ocpp([2, "1", "SetVariables", _SET]), note))

    assert CANARY.encode() not in jsonl.write(trace)
    assert CANARY.encode() not in pcapng.write(trace)


def test_plain_words_are_left_alone() -> None:
    told = "the password was not accepted; a secret is no secret; authorization took 2 s"

    assert redact_text(told) == told
    assert redact_value({"authorization": None, "password": "", "n": 3}) == {
        "authorization": None,
        "password": "",
        "n": 3,
    }
