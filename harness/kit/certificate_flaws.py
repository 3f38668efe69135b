"""Certificates and requests for them that are wrong on purpose, as cases send them over OCPP."""

from __future__ import annotations

from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import structs

from harness.endpoints.csms.authority import Authority, read_request
from harness.endpoints.csms.csms import Csms
from harness.endpoints.ocpp_certificates import read_pem, write_pem
from harness.endpoints.station.certificate_terms import SECC, STATION
from harness.kit.backend import authority
from harness.kit.certificate_reading import LONGEST_CHAIN
from harness.kit.certificates import stranger_root
from harness.messages.ocpp import CertificateSigned, OcppMessage
from harness.pki.build import Pki
from harness.pki.recipe import DAY, ChainKind

SIGNING_FLAWS = ("wrong_key", "another_name", "expired", "early", "unknown_root", "reversed", "garbage")
"""What can be wrong with a certificate that a backend signed."""
ROOT_FLAWS = ("garbage", "expired", "no_authority", "tampered")
"""What can be wrong with a root that is to be installed."""
REQUEST_FLAWS = ("garbage", "weak_key", "tampered", "another_station")
"""What can be wrong with a station's request for a certificate."""
_KINDS = {STATION: ChainKind.STATION, SECC: ChainKind.SECC}


def bad_root(pki: Pki, flaw: str) -> str:
    """What no station may install: PEM, or none at all; one of `ROOT_FLAWS`."""
    if flaw == "garbage":
        return "-----BEGIN CERTIFICATE-----\nTEST ONLY, no certificate\n-----END CERTIFICATE-----\n"
    if flaw == "no_authority":
        return write_pem([pki.contract_chain().chain[0]])
    if flaw == "expired":
        recipe = pki.recipe(ChainKind.CONTRACT)
        root = structs.replace(recipe.issuers[0], key="expired-root", valid_from=-400 * DAY, valid_until=-DAY)
        return write_pem(pki.make(structs.replace(recipe, leaf=root, self_signed=True)).chain)
    whole = stranger_root(pki)
    return write_pem([whole[:-1] + bytes([whole[-1] ^ 1])])


def signing_badly(csms: Csms, pki: Pki, flaw: str) -> Csms:
    """The backend, whose CA makes one mistake; one of `SIGNING_FLAWS`."""

    def change(heard: OcppMessage, usual: OcppMessage) -> dict[str, Any]:
        use = str(usual.payload["certificateType"])
        request = read_request(heard.payload["csr"])
        chain = read_pem(usual.payload["certificateChain"], longest=LONGEST_CHAIN)
        if isinstance(request, x509.CertificateSigningRequest):
            chain = _signed_badly(authority(pki, _KINDS[use]), request, chain, pki, _KINDS[use], flaw)
        text = "TEST ONLY, no certificate" if flaw == "garbage" else write_pem(chain)
        return {**usual.payload, "certificateChain": text}

    return csms.answering(CertificateSigned, change)


def signing_at_length(csms: Csms, characters: int) -> Csms:
    """The backend, whose good chains are padded to more than so many characters, by repeating its own CAs."""

    def change(_heard: Any, usual: OcppMessage) -> dict[str, Any]:
        text = usual.payload["certificateChain"]
        more = write_pem(read_pem(text, longest=LONGEST_CHAIN)[1:2])
        while more and len(text) <= characters and len(text) + len(more) <= LONGEST_CHAIN:
            text += more
        return {**usual.payload, "certificateChain": text}

    return csms.answering(CertificateSigned, change)


def bad_request(flaw: str, usual: str) -> str:
    """A request for a certificate that no backend should sign; one of `REQUEST_FLAWS`.

    Args:
        flaw: what is wrong.
        usual: the good request of the station (PEM).
    """
    if flaw == "garbage":
        return "TEST ONLY, no request"
    request = x509.load_pem_x509_csr(usual.encode())
    if flaw == "tampered":
        der = request.public_bytes(Encoding.DER)
        spoilt = x509.load_der_x509_csr(der[:-1] + bytes([der[-1] ^ 1]))
        return spoilt.public_bytes(Encoding.PEM).decode()
    name = request.subject
    key: Any = ec.generate_private_key(ec.SECP192R1() if flaw == "weak_key" else ec.SECP256R1())
    if flaw == "another_station":
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "TEST-ONLY-ANOTHER-STATION")])
    made = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, SHA256())
    return made.public_bytes(Encoding.PEM).decode()


def _signed_badly(
    signer: Authority,
    request: x509.CertificateSigningRequest,
    usual: tuple[bytes, ...],
    pki: Pki,
    kind: ChainKind,
    flaw: str,
) -> tuple[bytes, ...]:
    match flaw:
        case "wrong_key":
            return pki.chain(kind).chain
        case "unknown_root":
            return authority(Pki.generate(pki.at, profile=pki.profile), kind).sign(request, pki.at)
        case "reversed":
            return tuple(reversed(usual))
        case "expired" | "early" | "another_name":
            return signer.sign(request, pki.at, flaw=flaw)
        case _:
            return usual
