"""A whole PKI in files, for devices that read files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.core.errors import UserError
from harness.pki.build import Pki
from harness.pki.credentials import private_folder, write_private
from harness.pki.flaws import Flaw
from harness.pki.recipe import ChainKind, Edition, Profile


def write_pki(
    folder: Path, profile: Profile, edition: Edition, at: float, flaws: Sequence[tuple[ChainKind, Flaw]]
) -> Iterator[Path]:
    """Write every root, chain and key of a new PKI (0700 and 0600), and a flawed chain for each flaw asked for.

    Raises:
        UserError: the folder holds something, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        do = "name a new folder: a root that is written over opens nothing any more"
        raise UserError("is there and not empty", where=str(folder), do=do)
    pki = Pki.generate(at, profile=profile, edition=edition)
    try:
        private_folder(folder)
        yield from pki.write_pem(folder).values()
        yield from _statuses(pki, folder)
        for kind, flaw in flaws:
            yield from pki.chain(kind, flaw=flaw).write_pem(folder, f"{kind}_{flaw}")
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror}", where=str(folder), do="name another folder") from None


def _statuses(pki: Pki, folder: Path) -> Iterator[Path]:
    """What a responder would say of each chain of ISO 15118, and the revocation lists of the CAs above it."""
    for kind in (ChainKind.SECC, ChainKind.VEHICLE, ChainKind.PROVISIONING, ChainKind.CONTRACT, ChainKind.CPS):
        credentials = pki.chain(kind)
        for depth, (certificate, response) in enumerate(zip(credentials.chain, pki.staples(credentials), strict=True)):
            for path, data in (
                (folder / f"{kind}_{depth}.ocsp", response),
                (folder / f"{kind}_{depth}.crl", pki.crl(certificate)),
            ):
                write_private(path, data)
                yield path
