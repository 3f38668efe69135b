"""Certificates and keys of a device's own PKI, read from the files that its profile names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from harness.core.errors import ProfileError
from harness.pki.credentials import Credentials, PrivateKey

_PREPARE = "correct the [trust] table of the device profile; `make peers` prepares the peers of this project"


def read_certificates(files: Sequence[str | Path]) -> tuple[bytes, ...]:
    """The certificates in PEM files, as DER, in the order of files and of what stands in each.

    Raises:
        ProfileError: a file is not there, or holds no certificate.
    """
    found: list[bytes] = []
    for file in files:
        try:
            certificates = x509.load_pem_x509_certificates(_content(file))
        except ValueError as error:
            raise ProfileError(f"holds no certificate in PEM: {error}", where=str(file), do=_PREPARE) from error
        found.extend(certificate.public_bytes(Encoding.DER) for certificate in certificates)
    return tuple(found)


def read_credentials(
    chain: Sequence[str | Path], key: str | Path, passphrase: str = "", *, label: str = "of the device's PKI"
) -> Credentials:
    """A chain, leaf first, and the leaf's key.

    Args:
        chain: PEM files of the certificates, root left out.
        key: PEM file of the private key, encrypted or not.
        passphrase: of the key; empty for none.
        label: what a report calls it.

    Raises:
        ProfileError: a file is not there or not what it should be, or the passphrase is wrong.
    """
    certificates = read_certificates(chain)
    try:
        loaded = load_pem_private_key(_content(key), passphrase.encode() or None)
    except (ValueError, TypeError) as error:
        what = f"holds no private key that this passphrase opens: {error}"
        raise ProfileError(what, where=str(key), do=_PREPARE) from error
    if not isinstance(loaded, ec.EllipticCurvePrivateKey | ed448.Ed448PrivateKey | rsa.RSAPrivateKey):
        raise ProfileError(f"holds a key of kind {type(loaded).__name__}", where=str(key), do=_PREPARE)
    if certificates and x509.load_der_x509_certificate(certificates[0]).public_key() != loaded.public_key():
        raise ProfileError(f"is not the key of the first certificate in {chain[0]}", where=str(key), do=_PREPARE)
    return Credentials(chain=certificates, key=PrivateKey(loaded), label=label)


def _content(file: str | Path) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise ProfileError(f"cannot be read: {error.strerror}", where=str(file), do=_PREPARE) from error
