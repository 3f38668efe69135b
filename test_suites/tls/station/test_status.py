"""OCSP on the station's side: what it staples to its own chain, and what it makes of a vehicle's status."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, Status, answered, calling_in, case, greeting, replace, tls
from harness.messages.iso20.common import AuthorizationRes

STATUS_REQUEST = 5
PLACES = {"leaf": 0, "lower_ca": 1, "upper_ca": 2}
UNKNOWN = {
    "unknown": Status.UNKNOWN,
    "no_answer": None,
    "stale": Status.STALE,
    "wrong_signer": Status.WRONG_SIGNER,
    "garbage": Status.GARBAGE,
}


@case(
    "TLS-STN-046",
    "The station staples a good OCSP response to each certificate of its chain",
    sut=Role.STATION,
    cites=("V2G20-2388", "V2G20-2391", "V2G20-1021", "V2G20-2394"),
    needs=(Feature.TLS13_MUTUAL, Feature.OCSP_STAPLES),
    control="TLS-STN-001",
)
async def test_own_staples(bench: Bench, judge: Judge) -> None:
    """Each says good, holds now and for a week at most, and is signed by somebody below a root that the EV knows."""
    minding = bench.minding_status()
    curious = minding.ev.having(tls_check="accept")

    trace = await minding.run(calling_in(curious))

    judge.take(tls.stapled(trace, curious.trust))


@case(
    "TLS-STN-047",
    "Who asks for no OCSP response gets none",
    sut=Role.STATION,
    cites=("V2G20-2388", "RFC 8446, 4.4.2"),
    needs=(Feature.TLS13_MUTUAL, Feature.OCSP_STAPLES),
    control="TLS-STN-001",
)
async def test_no_staples_without_a_question(bench: Bench, judge: Judge) -> None:
    """Extensions in the Certificate message answer those of the ClientHello."""
    minding = bench.minding_status()
    incurious = replace(minding.ev.tls_profile, asks_status=False)

    trace = await minding.run(calling_in(minding.ev.having(tls_profile=incurious, minds_status=False)))

    handshake = greeting(trace)
    asked = STATUS_REQUEST in handshake.facts["client_hello"]["extensions"]
    judge.equal("OCSP responses that nobody asked for", [one for one in handshake.facts["staples"] if one], [])
    if asked:
        judge.inconclusive("the question left out", "our own ClientHello asked for OCSP responses", at=handshake)
    judge.take(tls.taken(trace))


@case(
    "TLS-STN-048",
    "A vehicle whose chain is known to be good is served",
    sut=Role.STATION,
    cites=("V2G20-2432", "V2G20-2434"),
    needs=(Feature.TLS13_MUTUAL, Feature.OCSP_CHECK),
)
async def test_vehicle_of_good_status(bench: Bench, judge: Judge) -> None:
    """The responder that the certificates name says so of each of them."""
    trace = await bench.vehicle_status(Status.GOOD).run(until=answered(AuthorizationRes))

    judge.take(tls.taken(trace))


@pytest.mark.parametrize("place", PLACES)
@case(
    "TLS-STN-049",
    "A vehicle chain with a revoked certificate is refused",
    sut=Role.STATION,
    cites=("V2G20-2432", "V2G20-2438"),
    needs=(Feature.TLS13_MUTUAL, Feature.OCSP_CHECK),
    control="TLS-STN-048",
)
async def test_vehicle_that_was_revoked(bench: Bench, judge: Judge, place: str) -> None:
    """In the handshake, behind it, or by a FAILED AuthorizationRes at the latest; then a good vehicle comes."""
    trace = await bench.vehicle_status(Status.REVOKED, PLACES[place]).run(until=answered(AuthorizationRes))
    again = await bench.vehicle_status(Status.GOOD).run(calling_in(bench.minding_status().ev))

    judge.take(tls.let_go(trace))
    judge.take(tls.taken(again))


@pytest.mark.parametrize("why", UNKNOWN)
@case(
    "TLS-STN-050",
    "A vehicle chain whose status cannot be had is refused",
    sut=Role.STATION,
    cites=("V2G20-2439", "V2G20-2440", "V2G20-2438"),
    needs=(Feature.TLS13_MUTUAL, Feature.OCSP_CHECK),
    control="TLS-STN-048",
)
async def test_vehicle_of_no_status(bench: Bench, judge: Judge, why: str) -> None:
    """The responder does not know the leaf, is not there, or says what is worth nothing."""
    trace = await bench.vehicle_status(UNKNOWN[why], 0).run(until=answered(AuthorizationRes))
    again = await bench.vehicle_status(Status.GOOD).run(calling_in(bench.minding_status().ev))

    judge.take(tls.let_go(trace))
    judge.take(tls.taken(again))
