"""The two sides of the OCPP benchmark: ours made of the real endpoint classes, and those of the PyPI package."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import sys
from collections.abc import Callable
from itertools import count
from time import perf_counter, process_time
from typing import Any

import websockets
from ocpp.routing import on
from ocpp.v201 import ChargePoint, call, call_result

from harness.core.case import Role
from harness.endpoints.behaviour import Say
from harness.endpoints.bending import Bender
from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.endpoint import CsmsEndpoint
from harness.endpoints.ocpp_pump import OcppPump
from harness.endpoints.ocpp_record import OcppRecord
from harness.endpoints.ocpp_security import OCPP_TLS, SecurityProfile
from harness.endpoints.ocpp_terms import LinkTerms
from harness.endpoints.spoken import Spoken
from harness.messages.ocpp import BootNotification, OcppMessage, TransactionEvent
from harness.pki.build import Pki
from harness.sessions.ocpp.station import StationSession
from harness.trace.recorder import Recorder
from harness.transports.clock import RealClock
from harness.transports.network import SocketNetwork
from harness.transports.tls.secure import secure_client
from harness.transports.websocket import connect_websocket

HOST = "127.0.0.1"
BOOT: dict[str, Any] = {"reason": "PowerUp", "chargingStation": {"model": "m", "vendorName": "v"}}
NOW = "2026-01-01T00:00:00.000Z"
MEASURANDS = ("Energy.Active.Import.Register", "Power.Active.Import", "Voltage", "Current.Import", "SoC")
SAMPLES = [
    {"value": 1234.5, "context": "Sample.Periodic", "measurand": measurand, "location": "Outlet",
     "unitOfMeasure": {"unit": "Wh", "multiplier": 0}}
    for measurand in MEASURANDS
]  # fmt: skip
EVENT: dict[str, Any] = {
    "eventType": "Updated",
    "timestamp": NOW,
    "triggerReason": "MeterValuePeriodic",
    "seqNo": 7,
    "offline": False,
    "numberOfPhasesUsed": 3,
    "transactionInfo": {"transactionId": "0c2f1a52-6a1b-4a3e-8f0e-1f2d3c4b5a69", "chargingState": "Charging"},
    "evse": {"id": 1, "connectorId": 1},
    "meterValue": [{"timestamp": NOW, "sampledValue": SAMPLES}],
}


class Talker:
    """A station's mind that says one event after the other, each as soon as the one before is answered."""

    def __init__(self, session: StationSession, rounds: int) -> None:
        self._session, self._left = session, rounds
        self.on_step: Callable[[], None] = lambda: None
        self._steps: list[Spoken] = []
        self.done = asyncio.Event()

    def connected(self, at: float) -> None:
        """Introduce itself."""
        self._say(BootNotification(**BOOT))

    def disconnected(self, at: float) -> None:
        """Nothing is left to do."""

    def digest(self, at: float) -> None:
        """Say the next event for each answer."""
        for answered in self._session.answers():
            assert answered.answer.kind == "response"
            if self._left == 0:
                self.done.set()
                return
            self._left -= 1
            self._say(TransactionEvent(**EVENT))
        assert not self._session.failed()

    def deadline(self) -> float:
        """It waits for nothing but answers."""
        return float("inf")

    def expire(self, at: float) -> None:
        """See `deadline`."""

    def steps(self) -> list[Spoken]:
        """What is to be said."""
        steps, self._steps = self._steps, []
        return steps

    def _say(self, message: OcppMessage) -> None:
        self._steps.append(Spoken(step=Say(message=message)))


async def our_station(number: int, port: int, rounds: int, *, deflate: bool) -> None:
    """One of our stations: connect, boot, tell its events, leave."""
    clock, network, ids = RealClock(), SocketNetwork(), count(1)
    stream = await network.connect(HOST, port)
    url = f"ws://{HOST}:{port}/ocpp/CS{number}"
    socket = await connect_websocket(stream, url, subprotocols=("ocpp2.0.1",), deflate=deflate)
    session = StationSession(ids=lambda: f"{number}-{next(ids)}")
    talker = Talker(session, rounds)
    record = OcppRecord(Recorder(), clock, observe=False)
    pump = OcppPump(talker, session, clock, record, role=Role.STATION, bender=Bender(()))
    session.connect(clock.now())
    running = asyncio.create_task(pump.converse(socket))
    await talker.done.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def our_server(stack: str) -> None:
    """Our backend with recording off."""
    csms, clock = Csms(link=LinkTerms(deflate=stack == "deflate")), RealClock()
    if stack == "tls":
        csms = csms.secured(profile=SecurityProfile.TLS_BASIC, chains=(Pki.generate(clock.now()).csms_chain(HOST),))
    endpoint = CsmsEndpoint(csms, SocketNetwork(), clock, Recorder(), host=HOST, observe=False)
    url = await endpoint.open()
    running = asyncio.create_task(endpoint.run())
    await answer_questions(int(url.rpartition(":")[2].partition("/")[0]))
    running.cancel()


