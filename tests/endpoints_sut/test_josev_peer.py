"""Josev as the launcher starts it: our sockets against its station, our parties against both of its roles.

Needs `make peers` and the right to make network namespaces; skipped with the reason otherwise.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from harness.endpoints.sut.launch import LaunchedDevice, launched
from harness.framing.sdp import SDP_GROUP, SDP_PORT, SdpRequest, SdpResponse, Security, decode_datagram
from harness.kit.workshop import Workshop
from harness.messages.iso20.common import SessionStopRes
from harness.messages.iso20.dc import BptDynamicDcClReqControlMode, BptScheduledDcClReqControlMode, DcChargeLoopReq
from harness.pki.build import Pki
from harness.profile.device import Launch
from harness.profile.load import load_device
from harness.trace.entry import TlsSeen
from harness.transports.clock import run

ROOT = Path(__file__).parents[2]
PEERS = ROOT / ".peers"
NUMBER = os.getpid() % 1_000_000
NAMES = {"namespace": f"v2xj{NUMBER}", "host_interface": f"v2xi{NUMBER}", "device_interface": f"v2xe{NUMBER}"}


def why_not() -> str:
    """What is missing for these tests, or an empty string."""
    if not (PEERS / "josev" / "pki" / "iso15118_2").exists():
        return "Josev is not prepared; run: make peers"
    if shutil.which("java") is None or shutil.which("ip") is None:
        return "there is no `java` or no `ip`; run: make peers"
    probe = subprocess.run(["ip", "netns", "add", NAMES["namespace"]], capture_output=True, check=False)
    if probe.returncode:
        return "no right to make a network namespace; run as root"
    subprocess.run(["ip", "netns", "delete", NAMES["namespace"]], check=True)
    return ""


WHY_NOT = why_not()
pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "-")


def launch_table(device: str) -> Launch:
    table = load_device(ROOT / "profiles" / "devices" / f"{device}.toml").launch
    assert table is not None
    return msgspec.structs.replace(table, **NAMES)


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificates of this run, in files."""
    folder = tmp_path_factory.mktemp("pki") / "run"
    Pki.generate(time.time()).write_pem(folder)  # noqa: TID251 - certificates are for now
    return folder


@pytest.fixture(scope="module")
def places(pki: Path) -> dict[str, str]:
    return {"profiles": str(ROOT / "profiles"), "peers": str(PEERS), "pki": str(pki)}


@pytest.fixture(scope="module")
def station(places: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[LaunchedDevice]:
    log = tmp_path_factory.mktemp("secc") / "josev-secc.log"
    with launched(launch_table("josev-secc"), log=log, places=places) as device:
        yield device


@pytest.fixture
def fresh(station: LaunchedDevice) -> LaunchedDevice:
    """Josev answers no SDP for 5 s after a connection; a reset spares the wait."""
    station.reset()
    return station


def discover(security: Security) -> SdpResponse:
    """Ask as an EV does, over multicast on our end of the cable."""
    scope = socket.if_nametoindex(NAMES["host_interface"])
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as asking:
        asking.settimeout(5)
        asking.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, scope)
        asking.sendto(SdpRequest(security).frame().encode(), (SDP_GROUP, SDP_PORT, 0, scope))
        answer = decode_datagram(asking.recv(2048))
    assert isinstance(answer, SdpResponse)
    return answer


def connect(where: SdpResponse) -> socket.socket:
    stream = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    stream.settimeout(5)
    stream.connect((where.host, where.port, 0, socket.if_nametoindex(NAMES["host_interface"])))
    return stream


def vehicle_context(pki: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(PEERS / "josev" / "pki" / "iso15118_2" / "certs" / "v2gRootCACert.pem")
    context.load_cert_chain(pki / "vehicle_chain.pem", pki / "vehicle_key.pem")
    return context


def test_its_station_answers_sdp_and_takes_a_plain_connection(fresh: LaunchedDevice) -> None:
    answer = discover(Security.NONE)
    assert answer.security == Security.NONE
    assert answer.problems() == ()
    with connect(answer):
        pass
    assert fresh.running


def test_its_station_trusts_the_vehicle_root_of_the_run(fresh: LaunchedDevice, pki: Path) -> None:
    answer = discover(Security.TLS)
    assert answer.security == Security.TLS
    with vehicle_context(pki).wrap_socket(connect(answer)) as secured:
        assert secured.version() == "TLSv1.3"
        secured.settimeout(0.5)
        # A refusal of our certificate would arrive only now: in TLS 1.3 the client is done first.
        with pytest.raises(TimeoutError):
            secured.recv(1)
    assert fresh.running


def test_its_station_refuses_the_vehicle_of_a_stranger(fresh: LaunchedDevice, tmp_path: Path) -> None:
    """Josev closes without a TLS alert: its server is asyncio's, which drops the alert with the connection."""
    Pki.generate(time.time()).write_pem(tmp_path / "stranger")  # noqa: TID251 - certificates are for now
    answer = discover(Security.TLS)
    context = vehicle_context(tmp_path / "stranger")
    with (
        context.wrap_socket(connect(answer), suppress_ragged_eofs=False) as secured,
        pytest.raises((ssl.SSLEOFError, ConnectionResetError)),
    ):
        secured.recv(1)
    assert fresh.running


@pytest.mark.parametrize("name", ["josev-secc", "josev-evcc"])
def test_a_bidirectional_session_completes_with_either_role(name: str) -> None:
    """Live what tests/recorded/ replays: our own timers are stretched, and Josev's wait for answers of ours alone."""
    device = load_device(ROOT / "profiles" / "devices" / f"{name}.toml")
    names = {key: f"{value}b" for key, value in NAMES.items()}
    device = msgspec.structs.replace(
        device,
        launch=msgspec.structs.replace(launch_table(name), **names),
        connection=msgspec.structs.replace(device.connection, interface=names["host_interface"]),
    )
    places = {"profiles": str(ROOT / "profiles"), "peers": str(PEERS)}
    workshop = Workshop((device,), now=time.time(), places=places)  # noqa: TID251 - certificates are for now
    with contextlib.chdir(ROOT), contextlib.closing(workshop):
        trace = run(workshop.bench(device.role).run(), virtual=False)
    secured = [entry.body for entry in trace if isinstance(entry.body, TlsSeen) and entry.body.event == "handshake"]
    assert [body.facts["version"] for body in secured] == ["TLSv1.3"]
    blocks = {type(entry.message.control_mode) for entry in trace.all(DcChargeLoopReq)}
    assert blocks <= {BptDynamicDcClReqControlMode, BptScheduledDcClReqControlMode}
    assert len(trace.all(DcChargeLoopReq)) >= 5
    assert trace.one(SessionStopRes).message.response_code == "OK"
