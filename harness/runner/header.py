"""The header of a run folder: which versions of everything took part."""

from __future__ import annotations

import platform
import subprocess
import time
from pathlib import Path

from harness import __version__
from harness.runner.options import Options
from harness.store.records import Header, SourceRef
from harness.store.snapshot import device_record, programme_record


def make_header(options: Options, sources: tuple[SourceRef, ...]) -> Header:
    """The header of a run that starts now."""
    return Header(
        run=options.folder.name,
        started=time.time(),  # noqa: TID251 - a run folder says when it was made
        harness_version=__version__,
        programme=programme_record(options.programme, options.programme_text),
        devices=tuple(map(device_record, options.devices, options.device_texts)),
        commit=_commit(),
        seed=options.seed,
        command=options.command,
        virtual_time=options.virtual,
        keylog=options.keylog,
        sources=sources,
        environment=_environment(),
    )


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
