"""Two runs on one machine do not get into each other's way: emulated parties find each other on ports of their own."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from random import Random  # noqa: TID251 - seeded

import pytest

from harness.core.case import Role
from harness.endpoints.ev.endpoint import EvEndpoint
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.endpoint import StationEndpoint
from harness.endpoints.station.settings import StationSettings
from harness.endpoints.station.station import Station
from harness.framing.sdp import SDP_PORT, SdpResponse
from harness.kit.workshop import Workshop
from harness.messages.iso20.common import SessionStopRes
from harness.profile.load import load_device
from harness.trace.recorder import Recorder
from harness.trace.trace import Trace
from harness.transports.clock import run, running_clock
from harness.transports.memory import MemoryNetwork
from tests.house.project import ROOT

DEVICES = ("emulated-station", "emulated-ev", "emulated-csms")


@pytest.fixture
def workshop() -> Workshop:
    devices = tuple(load_device(ROOT / "profiles" / "devices" / f"{name}.toml") for name in DEVICES)
    return Workshop(devices, network="loopback")


@pytest.mark.parametrize("role", Role)
def test_two_benches_on_loopback_both_come_to_their_end(workshop: Workshop, role: Role) -> None:
    benches = [workshop.bench(role), workshop.bench(role)]

    async def at_once() -> list[Trace]:
        return list(await asyncio.gather(*(bench.run() for bench in benches)))

    first, second = run(at_once(), virtual=True)

    for trace in (first, second):
        assert len(trace.all(SessionStopRes)) == 1
        assert len([entry for entry in trace if isinstance(entry.message, SdpResponse)]) == 1


def test_a_run_on_loopback_needs_no_certain_port(workshop: Workshop) -> None:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as somebody_else:
        with suppress(OSError):  # somebody else has it indeed
            somebody_else.bind(("::", SDP_PORT))
        trace = run(workshop.bench(Role.EV).run(), virtual=True)

    assert len(trace.all(SessionStopRes)) == 1


@pytest.mark.parametrize(("asked", "port"), [(SDP_PORT, SDP_PORT), (20_000, 20_000)])
def test_discovery_is_answered_where_it_was_asked_for(asked: int, port: int) -> None:
    async def session() -> tuple[int | None, str]:
        network, clock, recorder = MemoryNetwork("fe80::1%memory"), running_clock(), Recorder()
        station = StationEndpoint(
            Station(settings=StationSettings(allow_plain_tcp=True)),
            network,
            clock,
            recorder,
            entropy=Random(1).randbytes,
            sdp_port=asked,
        )
        await station.open()
        serving = asyncio.create_task(station.run())
        opened = station.v2g.discovery_port
        ev = EvEndpoint(network.at("fe80::2%memory"), clock, recorder, sdp_port=port)
        outcome = await ev.run(Ev(tls=False))
        serving.cancel()
        await asyncio.wait([serving])
        await station.close()
        assert station.v2g.discovery_port is None
        return opened, outcome.state

    assert run(session(), virtual=True) == (port, "finished")
