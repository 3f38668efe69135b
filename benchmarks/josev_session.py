"""CPU time of a whole DC_BPT session, our two parties beside Josev's: seconds of user and system for each exchange.

Josev's station and EV run in a namespace of their own each, with ours at the other end (`make peers`, and root). What
is counted is Josev's whole process tree, Java included, from plug-in to the end of the session, warmed up before. Ours
run as two processes that meet over TCP on this machine; each counts its own time over its second session, since the
first one warms it up. No TLS in either.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from harness.core.case import Role
from harness.core.errors import UserError
from harness.endpoints.ev.endpoint import EvEndpoint
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.plant import ACCEPTED, Plant
from harness.endpoints.station.settings import StationSettings
from harness.endpoints.station.station import Station
from harness.endpoints.station.v2g_listener import V2gListener
from harness.kit.bench import Bench
from harness.kit.workshop import Workshop
from harness.profile.device import Device
from harness.profile.load import load_device
from harness.trace.entry import Entry, Link
from harness.trace.recorder import Recorder
from harness.trace.trace import Trace
from harness.transports.base import Address
from harness.transports.clock import running_clock
from harness.transports.network import SocketNetwork

LOOPS = 100
LIMIT_S = 120.0
TICK = os.sysconf("SC_CLK_TCK")
PLACES = {"profiles": "profiles", "peers": ".peers"}


def compare() -> float | None:
    """Josev's CPU time for an exchange by ours, both roles together; None where Josev cannot be started."""
    if not Path(".peers/josev/pki").exists():
        print("Josev is not prepared: make peers")
        return None
    try:
        theirs = {role: _theirs(role) for role in (Role.STATION, Role.EV)}
    except UserError as error:
        print(f"Josev did not run: {error}")
        return None
    ours = _ours()
    for role, word in ((Role.STATION, "station"), (Role.EV, "EV")):
        told = f"{1e3 * theirs[role]:.1f} ms of CPU an exchange, ours {1e3 * ours[role]:.2f} ms"
        print(f"Josev's {word}: {told}, {theirs[role] / ours[role]:.0f} times less")
    return sum(theirs.values()) / sum(ours.values())


def _theirs(role: Role) -> float:
    """Seconds of CPU that Josev takes for an exchange in this role."""
    with tempfile.TemporaryDirectory() as folder:
        device = _prepared(role, Path(folder))
        with closing(Workshop((device,), now=time.time(), places=PLACES)) as workshop:  # noqa: TID251 - now
            bench = workshop.bench(role)
            party: Any = bench.station.set(allow_plain_tcp=True, backend=False).having(credentials=None)
            if role is Role.STATION:
                party = bench.ev.having(tls=False, loops=LOOPS, loop_interval=0.0)
            roots = _processes(folder)
            begun = _cpu(roots)
            trace = asyncio.run(_session(bench, party))
            return (_cpu(roots) - begun) / _exchanges(trace)


async def _session(bench: Bench, party: Any) -> Trace:
    return await bench.run(party, limit=LIMIT_S)


def _prepared(role: Role, folder: Path) -> Device:
    """Josev's profile, over plain TCP, with so many cycles of the charge loop, on interfaces of this process alone."""
    device = load_device(Path("profiles/devices", f"josev-{'secc' if role is Role.STATION else 'evcc'}.toml"))
    if device.launch is None:
        raise ValueError(f"{device.device.id} is not started by the harness")
    settings = json.loads(Path("profiles/peers/josev/evcc_plain.json").read_text(encoding="utf-8"))
    path = folder / "evcc.json"
    path.write_text(json.dumps({**settings, "chargeLoopCycle": LOOPS, "chargeLoopDelay": 0}), encoding="utf-8")
    number = os.getpid() % 1_000_000
    # Its log of every message as JSON is not what is compared; the mark tells its processes from others.
    own = {"EVCC_CONFIG_PATH": str(path), "MESSAGE_LOG_JSON": "false", "LOG_LEVEL": "WARNING", "V2X_MARK": str(folder)}
    launch = msgspec.structs.replace(
        device.launch,
        environment={**device.launch.environment, **own},
        namespace=f"v2xc{number}",
        host_interface=f"v2xu{number}",
        device_interface=f"v2xw{number}",
    )
    connection = msgspec.structs.replace(device.connection, tls="none", interface=launch.host_interface)
    return msgspec.structs.replace(device, launch=launch, connection=connection)


