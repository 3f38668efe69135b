"""`v2x emulate csms`: a backend on a real port, led by commands and by requests over HTTP, met by our own station."""

from __future__ import annotations

import base64
import http.client
import json
import re
import socket
import ssl
from pathlib import Path
from typing import Any

import pytest

from harness.cli.emulation.house import House, backend_party
from harness.core.errors import UserError
from harness.endpoints.ocpp_security import SecurityProfile
from harness.messages.ocpp import GetVariables, Heartbeat
from harness.trace import jsonl
from harness.transports.clock import VIRTUAL_EPOCH
from tests.cli.console import Console

HEARTBEAT = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
ASKED = json.dumps({"getVariableData": [HEARTBEAT]})


def _backend(tmp_path: Path, *words: str, typed: bool = True) -> Console:
    return Console(tmp_path, "emulate", "csms", "--port", "0", "--control", "0", *words, typed=typed)


def _url(backend: Console) -> str:
    found = re.search(r"(ws://\S+)/ID-OF", backend.see("a backend at"))
    assert found is not None
    return found[1]


def _control(backend: Console) -> int:
    found = re.search(r"http://127\.0\.0\.1:(\d+)/", backend.see("scripts are served"))
    assert found is not None
    return int(found[1])


def _station(tmp_path: Path, url: str) -> Console:
    words = ("--as", "ac-wallbox", "--sdp-port", "0", "--csms", url, "--set", "station_id=CS-7")
    return Console(tmp_path, "emulate", "station", *words)


def _http(port: int, method: str, path: str, body: Any = None, kind: str = "application/json") -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        given = None if body is None else json.dumps(body) if not isinstance(body, str) else body
        connection.request(method, path, body=given, headers={"Content-Type": kind} if given else {})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def test_an_operator_asks_a_station_and_bends_answers(tmp_path: Path) -> None:
    with _backend(tmp_path, "--trace", "b.jsonl", "--pcap", "b.pcapng") as backend:
        url, port = _url(backend), _control(backend)
        backend.type("call GetVariables")
        backend.see("no station is connected (wait until one is)")
        with _station(tmp_path, url) as station:
            backend.see("BootNotification")
            backend.type("show")
            backend.see("CS-7: connected, Accepted")
            backend.type(f"call GetVariables {ASKED}")
            backend.see("asks GetVariables")
            backend.see("station ─▶ backend  GetVariables")
            backend.type("call CS-7 Reset {}")
            backend.see("sent all the same")
            for line, told in _MISTAKES.items():
                backend.type(line)
                backend.see(told)
            _over_http(port, backend)
            station.type("quit")
            assert station.ends() == 0
        backend.type("quit")
        assert backend.ends() == 0
    trace = jsonl.read_file(tmp_path / "b.jsonl")
    assert len(trace.all(GetVariables.response)) == 2
    assert trace.first(Heartbeat.response).at - trace.first(Heartbeat).at >= 0.1
    assert (tmp_path / "b.pcapng").stat().st_size > 0


_MISTAKES = {
    "call Dance": "OCPP 2.0.1 has no action 'Dance'",
    "call GetVariables {": "the payload is no JSON",
    "call GetVariables []": "the payload is no JSON object",
    "call": "which request?",
    "answer Heartbeat": "answer what, and how?",
    "answer Heartbeat loudly": "'loudly' is no policy",
    "tariff": "how much?",
    "token": "which token?",
    "answer Heartbeat delay 0.1": "answers Heartbeat: delay 0.1",
    "tariff 0.35": "a kWh costs 0.35",
    "token AA blocked": "token AA: blocked",
}


def _over_http(port: int, backend: Console) -> None:
    status, state = _http(port, "GET", "/state")
    assert status == 200
    assert state["stations"]["CS-7"]["connected"]
    assert state["answers"] == {"Heartbeat": "delay 0.1"}
    assert (state["tokens"], state["price"]) == ({"AA": "blocked"}, 0.35)
    status, told = _http(port, "POST", "/call", {"action": "GetVariables", "payload": {"getVariableData": [HEARTBEAT]}})
    assert (status, told["kind"]) == (200, "response")
    assert told["payload"]["getVariableResult"][0]["attributeStatus"] == "Accepted"
    trigger = {"action": "TriggerMessage", "payload": {"requestedMessage": "Heartbeat"}, "station": "CS-7"}
    assert _http(port, "POST", "/call", trigger)[0] == 200
    backend.see("backend ─▶ station  HeartbeatResponse")
    assert _http(port, "POST", "/answer", {"action": "Heartbeat", "policy": {"kind": "accept"}})[0] == 200
    assert _http(port, "POST", "/token", {"token": "AA"})[1] == {"done": "token AA: as usual"}
    assert _http(port, "POST", "/tariff", {"price": None})[1] == {"done": "tells no cost"}
    assert _http(port, "GET", "/state")[1]["answers"] == {}


