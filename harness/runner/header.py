"""The header of a run folder: which versions of everything took part."""

from __future__ import annotations

import hashlib
import platform
import subprocess
import time
from pathlib import Path

from harness import __version__
from harness.profile.device import Device
from harness.runner.options import Options
from harness.store.records import DeviceRecord, DocumentGate, Header, ProgrammeRecord, SourceRef


def make_header(options: Options, sources: tuple[SourceRef, ...]) -> Header:
    """The header of a run that starts now."""
    return Header(
        run=options.folder.name,
        started=time.time(),  # noqa: TID251 - a run folder says when it was made
        harness_version=__version__,
        programme=_programme(options),
        devices=tuple(map(_device, options.devices, options.device_files)),
        commit=_commit(),
        seed=options.seed,
        command=options.command,
        virtual_time=options.virtual,
        sources=sources,
        environment=_environment(),
    )


def _programme(options: Options) -> ProgrammeRecord:
    told, decision = options.programme.programme, options.programme.decision
    return ProgrammeRecord(
        id=told.id,
        title=told.title,
        version=told.version,
        owner=told.owner,
        decision_rule=decision.rule,
        inconclusive_blocks=decision.inconclusive == "blocks",
        not_tested_blocks=decision.not_tested == "blocks",
        documents=tuple(DocumentGate(key=d.key, any_of=d.any_of, when=d.when) for d in options.programme.documents),
        sha256=_digest(options.programme_file),
        content=options.programme_file.read_text(encoding="utf-8"),
    )


def _device(device: Device, file: Path) -> DeviceRecord:
    told = device.device
    return DeviceRecord(
        id=told.id,
        title=told.title,
        role=told.role,
        vendor=told.vendor,
        model=told.model,
        version=told.version,
        serial=told.serial,
        notes=told.notes,
        features=device.features,
        sha256=_digest(file),
        content=file.read_text(encoding="utf-8"),
    )


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _commit() -> str:
    """The commit of the checkout that this package lies in; empty for an installed package."""
    root = Path(__file__).resolve().parents[2]
    if not (root / ".git").exists():
        return ""
    found = subprocess.run(  # noqa: S603
        ["git", "-C", str(root), "rev-parse", "HEAD"],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip()


def _environment() -> dict[str, str]:
    from cryptography.hazmat.backends.openssl import backend

    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "tls library": backend.openssl_version_text(),
    }
