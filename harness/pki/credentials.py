"""A chain with its private key, and the care that the key needs."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from textwrap import wrap
from typing import Generic, NoReturn, TypeVar

from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa, x448
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from msgspec import Struct

SigningKey = ec.EllipticCurvePrivateKey | ed448.Ed448PrivateKey | rsa.RSAPrivateKey


Key = TypeVar("Key", bound=SigningKey | x448.X448PrivateKey)


class _Masked(Generic[Key]):
    """A key that shows itself only to who asks for it by name.

    Its repr is masked, it cannot be pickled or copied, and msgspec refuses to encode it: it cannot end up in a
    trace, a log line or a report by accident.
    """

    __slots__ = ("_key",)

    def __init__(self, key: Key) -> None:
        self._key = key

    def reveal(self) -> Key:
        """The key itself, for use at once; keep it out of anything that is stored."""
        return self._key

    def pem(self) -> bytes:
        """PKCS #8, unencrypted, for a device under test that reads files."""
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a private key is not to be stored")


class PrivateKey(_Masked[SigningKey]):
    """The key of a certificate, masked."""

    __slots__ = ()


class AgreementKey(_Masked[x448.X448PrivateKey]):
    """A second key, on X448, for agreeing on secrets; masked."""

    __slots__ = ()


class Credentials(Struct, frozen=True, kw_only=True):
    """What an endpoint presents: DER certificates, leaf first and root excluded, and the leaf's key."""

    chain: tuple[bytes, ...]
    key: PrivateKey
    label: str = ""
    """What a report calls it: the kind of chain, and its flaw."""
    agreement: AgreementKey | None = None
    """The key that a provisioning certificate with Ed448 has beside its own."""
    raw: bool = False
    """OpenSSL would not present this chain; it takes the adversary engine."""

    def write_pem(self, folder: Path, name: str) -> tuple[Path, Path]:
        """Write `<name>_chain.pem` and `<name>_key.pem`, readable by this user alone; returns both paths."""
        chain, key = folder / f"{name}_chain.pem", folder / f"{name}_key.pem"
        write_private(chain, b"".join(pem(certificate) for certificate in self.chain))
        write_private(key, self.key.pem())
        return chain, key


def write_all(folder: Path, chains: Mapping[str, Credentials], roots: Mapping[str, bytes]) -> dict[str, Path]:
    """Write chains, their keys and roots (DER) by name, for a device that reads files; returns all paths by name.

    Args:
        folder: made with mode 0700; the files get 0600.
        chains: written as `<name>_chain.pem` and `<name>_key.pem`, a second key as `<name>_agreement_key.pem`.
        roots: written as `<name>.pem`.
    """
    private_folder(folder)
    paths: dict[str, Path] = {}
    for name, credentials in chains.items():
        paths[f"{name}_chain"], paths[f"{name}_key"] = credentials.write_pem(folder, name)
        if credentials.agreement is not None:
            paths[f"{name}_agreement_key"] = folder / f"{name}_agreement_key.pem"
            write_private(paths[f"{name}_agreement_key"], credentials.agreement.pem())
    for name, root in roots.items():
        paths[name] = folder / f"{name}.pem"
        write_private(paths[name], pem(root))
    return paths


def pem(certificate: bytes) -> bytes:
    """A DER certificate as PEM; its bytes may be anything."""
    lines = wrap(b64encode(certificate).decode(), 64)
    return "\n".join(("-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", "")).encode()


def private_folder(folder: Path) -> Path:
    """Make `folder`, open to this user alone (0700)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def write_private(path: Path, data: bytes) -> None:
    """Write a file that nobody else could read at any moment (0600 from its creation on)."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
