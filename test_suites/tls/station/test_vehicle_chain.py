"""TLS towards the vehicle: which vehicle chains the station takes, and how it takes a refusal."""

from __future__ import annotations

import pytest

from harness.kit import (
    Bench,
    Feature,
    Flaw,
    Judge,
    Role,
    TlsSeen,
    answered,
    calling_in,
    case,
    either,
    finished,
    seen,
    tls,
)
from harness.messages.sap import SupportedAppProtocolRes


@case(
    "TLS-STN-001",
    "A good vehicle chain is taken",
    sut=Role.STATION,
    cites=("V2G20-1264", "V2G20-2400"),
    needs=Feature.TLS13_MUTUAL,
)
async def test_good_vehicle_chain_is_taken(bench: Bench, judge: Judge) -> None:
    """Mutual TLS 1.3, then the first V2G message is answered: only then is the handshake known to be over."""
    trace = await bench.run(bench.ev, until=answered(SupportedAppProtocolRes))

    judge.silence("refusals", trace.all(TlsSeen, event="refused"))
    handshake = trace.first(TlsSeen, event="handshake")
    judge.equal("TLS version", handshake.facts["version"], "TLSv1.3", at=handshake)
    judge.equal("client certificate asked for", handshake.facts["certificate_requested"], True, at=handshake)  # noqa: FBT003
    trace.first(SupportedAppProtocolRes)


@pytest.mark.parametrize("flaw", tls.VEHICLE_FLAWS, ids=lambda flaw: flaw.name.lower())
@case(
    "TLS-STN-002",
    "A flawed vehicle chain is refused before any V2G message",
    sut=Role.STATION,
    cites=("V2G20-1001",),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_flawed_vehicle_chain_is_refused(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """One flaw at a time; TLS-STN-001 shows that the same chain without it is taken."""
    ev = bench.ev.having(credentials=bench.pki.vehicle_chain(bench.ev.car.evcc_id, flaw=flaw))

    trace = await bench.run(calling_in(ev), calling_in(bench.ev))

    judge.take(tls.refused(trace, alerts=flaw.alerts))
    judge.take(tls.served_next(trace))


@case(
    "TLS-STN-003",
    "A vehicle without a certificate is refused",
    sut=Role.STATION,
    cites=("V2G20-2400",),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_vehicle_without_certificate_is_refused(bench: Bench, judge: Judge) -> None:
    """The EV answers the CertificateRequest with an empty chain."""
    trace = await bench.run(calling_in(bench.ev.having(credentials=None)), calling_in(bench.ev))

    judge.take(tls.refused(trace, alerts=tls.NO_CERTIFICATE))
    judge.take(tls.served_next(trace))


@case(
    "TLS-STN-006",
    "A refused vehicle does not keep the next one out",
    sut=Role.STATION,
    cites=("V2G20-1264",),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_next_vehicle_is_served(bench: Bench, judge: Judge) -> None:
    """A vehicle with a self-signed certificate is refused; the next, with a good chain, is answered."""
    chain = bench.pki.vehicle_chain(bench.ev.car.evcc_id, flaw=Flaw.SELF_SIGNED)
    stranger = bench.ev.having(credentials=chain)

    trace = await bench.run(stranger, bench.ev, until=either(seen(SupportedAppProtocolRes), finished()))

    judge.take(tls.refused(trace, alerts=Flaw.SELF_SIGNED.alerts))
    judge.any("answers to the next vehicle", trace.all(SupportedAppProtocolRes))
