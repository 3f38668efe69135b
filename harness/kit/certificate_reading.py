"""What cases about certificates over OCPP read out of what they hear."""

from __future__ import annotations

import binascii
from base64 import b64decode

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp

from harness.endpoints.csms.authority import common_name_of, read_request
from harness.endpoints.ocpp_certificates import (
    ALGORITHMS,
    HashData,
    hashes_of,
    issuer_in,
    loaded,
    read_pem,
    same,
    with_issuers,
)
from harness.endpoints.station.certificate_terms import SECC as SECC
from harness.endpoints.station.certificate_terms import STATION as STATION
from harness.messages.ocpp import (
    CertificateSigned,
)
from harness.pki.path import check_path
from harness.trace.entry import Entry, Link, TlsSeen
from harness.trace.trace import Trace

LONGEST_CHAIN = 10_000
"""Characters of a chain in CertificateSigned."""


def request_faults(entry: Entry, serial: str = "") -> tuple[str, ...]:
    """What is wrong with a SignCertificate: form, strength, own signature, name; empty for a good one.

    Args:
        entry: the call.
        serial: the serial number that the request has to be for (A00.FR.511); empty: any.
    """
    request = read_request(str(entry.payload.get("csr", "")))
    if isinstance(request, str):
        return (request,)
    found = []
    if serial and common_name_of(request) != serial:
        found.append(f"it is for {common_name_of(request)!r}, the station is {serial!r}")
    if not request.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME):
        found.append("it names no organisation")
    return tuple(found)


def same_key(one: Entry, other: Entry) -> bool:
    """Whether two SignCertificate calls are for one key."""
    keys = [_request_key(entry) for entry in (one, other)]
    return keys[0] == keys[1] and bool(keys[0])


def chain_faults(asked: Entry, signed: Entry) -> tuple[str, ...]:
    """What is wrong with a CertificateSigned as the answer to a request; empty for a good one."""
    chain = read_pem(str(signed.payload.get("certificateChain", "")), longest=LONGEST_CHAIN)
    if not chain:
        return ("it holds no certificates that can be read",)
    leaf, found = loaded(chain[0]), []
    spoken = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if spoken != _request_key(asked):
        found.append("the first certificate is for another key")
    request = read_request(str(asked.payload.get("csr", "")))
    if isinstance(request, x509.CertificateSigningRequest) and common_name_of(request) not in _names(leaf):
        found.append("the first certificate is for another name")
    # Whom the top belongs to is between the backend and its stations; the rest has to hold together.
    found += [one.text for one in check_path(chain[:-1] or chain, (chain[-1],), signed.at)]
    return tuple(found)


def issued_leaf(trace: Trace) -> bytes:
    """The first certificate of `issued_chain`."""
    return issued_chain(trace)[0]


def issued_chain(trace: Trace) -> tuple[bytes, ...]:
    """The chain (DER, leaf first) that the backend signed last.

    Raises:
        Unreached: it signed none.
    """
    return read_pem(trace.last(CertificateSigned).payload["certificateChain"], longest=LONGEST_CHAIN)


def chain_listing_faults(told: list[HashData], chain: tuple[bytes, ...], roots: tuple[bytes, ...]) -> tuple[str, ...]:
    """What is wrong with the listing of a chain; empty if one entry names its leaf and, as children, a CA above it.

    Args:
        told: entries of the use V2GCertificateChain.
        chain: DER, leaf first.
        roots: DER of what it may end at.
    """
    pairs = with_issuers(chain, roots)
    named = [one for one in told if _names_any(one.get("certificateHashData", {}), pairs)]
    if not named:
        return ("no entry names a certificate of the chain",)
    children = [child for one in named for child in one.get("childCertificateHashData", [])]
    if not children:
        return ("the entry has no childCertificateHashData",)
    strange = [place for place, child in enumerate(children, 1) if not _names_any(child, pairs)]
    return tuple(f"child {place} is no certificate of the chain" for place in strange)


def shown_to_backend(trace: Trace) -> tuple[bytes, ...]:
    """The certificate (DER) that the station showed in each handshake with our backend."""
    return shown_by_station(trace, Link.OCPP)


