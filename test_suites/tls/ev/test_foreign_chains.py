"""Station chains that are good for something else, and stations that trust nobody the EV knows."""

from __future__ import annotations

import pytest

from harness.kit import ASKED, Bench, ChainKind, Feature, Judge, Role, TlsSeen, case, tls
from harness.messages.field import Message

OTHERS = (ChainKind.CPS, ChainKind.VEHICLE, ChainKind.PROVISIONING, ChainKind.CONTRACT)


@pytest.mark.parametrize("kind", OTHERS, ids=lambda kind: kind.value)
@case(
    "TLS-EV-016",
    "A chain for something else is no station's chain",
    sut=Role.EV,
    cites=("V2G2-925", "V2G20-1001", "V2G20-3073"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-EV-001",
)
async def test_chain_for_something_else_is_refused(bench: Bench, judge: Judge, kind: ChainKind) -> None:
    """That of a provisioning service ends at the V2G root, too; the others end elsewhere."""
    station = bench.station.having(credentials=bench.pki.chain(kind))

    trace = await bench.run(station, until=ASKED)

    judge.take(tls.refused(trace))
    judge.silence("V2G messages of the EV", trace.all(Message, sent_by=Role.EV))


@pytest.mark.parametrize("named", ["strangers", "nobody"])
@case(
    "TLS-EV-017",
    "The EV shows its chain whatever roots the station names",
    sut=Role.EV,
    cites=("V2G20-2339", "V2G20-2430", "V2G20-2404"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-EV-001",
)
async def test_chain_is_shown_to_strangers(bench: Bench, judge: Judge, named: str) -> None:
    """The CertificateRequest lists a root of other people's, or none; whether the chain does, the station says."""
    roots = bench.pki.csms_roots if named == "strangers" else ()
    curious = bench.station.having(trust=roots, tls_check="accept")

    trace = await bench.run(curious, until=ASKED)

    handshake = trace.first(TlsSeen, event="handshake")
    shown = handshake.facts["peer_chain"]
    judge.holds("vehicle certificate shown", bool(shown), f"{len(shown)} certificates", at=handshake)
    judge.take(tls.taken(trace))
