"""What a station looks at before it takes a firmware: who signed it, whether it is whole, and what it calls itself."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Sequence

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from msgspec import Struct

from harness.endpoints.ocpp_certificates import loaded, read_pem
from harness.pki.path import check_path

MAGIC = b"V2X HARNESS FIRMWARE "
"""How an image begins that emulated stations can install; model and version follow, in quotes, up to a line's end."""
_HEADER = re.compile(re.escape(MAGIC) + rb'"([^"\n]{1,60})" "([^"\n]{1,50})"\n')
_LONGEST = 5_500
"""Characters of signingCertificate."""


class Image(Struct, frozen=True, kw_only=True):
    """What an image says of itself."""

    model: str
    version: str


def read_image(data: bytes) -> Image | None:
    """What an image says of itself; None for what is none."""
    found = _HEADER.match(data)
    if found is None:
        return None
    return Image(model=found[1].decode("utf-8", "replace"), version=found[2].decode("utf-8", "replace"))


def write_image(model: str, version: str, content: bytes) -> bytes:
    """An image for emulated stations of a model."""
    return MAGIC + f'"{model}" "{version}"\n'.encode() + content


def signer_of(text: str, roots: Sequence[bytes], at: float) -> x509.Certificate | None:
    """The certificate that a firmware is signed with; None where no manufacturer stands behind it (L01.FR.02).

    Args:
        text: PEM as the backend sent it.
        roots: DER of the manufacturer's roots.
        at: Unix time.
    """
    chain = read_pem(text, longest=_LONGEST)
    if not chain or check_path(chain, roots, at):
        return None
    return loaded(chain[0])


def is_signed_by(data: bytes, signature: str, signer: x509.Certificate) -> bool:
    """Whether a signature in base64 is the signer's, by SHA-256, on this image (L01.FR.03)."""
    try:
        value = b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    key = signer.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(value, data, ec.ECDSA(SHA256()))
            return True
        if isinstance(key, rsa.RSAPublicKey):
            return _by_rsa(key, value, data)
    except InvalidSignature:
        return False
    return False


def _by_rsa(key: rsa.RSAPublicKey, value: bytes, data: bytes) -> bool:
    pss = padding.PSS(mgf=padding.MGF1(SHA256()), salt_length=padding.PSS.AUTO)
    for how in (pss, padding.PKCS1v15()):
        try:
            key.verify(value, data, how, SHA256())
        except InvalidSignature:
            continue
        return True
    return False
