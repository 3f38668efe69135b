"""From names on a command line to the options of a run: profiles, suites and folders, in a checkout or a wheel."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from harness.core.errors import ProfileError
from harness.kit.device_check import check_device
from harness.profile.device import Device, Trust
from harness.profile.load import read_device, read_programme, read_text
from harness.runner.beside import beside as stand_beside
from harness.runner.data import data_folder
from harness.runner.options import Options
from harness.store.run import Run

TRIO = ("emulated-station", "emulated-ev", "emulated-csms")


def find_profile(name: str, kind: str) -> Path:
    """The file of a profile named on the command line: a path, or the name of one that comes with the harness.

    Raises:
        ProfileError: there is none; lists those that there are.
    """
    path = Path(name)
    if path.suffix == ".toml":
        return path
    folder = data_folder("profiles") / kind
    found = folder / f"{name}.toml"
    if not found.exists():
        known = ", ".join(sorted(one.stem for one in folder.glob("*.toml")))
        raise ProfileError(f"there is no profile {name!r} in {kind}", do=f"name a file, or one of: {known}")
    return found


def make_options(
    devices: tuple[str, ...],
    programme: str,
    reports: Path,
    *,
    name: str = "",
    network: str = "memory",
    only: tuple[str, ...] = (),
    mutants: bool = False,
    seed: int = 1,
    attempts: int = 1,
    command: str = "",
    beside: str = "",
    keylog: bool = False,
    attended: bool = False,
) -> Options:
    """Read the profiles and settle where the run goes.

    Raises:
        ProfileError: a profile is missing or wrong, two devices play the same role, or the one beside fits none.
    """
    device_files = tuple(find_profile(device, "devices") for device in devices or TRIO)
    texts = tuple(map(read_text, device_files))
    loaded = tuple(map(_device, texts, map(str, device_files)))
    roles = [device.role for device in loaded]
    if len(set(roles)) < len(roles):
        raise ProfileError("two devices play the same role", do="give at most one device for each role")
    if attempts < 1:
        raise ProfileError(f"a case cannot be tried {attempts} times", do="give --attempts 1 or more")
    programme_file = find_profile(programme, "programmes")
    programme_text = read_text(programme_file)
    return Options(
        devices=loaded,
        device_texts=texts,
        programme=read_programme(programme_text, where=str(programme_file)),
        programme_text=programme_text,
        suites=data_folder("test_suites"),
        folder=_new_folder(reports, name or _title(loaded)),
        only=only,
        seed=seed,
        attempts=attempts,
        network="loopback" if network == "loopback" else "memory",
        mutants=mutants,
        command=command,
        keylog=keylog,
        attended=attended,
        beside=_beside(beside, loaded) if beside else None,
    )


def load_device_named(name: str) -> tuple[Device, str]:
    """The device profile of a name or a path, checked, and its text.

    Raises:
        ProfileError: it is missing or wrong.
    """
    file = find_profile(name, "devices")
    text = read_text(file)
    return _device(text, str(file)), text


def options_from(config: pytest.Config) -> Options:
    """The options of a plain pytest run."""
    options = make_options(
        tuple(config.getoption("--v2x-device")),
        config.getoption("--v2x-programme"),
        Path(config.getoption("--v2x-reports")),
        network=config.getoption("--v2x-network"),
        command=" ".join(("pytest", *config.invocation_params.args)),
    )
    return msgspec.structs.replace(options, partial=True)


def replay_options(stored: Run, reports: Path, *, command: str = "") -> Options:
    """The options for judging a stored run again, with the profiles it was made with.

    Raises:
        ProfileError: the stored profiles are not understood any more.
    """
    told = f"run {stored.header.run}"
    devices = tuple(read_device(one.content, where=f"{told}, device {one.id}") for one in stored.header.devices)
    programme = stored.header.programme
    return Options(
        # Nobody is met, so that neither their keys (which no run keeps) nor their programs are needed.
        devices=tuple(msgspec.structs.replace(device, trust=Trust(), launch=None) for device in devices),
        device_texts=tuple(one.content for one in stored.header.devices),
        programme=read_programme(programme.content, where=f"{told}, programme {programme.id}"),
        programme_text=programme.content,
        suites=data_folder("test_suites"),
        folder=_new_folder(reports, f"{stored.header.run}-rejudged"),
        only=tuple(sorted({case_id.partition("[")[0] for case_id in stored.counted})),
        seed=stored.header.seed or 1,
        command=command,
        replay=stored,
    )


def _device(text: str, where: str) -> Device:
    device = read_device(text, where=where)
    check_device(device, where)
    return device


def _beside(name: str, devices: tuple[Device, ...]) -> Device:
    profile, _ = load_device_named(name)
    return stand_beside(profile, devices, str(find_profile(name, "devices")))


def _title(devices: tuple[Device, ...]) -> str:
    identities = tuple(device.device.id for device in devices)
    return "emulated-trio" if set(identities) == set(TRIO) else "-".join(identities)


def _new_folder(reports: Path, name: str) -> Path:
    now = datetime.now(UTC)  # noqa: TID251 - run folders are named by the calendar
    stem = f"{now:%Y%m%d-%H%M%S}-{name}"
    folder, number = reports / stem, 2
    while folder.exists():
        folder, number = reports / f"{stem}-{number}", number + 1
    return folder
