"""Words for cases about TLS: EVs that call in for a moment, stations that are asked once, chains however flawed."""

from __future__ import annotations

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
from harness.transports.tls.tlslite_terms import terms_of

ASKED = either(seen(SupportedAppProtocolReq), closed())
"""Until the EV said its first word over the connection, or there is none."""


def calling_in(ev: Ev) -> Ev:
    """The EV, which leaves once it knows which protocol would be spoken: enough to see that it was let in."""
    return ev.answering(SessionSetupReq, lambda _heard, _said: Hang())


def greasing(ev: Ev) -> Ev:
    """The EV, which has numbers reserved for nothing (RFC 8701) in every list of its ClientHello, ahead of its own."""
    terms = terms_of(ev.tls_profile, Adversary())
    grease = Adversary(
        suites=(0x0A0A, *terms.suites),
        versions=(0x1A1A, *terms.versions),
        groups=(0x2A2A, *terms.groups),
        schemes=(0x3A3A, *terms.schemes),
        hello_extensions=((0x4A4A, b""), (0x5A5A, b"\x00")),
    )
    return ev.having(tls_adversary=grease)


def flawed_ev(bench: Bench, flaw: Flaw) -> Ev:
    """The EV of a bench with a chain of the run's PKI and one thing wrong in it."""
    chain = bench.pki.vehicle_chain(flaw=flaw)
    return bench.ev.having(credentials=chain, tls_adversary=Adversary() if chain.raw else None)


def flawed_station(bench: Bench, flaw: Flaw) -> Station:
    """The station of a bench with a chain of the run's PKI and one thing wrong in it."""
    chain = bench.pki.secc_chain(flaw=flaw)
    return bench.station.having(credentials=chain, tls_adversary=Adversary() if chain.raw else None)


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
