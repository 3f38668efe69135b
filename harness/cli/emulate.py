"""`v2x emulate ev`, `station` and `csms`: one side on a real interface, live, with commands on standard input."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.emulation import evidence, setting
from harness.cli.emulation.house import House
from harness.cli.emulation.running import Place, Terms, run_csms, run_ev, run_station
from harness.core.case import Role
from harness.core.errors import UserError
from harness.endpoints.ocpp_security import SecurityProfile
from harness.framing.sdp import SDP_PORT
from harness.kit.flavours import HABITS
from harness.kit.ocpp_security import CSMS_HOST
from harness.transports.clock import run

emulate_app = typer.Typer(help="One side of the plug on a real interface, live.", no_args_is_help=True)


class Tls(StrEnum):
    """What `--tls` takes."""

    NONE = "none"
    TLS12 = "1.2"
    TLS13 = "1.3"
    LENIENT = "1.3-lenient"


Personality = Annotated[str, typer.Option("--as", help="Device profile of an emulated device: a name, or a TOML file.")]
Changes = Annotated[list[str] | None, typer.Option("--set", help="key=value, as in [parameters] of a profile.")]
Flavour = Annotated[str, typer.Option(help="strict or field, in the place of the profile's own.")]
TlsChoice = Annotated[Tls | None, typer.Option(help="TLS towards the other side, in the place of the profile's own.")]
Interface = Annotated[str, typer.Option(help="Network interface to the other side.")]
SdpPort = Annotated[int, typer.Option(min=0, max=65535, help="UDP port of discovery.")]
PkiFolder = Annotated[Path | None, typer.Option("--pki", help="Folder of certificates; made if it is not there.")]
Plug = Annotated[bool, typer.Option("--plug", help="Plug in at once.")]
TraceFile = Annotated[Path | None, typer.Option("--trace", help="Write the trace there at the end (.jsonl).")]
PcapFile = Annotated[Path | None, typer.Option("--pcap", help="Write a capture there at the end (.pcapng).")]


@emulate_app.command()
def ev(
    personality: Personality = "emulated-ev",
    changes: Changes = None,
    flavour: Flavour = "",
    tls: TlsChoice = None,
    interface: Interface = "lo",
    sdp_port: SdpPort = SDP_PORT,
    pki: PkiFolder = None,
    plug: Plug = False,
    loops: Annotated[int | None, typer.Option(min=1, help="Stop by itself after so many cycles.")] = None,
    trace: TraceFile = None,
    pcap: PcapFile = None,
) -> None:
    """Be an EV: look for a station, charge, and do as you are told."""
    evidence.check_places(trace, pcap)
    device = setting.personality(
        personality,
        Role.EV,
        changes=changes or [],
        flavour=_known(flavour),
        tls="" if tls is None else tls.value,
        loops=loops,
    )
    terms = Terms(interface=interface, sdp_port=sdp_port, pki=pki, plug=plug, trace=trace, pcap=pcap)
    run(run_ev(device, terms), virtual=False)


@emulate_app.command()
def station(
    personality: Personality = "emulated-station",
    changes: Changes = None,
    flavour: Flavour = "",
    tls: TlsChoice = None,
    interface: Interface = "lo",
    sdp_port: SdpPort = SDP_PORT,
    pki: PkiFolder = None,
    plug: Plug = False,
    ask: Annotated[bool, typer.Option("--ask", help="Each EV waits until you accept or reject it.")] = False,
    csms: Annotated[str, typer.Option(help="Backend to report to: ws://host:port/path.")] = "",
    trace: TraceFile = None,
    pcap: PcapFile = None,
) -> None:
    """Be a station: answer discovery, serve one EV at a time, report to a backend if there is one."""
    evidence.check_places(trace, pcap)
    if csms and not csms.startswith("ws://"):
        raise UserError("is no address of a backend", where=f"--csms {csms}", do="write ws://host:port/path")
    device = setting.personality(
        personality,
        Role.STATION,
        changes=changes or [],
        flavour=_known(flavour),
        tls="" if tls is None else tls.value,
    )
    terms = Terms(
        interface=interface,
        sdp_port=sdp_port,
        pki=pki,
        plug=plug,
        trace=trace,
        pcap=pcap,
        csms=csms,
        asks=ask,
    )
    run(run_station(device, terms), virtual=False)


@emulate_app.command()
def csms(
    host: Annotated[str, typer.Option(help="Address to listen on; `::` takes stations from anywhere.")] = "::1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 9000,
    path: Annotated[str, typer.Option(help="Stations connect to this path with their id behind it.")] = "/ocpp",
    security_profile: Annotated[
        int, typer.Option(min=0, max=3, help="Security profile of OCPP (A00); 0: without TLS, nobody is asked.")
    ] = 0,
    password_file: Annotated[
        Path | None, typer.Option(help="Password of HTTP Basic in its first line, for security profiles 1 and 2.")
    ] = None,
    pki: Annotated[
        Path | None, typer.Option("--pki", help="New folder for a PKI, by which certificates are signed as well.")
    ] = None,
    name: Annotated[str, typer.Option(help="Name in the backend's certificate.")] = CSMS_HOST,
    stations: Annotated[
        list[str] | None, typer.Option("--station", help="Let only stations of this id in; may be repeated.")
    ] = None,
    control: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port of the HTTP interface for scripts; 0 takes a free one.")
    ] = None,
    control_host: Annotated[str, typer.Option(help="Address of that interface.")] = "127.0.0.1",
    trace: TraceFile = None,
    pcap: PcapFile = None,
) -> None:
    """Be a backend: let stations in, answer them, and ask them as you say."""
    evidence.check_places(trace, pcap)
    house = House(
        path=path,
        stations=tuple(stations or ()),
        profile=SecurityProfile(security_profile),
        password_file=password_file,
        pki=pki,
        name=name,
    )
    place = Place(host=host, port=port, control_host=control_host, control=control)
    run(run_csms(house, place, Terms(trace=trace, pcap=pcap)), virtual=False)


def _known(flavour: str) -> str:
    if flavour and flavour not in HABITS:
        raise UserError(f"there is no flavour {flavour!r}", where="--flavour", do=f"take one of {', '.join(HABITS)}")
    return flavour