class PackageBackend(ChargePoint):  # type: ignore[misc]
    """A backend of the package."""

    @on("BootNotification")  # type: ignore[untyped-decorator]
    def boot(self, **_: Any) -> Any:
        """Accept."""
        return call_result.BootNotification(current_time=NOW, interval=300, status="Accepted")

    @on("TransactionEvent")  # type: ignore[untyped-decorator]
    def event(self, **_: Any) -> Any:
        """Take note."""
        return call_result.TransactionEvent()


async def package_server() -> None:
    """The package as its documentation has it."""

    async def serve(socket: Any) -> None:
        await asyncio.gather(PackageBackend("CS", socket).start(), return_exceptions=True)

    async with websockets.serve(serve, HOST, 0, subprotocols=["ocpp2.0.1"]) as server:  # type: ignore[list-item]
        await answer_questions(next(iter(server.sockets)).getsockname()[1])


async def package_station(number: int, port: int, rounds: int) -> None:
    """One station of the package."""
    url = f"ws://{HOST}:{port}/CS{number}"
    async with websockets.connect(url, subprotocols=["ocpp2.0.1"]) as socket:  # type: ignore[list-item]
        station = ChargePoint(f"CS{number}", socket)
        running = asyncio.create_task(station.start())
        about = {"model": "m", "vendor_name": "v"}
        await station.call(call.BootNotification(charging_station=about, reason="PowerUp"))
        for _ in range(rounds):
            await station.call(call.TransactionEvent(**snake(EVENT)))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def snake(payload: dict[str, Any]) -> dict[str, Any]:
    """The keys of the first level as the package's dataclasses call them; it changes the others itself."""
    return {
        "".join(f"_{one.lower()}" if one.isupper() else one for one in key): value for key, value in payload.items()
    }


async def answer_questions(port: int) -> None:
    """Tell the port, then for each line of standard input the CPU seconds and the KiB in memory, until it ends."""
    print(port, flush=True)
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.readline):
        gc.collect()
        print(json.dumps({"cpu": process_time(), "kib": resident()}), flush=True)


def resident() -> int:
    """KiB of this process in memory."""
    with open("/proc/self/status") as status:  # noqa: PTH123 - no file of ours
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


async def drive(stack: str, port: int, connections: int, rounds: int) -> dict[str, float]:
    """All stations at once; seconds and CPU seconds of the client."""
    logging.disable()
    began, cpu = perf_counter(), process_time()
    if stack == "package":
        stations = [package_station(number, port, rounds) for number in range(connections)]
    else:
        stations = [our_station(n, port, rounds, deflate=stack == "deflate") for n in range(connections)]
    await asyncio.gather(*stations)
    return {"seconds": perf_counter() - began, "cpu": process_time() - cpu}


async def idle(stack: str, port: int, connections: int) -> None:
    """Stations that connect, boot and stay, until standard input ends."""
    clock, network, sockets = RealClock(), SocketNetwork(), []
    for number in range(connections):
        stream: Any = await network.connect(HOST, port)
        if stack == "tls":
            stream = await secure_client(stream, None, (), OCPP_TLS, now=clock.now, check="accept")
        url = f"ws://{HOST}:{port}/ocpp/{os.getpid()}-{number}"
        socket = await connect_websocket(stream, url, subprotocols=("ocpp2.0.1",), deflate=stack == "deflate")
        await socket.send(json.dumps([2, "1", "BootNotification", BOOT]))
        await socket.receive()
        sockets.append(socket)
    print(len(sockets), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


def main() -> None:
    """`server STACK`, `client STACK PORT CONNECTIONS ROUNDS`, `idle STACK PORT CONNECTIONS`, or `size`."""
    logging.disable()
    what, *rest = sys.argv[1:]
    if what == "size":
        print(len(json.dumps([2, "x" * 36, "TransactionEvent", EVENT], separators=(",", ":"))))
    elif what == "client":
        print(json.dumps(asyncio.run(drive(rest[0], *map(int, rest[1:])))))
    elif what == "idle":
        asyncio.run(idle(rest[0], *map(int, rest[1:])))
    elif rest[0] == "package":
        asyncio.run(package_server())
    else:
        asyncio.run(our_server(rest[0]))


if __name__ == "__main__":
    main()
