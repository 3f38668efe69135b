"""Words for cases about TLS: EVs that call in for a moment, stations that are asked once, chains however flawed."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha1

from cryptography import x509

from harness.endpoints.behaviour import Hang
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.station import Station
from harness.kit.bench import Bench
from harness.kit.until import closed, either, seen
from harness.messages.iso20.common import SessionSetupReq
from harness.messages.sap import SupportedAppProtocolReq
from harness.pki.flaws import Flaw
from harness.pki.ocsp import Delegation, Status
from harness.trace.entry import Entry, TlsSeen
from harness.trace.trace import Trace
from harness.transports.tls.adversary import Adversary

ASKED = either(seen(SupportedAppProtocolReq), closed())
"""Until the EV said its first word over the connection, or there is none."""


def calling_in(ev: Ev) -> Ev:
    """The EV, which leaves once it knows which protocol would be spoken: enough to see that it was let in."""
    return ev.answering(SessionSetupReq, lambda _heard, _said: Hang())


def flawed_ev(bench: Bench, flaw: Flaw) -> Ev:
    """The EV of a bench with a chain of the run's PKI and one thing wrong in it."""
    chain = bench.pki.vehicle_chain(flaw=flaw)
    return bench.ev.having(credentials=chain, tls_adversary=Adversary() if chain.raw else None)


def flawed_station(bench: Bench, flaw: Flaw) -> Station:
    """The station of a bench with a chain of the run's PKI and one thing wrong in it."""
    chain = bench.pki.secc_chain(flaw=flaw)
    return bench.station.having(credentials=chain, tls_adversary=Adversary() if chain.raw else None)


def names_of(roots: Iterable[bytes]) -> tuple[str, ...]:
    """Subjects of roots (DER) as a CertificateRequest or a ClientHello lists them, in hexadecimal digits."""
    return tuple(x509.load_der_x509_certificate(root).subject.public_bytes().hex() for root in roots)


def key_digests_of(roots: Iterable[bytes]) -> bytes:
    """The body of trusted_ca_keys (RFC 6066, 6) that names roots (DER) by the SHA-1 of their certificates."""
    listed = b"".join(b"\x03" + sha1(root, usedforsecurity=False).digest() for root in roots)
    return len(listed).to_bytes(2, "big") + listed


def issuers_of(chain: Iterable[str]) -> tuple[str, ...]:
    """Who issued the certificates of a chain, both in hexadecimal digits of DER; an unreadable one is left out."""
    found = []
    for certificate in chain:
        try:
            found.append(x509.load_der_x509_certificate(bytes.fromhex(certificate)).issuer.public_bytes().hex())
        except ValueError:
            continue
    return tuple(found)


def greeting(trace: Trace) -> Entry:
    """The first entry that tells a ClientHello, whatever came of it.

    Raises:
        Unreached: there is none.
    """
    return trace.first(TlsSeen, where=lambda entry: bool(entry.facts.get("client_hello")))


def stapling(
    bench: Bench,
    status: Status = Status.GOOD,
    depth: int | None = None,
    *,
    delegation: Delegation = Delegation.ISSUER,
) -> Station:
    """The station of a bench with a chain of the run's PKI and OCSP responses for it.

    Args:
        bench: one that minds status.
        status: what the responses say, or what is wrong with them.
        depth: the certificate that it concerns, counted from the leaf, the others being good; None: all of them.
        delegation: who signs.
    """
    chain = bench.pki.secc_chain()
    staples = bench.pki.staples(chain, status, depth, delegation=delegation)
    return bench.station.having(credentials=chain, staples=staples)
