"""`v2x run` and `v2x plan`."""

from __future__ import annotations

import gc
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.watch import watch
from harness.report.render import render
from harness.runner.display import Display
from harness.runner.front import collect_plan, run_suites
from harness.runner.setup import TRIO, make_options
from harness.store.reader import RunReader
from harness.store.run import exit_code

Devices = Annotated[list[str] | None, typer.Option("--device", help="Device profile: a name, or a TOML file.")]
Trio = Annotated[bool, typer.Option("--trio", help="The emulated EV, station and backend, each as the subject.")]
Only = Annotated[list[str] | None, typer.Option("--only", help="Only cases whose id begins so; their controls too.")]
Beside = Annotated[str, typer.Option("--beside", help="Emulated EV or station that meets the device.")]
ProgrammeName = Annotated[str, typer.Option("--programme", help="Programme profile: a name, or a TOML file.")]


def run(
    device: Devices = None,
    trio: Trio = False,
    programme: ProgrammeName = "interoperability",
    only: Only = None,
    reports: Annotated[Path, typer.Option(help="Where run folders go.")] = Path("reports"),
    name: Annotated[str, typer.Option(help="Name of the run folder; it is put behind the time.")] = "",
    network: Annotated[str, typer.Option(help="Where emulated parties meet: loopback or memory.")] = "loopback",
    mutants: Annotated[bool, typer.Option(help="Show each case its mutants, and report which it kills.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of everything that is drawn by chance.")] = 1,
    attempts: Annotated[int, typer.Option(min=1, help="How often a case that did not pass is tried.")] = 1,
    alluredir: Annotated[Path | None, typer.Option(help="Write Allure results into this folder as well.")] = None,
    beside: Beside = "",
    keylog: Annotated[bool, typer.Option("--keylog", help="Keep the secrets of TLS, to read captures with.")] = False,
    attended: Annotated[
        bool, typer.Option("--attended", help="Somebody is at this terminal, who may be asked to do things.")
    ] = False,
    show: Annotated[bool, typer.Option("--watch", help="Show one session of the emulated trio first.")] = False,
) -> None:
    """Run the suites of a programme against one device, or one of each role, and write the report.

    Ends with 0 if the device conforms, 1 if it fails, 2 if the harness failed, 3 if it is not determined.
    """
    devices = tuple(device or ()) or (TRIO if trio else ())
    if not devices:
        raise typer.BadParameter("name a --device, or take --trio")
    options = make_options(
        devices,
        programme,
        reports,
        name=name,
        network=network,
        only=tuple(only or ()),
        mutants=mutants,
        seed=seed,
        attempts=attempts,
        command=shlex.join(["v2x", *sys.argv[1:]]),
        beside=beside,
        keylog=keylog,
        attended=attended,
    )
    _collect_garbage_rarely()
    if show:
        watch(network=network)
    with Display(options) as display:
        run_suites(options, listener=display.told, allure=alluredir)
    stored = RunReader.open(options.folder)
    paths = render(options.folder)
    code = exit_code(stored)
    display.summary(stored, tuple(paths.values()), code)
    raise typer.Exit(code)


def _collect_garbage_rarely() -> None:
    """What a run makes is kept until its end, so that looking for garbage as often as usual finds little."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def plan(
    device: Devices = None,
    trio: Trio = False,
    programme: ProgrammeName = "interoperability",
    only: Only = None,
) -> None:
    """List what would run and, for every other case, why not."""
    devices = tuple(device or ()) or TRIO
    options = make_options(devices, programme, Path("reports"), only=tuple(only or ()))
    for entry in collect_plan(options).entries:
        told = "runs" if entry.runs else f"not applicable: {entry.reason}"
        typer.echo(f"{entry.case.id:24} {entry.case.title}: {told}")