@pytest.mark.parametrize(
    ("method", "path", "body", "kind", "status", "told"),
    [
        ("GET", "/nothing", None, "", 404, "there is nothing at /nothing"),
        ("GET", "/call", None, "", 405, "/call takes POST"),
        ("POST", "/state", {}, "application/json", 405, "/state takes GET"),
        ("POST", "/call", {"action": "Reset"}, "text/plain", 400, "send Content-Type: application/json"),
        ("POST", "/call", "{", "application/json", 400, "Input data was truncated"),
        ("POST", "/call", {"action": "Dance"}, "application/json", 400, "has no action 'Dance'"),
        ("POST", "/call", {"action": "Reset"}, "application/json", 400, "no station is connected"),
        ("POST", "/call", {"action": "Reset", "to": "x"}, "application/json", 400, "unknown field `to`"),
        ("POST", "/answer", {"action": "Heartbeat", "policy": {"kind": "x"}}, "application/json", 400, "no policy"),
    ],
)
def test_what_cannot_be_done_over_http_is_told(
    served: int, method: str, path: str, body: Any, kind: str, status: int, told: str
) -> None:
    got, answer = _http(served, method, path, body, kind)
    assert got == status
    assert told in answer["error"]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with _backend(tmp_path_factory.mktemp("served")) as backend:
        yield _control(backend)
        backend.type("quit")


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost:9", 200), ("[::1]:9", 200), ("evil.example:9", 400), ("", 400), ("[", 400), ("0.0.0.0", 200)],
)
def test_a_page_with_a_name_of_its_own_is_not_served(served: int, host: str, status: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served, timeout=60)
    try:
        connection.request("GET", "/state", headers={"Host": host})
        assert connection.getresponse().status == status
    finally:
        connection.close()


def test_a_taken_port_and_a_missing_password_are_told(tmp_path: Path, served: int) -> None:
    with _backend(tmp_path, "--control", str(served)) as backend:
        backend.see("nobody can be served on 127.0.0.1 port")
        assert backend.ends() == 2
    for words, told in (
        (("--security-profile", "1"), "asks stations for a password, and there is none"),
        (("--security-profile", "3"), "security profile 3 needs certificates"),
        (("--security-profile", "1", "--password-file", "nowhere"), "nowhere"),
        (("--pki", "."), "is there already"),
    ):
        with pytest.raises(UserError, match=told):
            backend_party(_house(words, tmp_path), VIRTUAL_EPOCH)


def _house(words: tuple[str, ...], folder: Path) -> House:
    given = dict(zip(words[::2], words[1::2], strict=True))
    password, pki = given.get("--password-file"), given.get("--pki")
    return House(
        profile=SecurityProfile(int(given.get("--security-profile", 0))),
        password_file=folder / password if password else None,
        pki=folder / pki if pki else None,
    )


def test_a_backend_over_tls_lets_in_who_knows_the_password(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("a-password-of-a-station\n")
    words = ("--security-profile", "2", "--password-file", "password", "--pki", "lab", "--name", "backend.lab")
    with _backend(tmp_path, *words) as backend:
        found = re.search(r"wss://\[::1\]:(\d+)/ocpp/ID-OF", backend.see("a backend at"))
        assert found is not None
        context = ssl.create_default_context(cafile=tmp_path / "lab" / "csms_root.pem")
        assert b"101 Switching" in _upgrade(int(found[1]), context, "a-password-of-a-station")
        assert b"401 Unauthorized" in _upgrade(int(found[1]), context, "another-password")
        backend.type("quit")
        assert backend.ends() == 0


def _upgrade(port: int, context: ssl.SSLContext, password: str) -> bytes:
    known = base64.b64encode(f"CS-7:{password}".encode()).decode()
    lines = (
        "GET /ocpp/CS-7 HTTP/1.1",
        "Host: backend.lab",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol: ocpp2.0.1",
        f"Authorization: Basic {known}",
    )
    with (
        socket.create_connection(("::1", port), timeout=60) as plain,
        context.wrap_socket(plain, server_hostname="backend.lab") as secured,
    ):
        secured.sendall("\r\n".join((*lines, "", "")).encode())
        return secured.recv(4096)
