"""Options that the commands of `v2x pki` share."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from harness.core.errors import UserError
from harness.pki.recipe import ChainKind, Edition, Profile
from harness.transports.clock import time_of_day

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="PEM, DER or PKCS #7; leaf first, or in any order.")
]
Kind = Annotated[ChainKind, typer.Option("--as", help="What the chain is to be.")]
Rules = Annotated[Profile, typer.Option("--profile", help="Whose algorithms: of ISO 15118-20 (two) or ISO 15118-2.")]
Book = Annotated[Edition, typer.Option("--edition", help="Which Annex B of ISO 15118-20.")]
At = Annotated[str, typer.Option("--at", help="The moment to judge at, as 2026-11-22 or 2026-11-22T12:00; now.")]
Json = Annotated[bool, typer.Option("--json", help="For programs: findings as JSON.")]


def moment(text: str) -> float:
    """Unix time of what `--at` says.

    Raises:
        UserError: it is no moment.
    """
    if not text:
        return time_of_day()
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        do = "write it as 2026-11-22 or 2026-11-22T12:00"
        raise UserError("is no moment", where=f"--at {text}", do=do) from None
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
