"""Certificates that a user names, from PEM, DER or PKCS #7 files; read, never copied, and never a key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509 import ocsp

from harness.core.errors import UserError
from harness.pki.lint import parse_certificate

_LARGEST = 1_048_576
"""Bytes of a file that may be a chain."""
_MOST = 30
"""Certificates of a chain."""
_DER = 0x30
"""What a certificate in DER begins with: a SEQUENCE."""


def read_chain(files: Sequence[Path]) -> tuple[bytes, ...]:
    """The certificates of files as DER, in the order of the files and of what stands in each.

    A single certificate in DER comes as it is, broken or not, for the linter to speak about.

    Raises:
        UserError: a file is not there, holds a private key alone, or nothing that is a certificate; says which and why.
    """
    found = [certificate for file in files for certificate in _certificates(file)]
    if len(found) > _MOST:
        do = f"give the {_MOST} that belong together"
        raise UserError(f"are {len(found)} certificates", where=", ".join(map(str, files)), do=do)
    return tuple(found)


def leaf_first(chain: Sequence[bytes]) -> tuple[bytes, ...]:
    """The same certificates from the leaf up, as far as names tell; unchanged where they tell nothing."""
    read = [parse_certificate(certificate, 0) for certificate in chain]
    known = [one for one in read if isinstance(one, x509.Certificate)]
    if len(known) != len(chain) or not known:
        return tuple(chain)
    by_subject = {one.subject: one for one in known}
    issuers = {one.issuer for one in known if one.issuer != one.subject}
    leaves = [one for one in known if one.subject not in issuers]
    if len(leaves) != 1:
        return tuple(chain)
    line = [leaves[0]]
    while (above := by_subject.get(line[-1].issuer)) is not None and above not in line:
        line.append(above)
    return tuple(one.public_bytes(Encoding.DER) for one in line) if len(line) == len(chain) else tuple(chain)


def read_statuses(files: Sequence[Path]) -> tuple[bytes, ...]:
    """OCSP responses and CRLs, as DER.

    Raises:
        UserError: a file is neither.
    """
    return tuple(_status(file) for file in files)


def _certificates(file: Path) -> list[bytes]:
    data = _content(file)
    if b"-----BEGIN" not in data:
        return _from_der(file, data)
    if b"-----BEGIN PKCS7" in data:
        return _of_pkcs7(file, data, pkcs7.load_pem_pkcs7_certificates)
    if b"-----BEGIN CERTIFICATE-----" not in data:
        what = "holds a private key and no certificate" if b"PRIVATE KEY" in data else "holds no certificate"
        raise UserError(what, where=str(file), do="name the file of the certificate; keys are not read here")
    try:
        return [one.public_bytes(Encoding.DER) for one in x509.load_pem_x509_certificates(data)]
    except ValueError as error:
        raise UserError(f"holds a certificate that cannot be read: {error}", where=str(file), do=_CONVERT) from None


_CONVERT = "save it as DER to have its bytes looked at: `openssl x509 -outform DER`"


def _from_der(file: Path, data: bytes) -> list[bytes]:
    if data[:1] != bytes([_DER]):
        what = "is no certificate: it is neither PEM nor DER"
        raise UserError(what, where=str(file), do="name a file in PEM, DER or PKCS #7")
    if not isinstance(parse_certificate(data, 0), x509.Certificate):
        try:
            return _of_pkcs7(file, data, pkcs7.load_der_pkcs7_certificates)
        except UserError:
            return [data]
    return [data]


def _of_pkcs7(file: Path, data: bytes, load: Callable[[bytes], list[x509.Certificate]]) -> list[bytes]:
    try:
        return [one.public_bytes(Encoding.DER) for one in load(data)]
    except ValueError as error:
        raise UserError(f"cannot be read as PKCS #7: {error}", where=str(file)) from None


def _status(file: Path) -> bytes:
    data = _content(file)
    if b"-----BEGIN X509 CRL" in data:
        try:
            return x509.load_pem_x509_crl(data).public_bytes(Encoding.DER)
        except ValueError as error:
            raise UserError(f"holds no CRL: {error}", where=str(file)) from None
    for load in (ocsp.load_der_ocsp_response, x509.load_der_x509_crl):
        try:
            load(data)
        except ValueError:
            continue
        return data
    raise UserError("is neither an OCSP response nor a CRL", where=str(file), do="name a file in DER, or a CRL in PEM")


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > _LARGEST:
            raise UserError(f"has more than {_LARGEST} bytes", where=str(file), do="name a file of certificates")
        return file.read_bytes()
    except OSError as error:
        raise UserError(
            f"cannot be read: {error.strerror}", where=str(file), do="name a file of certificates"
        ) from None