def _processes(mark: str) -> list[int]:
    """The processes that were started with the mark in their environment."""
    return [number for number in _numbers() if mark.encode() in _read(number, "environ")]


def _numbers() -> Iterator[int]:
    return (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())


def _read(number: int, name: str) -> bytes:
    try:
        return Path("/proc", str(number), name).read_bytes()
    except OSError:
        return b""  # It ended meanwhile.


def _cpu(numbers: list[int]) -> float:
    """User and system seconds of these processes and of their children that have ended."""
    fields = [_read(number, "stat").rpartition(b")")[2].split() for number in numbers]
    return sum(sum(map(int, one[11:15])) for one in fields if one) / TICK


def _exchanges(trace: Iterable[Entry]) -> int:
    """Requests and their responses in a whole session.

    Raises:
        UserError: the session came to nothing.
    """
    names = [entry.message.name for entry in trace if entry.link is Link.V2G and entry.message is not None]
    if "SessionStopRes" not in names or sum(name == "DC_ChargeLoopRes" for name in names) < LOOPS // 2:
        raise UserError(f"the session ended after {names[-1:] or 'nothing'}", do="see that nothing else uses Josev")
    return sum(name.endswith("Res") for name in names)


def _ours() -> dict[Role, float]:
    """Seconds of CPU that ours take for an exchange, by role."""
    words = [sys.executable, __file__]
    with subprocess.Popen([*words, "station"], stdout=subprocess.PIPE, text=True) as station:
        assert station.stdout is not None
        port = station.stdout.readline().strip()
        ev = subprocess.run([*words, "ev", port], capture_output=True, text=True, check=True, timeout=LIMIT_S)
        told = station.stdout.readline()
    return {Role.EV: float(ev.stdout), Role.STATION: float(told)}


async def _as_station() -> None:
    """Serve two sessions; prints the port, then the seconds of CPU for an exchange of the second."""
    plant = Plant(StationSettings(allow_plain_tcp=True, backend=False))
    plant.listen(
        lambda told: plant.authorise(ACCEPTED, told.at) if type(told).__name__ == "AuthorisationWanted" else None
    )
    network, clock, recorder = SocketNetwork(), running_clock(), Recorder()
    listener = V2gListener(Station(), plant, network, clock, recorder, entropy=os.urandom, sdp_port=0)
    await listener.open()
    print(listener.plain_port, flush=True)
    serving = asyncio.create_task(listener.serve())
    marks: list[tuple[float, int]] = []
    for ended in (1, 2):
        while len(listener.endings) < ended:
            await clock.wait_until(clock.now() + 0.1)
        marks.append((time.process_time(), len(recorder.trace())))
    spent = marks[1][0] - marks[0][0]
    print(spent / _exchanges(recorder.trace().entries[marks[0][1] :]), flush=True)
    serving.cancel()
    await asyncio.wait([serving])
    await network.close()


async def _as_ev(port: int) -> None:
    """Lead two sessions; prints the seconds of CPU for an exchange of the second."""
    network, clock = SocketNetwork(), running_clock()
    spent = 0.0
    for _ in range(2):
        await clock.wait_until(clock.now() + 0.5)  # The station notices that the session before is over.
        recorder = Recorder()
        endpoint = EvEndpoint(network, clock, recorder, station=Address(network.local_address, port))
        begun = time.process_time()
        await endpoint.run(Ev(tls=False, accept_plain=True, loops=LOOPS, loop_interval=0.0))
        spent = (time.process_time() - begun) / _exchanges(recorder.trace())
    print(spent, flush=True)
    await network.close()


def main(words: list[str]) -> None:
    """One of our parties, or the comparison."""
    if words[:1] == ["station"]:
        asyncio.run(_as_station())
    elif words[:1] == ["ev"]:
        asyncio.run(_as_ev(int(words[1])))
    else:
        ratio = compare()
        print("no comparison" if ratio is None else f"Josev takes {ratio:.0f} times our CPU time")


if __name__ == "__main__":
    main(sys.argv[1:])