def shown_by_station(trace: Trace, link: Link = Link.V2G) -> tuple[bytes, ...]:
    """The certificate (DER) that the station showed in each handshake with an EV of ours, or with our backend."""
    chains = [entry.facts.get("peer_chain") for entry in trace.all(TlsSeen, event="handshake", link=link)]
    return tuple(bytes.fromhex(chain[0]) for chain in chains if chain)


def listed(entry: Entry, use: str) -> list[HashData]:
    """What an answer to GetInstalledCertificateIds tells of one use."""
    chains = entry.payload.get("certificateHashDataChain", [])
    return [one for one in chains if one.get("certificateType") == use]


def certificates_in(text: object) -> tuple[bytes, ...]:
    """The certificates (DER) of a PEM text; none where it cannot be read."""
    return read_pem(str(text), longest=LONGEST_CHAIN)


def names_root(told: HashData, root: bytes) -> bool:
    """Whether one entry of such an answer is a root (DER), by whichever hash."""
    data = told.get("certificateHashData", {})
    return same(data, root_hashes(root, str(data.get("hashAlgorithm", "SHA256"))))


def root_hashes(root: bytes, algorithm: str = "SHA256") -> HashData:
    """The hashes that name a root (DER)."""
    return hashes_of(loaded(root), loaded(root), algorithm)


def chain_named(asked: list[HashData], chain: tuple[bytes, ...], roots: tuple[bytes, ...]) -> tuple[str, ...]:
    """What of a list of hashes does not name certificates of a chain, leaf first; empty if all do.

    Args:
        asked: iso15118CertificateHashData, or single ocspRequestData.
        chain: DER.
        roots: DER of what it may end at.
    """
    pairs = with_issuers(chain, roots)
    if not asked:
        return ("there are no hashes",)
    found = []
    for place, data in enumerate(asked):
        if not _names_any(data, pairs):
            found.append(f"entry {place + 1} names no certificate of the chain")
    if not any(_names_any(one, pairs[:1]) for one in asked):
        found.append("the leaf is not named")
    return tuple(found)


def response_faults(answer: Entry, asked: Entry) -> tuple[str, ...]:
    """What is wrong with the OCSP response in an answer to GetCertificateStatus; empty for a good one."""
    try:
        response = ocsp.load_der_ocsp_response(b64decode(str(answer.payload.get("ocspResult", "")), validate=True))
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return (f"the responder says {response.response_status.name}",)
        serial = f"{response.serial_number:x}"
    except (ValueError, binascii.Error):
        return ("ocspResult is no OCSP response in base64",)
    wanted = str(asked.payload["ocspRequestData"]["serialNumber"]).lower().lstrip("0")
    return () if serial == wanted else (f"the response is about {serial}, asked was {wanted}",)


def ends_at(chain: tuple[bytes, ...], roots: tuple[bytes, ...]) -> bool:
    """Whether one of the roots (DER) issued the top of a chain (DER)."""
    return issuer_in(loaded(chain[-1]), [loaded(root) for root in roots]) is not None


def hashes_of_nothing(usual: HashData) -> HashData:
    """The same question about a certificate that nobody issued."""
    return {**usual, "serialNumber": "7e57" + "0" * 8 + "1", "issuerKeyHash": "00" * 32}


def says_good(answer: Entry) -> bool:
    """Whether an answer to GetCertificateStatus says that a certificate is good."""
    try:
        response = ocsp.load_der_ocsp_response(b64decode(str(answer.payload.get("ocspResult") or ""), validate=True))
        return bool(response.certificate_status is ocsp.OCSPCertStatus.GOOD)
    except (ValueError, binascii.Error):
        return False


def _names_any(data: HashData, pairs: list[tuple[x509.Certificate, x509.Certificate]]) -> bool:
    algorithm = str(data.get("hashAlgorithm"))
    return algorithm in ALGORITHMS and any(same(hashes_of(*pair, algorithm), data) for pair in pairs)


def _request_key(entry: Entry) -> bytes:
    request = read_request(str(entry.payload.get("csr", "")))
    if isinstance(request, str):
        return b""
    return request.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _names(certificate: x509.Certificate) -> set[str]:
    return {str(one.value) for one in certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)}
