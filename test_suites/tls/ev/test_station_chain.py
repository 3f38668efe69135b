"""TLS towards the station: which station chains the EV takes."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Flaw, Judge, Role, TlsSeen, case, closed, either, seen, tls
from harness.messages.field import Message
from harness.messages.sap import SupportedAppProtocolReq

ASKED = either(seen(SupportedAppProtocolReq), closed())


@case(
    "TLS-EV-001",
    "A good station chain is taken",
    sut=Role.EV,
    cites=("V2G20-1264", "V2G20-2339"),
    needs=Feature.TLS13_MUTUAL,
)
async def test_good_station_chain_is_taken(bench: Bench, judge: Judge) -> None:
    """Mutual TLS 1.3, and the EV goes on with SupportedAppProtocol."""
    trace = await bench.run(until=ASKED)

    judge.silence("refusals", trace.all(TlsSeen, event="refused"))
    handshake = trace.first(TlsSeen, event="handshake")
    judge.equal("TLS version", handshake.facts["version"], "TLSv1.3", at=handshake)
    shown = handshake.facts["peer_chain"]
    judge.holds("vehicle certificate shown", bool(shown), f"{len(shown)} certificates", at=handshake)
    trace.first(SupportedAppProtocolReq)


@pytest.mark.parametrize("flaw", tls.STATION_FLAWS, ids=lambda flaw: flaw.name.lower())
@case(
    "TLS-EV-002",
    "A flawed station chain is refused before any V2G message",
    sut=Role.EV,
    cites=("V2G20-1001",),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-EV-001",
)
async def test_flawed_station_chain_is_refused(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """One flaw at a time; TLS-EV-001 shows that the same chain without it is taken."""
    station = bench.station.having(credentials=bench.pki.secc_chain(flaw=flaw))

    trace = await bench.run(station, until=ASKED)

    judge.take(tls.refused(trace, alerts=flaw.alerts))
    judge.silence("V2G messages of the EV", trace.all(Message, sent_by=Role.EV))
