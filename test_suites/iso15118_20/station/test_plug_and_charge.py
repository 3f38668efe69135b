"""Plug and Charge with good papers: what the station gives to sign, and how it authorizes."""

from __future__ import annotations

from itertools import pairwise

from harness.kit import (
    Bench,
    Feature,
    Judge,
    Role,
    answered,
    by_contract,
    case,
    replace,
)
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationReq,
    AuthorizationRes,
    AuthorizationSetupReq,
    AuthorizationSetupRes,
    ChargingSession,
    PncAsResAuthorizationMode,
    Processing,
    ResponseCode,
    ScheduleExchangeRes,
    ServiceDiscoveryReq,
    ServiceDiscoveryRes,
    SessionStopReq,
)

PNC = (Feature.ISO20_DC, Feature.PNC)
GOOD = "ISO20-STN-PNC-001"
DECIDED = answered(AuthorizationRes, evse_processing=Processing.FINISHED)
CHALLENGE_BITS = 128
OK = (ResponseCode.OK, ResponseCode.OK_CERTIFICATE_EXPIRES_SOON)


@case(
    GOOD,
    "A contract that is rightly signed for is authorized",
    sut=Role.STATION,
    cites=("V2G20-2565", "V2G20-1577"),
    needs=PNC,
)
async def test_good_contract_is_authorized(bench: Bench, judge: Judge) -> None:
    """The EV signs the challenge with its contract key; it hears OK with Finished, and asks for services."""
    trace = await bench.run(bench.contracts.paying(bench.ev), until=answered(ServiceDiscoveryRes))

    judge.answered(trace, by_contract(trace), AuthorizationRes)
    last = trace.last(AuthorizationRes)
    judge.among("response code", last.message.response_code, OK, at=last)
    judge.equal("processing", last.message.evse_processing, Processing.FINISHED, at=last)
    judge.granted(trace, trace.first(ServiceDiscoveryReq), ServiceDiscoveryRes)


@case(
    "ISO20-STN-PNC-002",
    "A contract on Ed448 is authorized as well",
    sut=Role.STATION,
    cites=("V2G20-2319", "V2G20-2565"),
    needs=(*PNC, Feature.ED448),
    control=GOOD,
)
async def test_contract_on_ed448_is_authorized(bench: Bench, judge: Judge) -> None:
    """The same with contract chain and signature on the additional algorithm."""
    trace = await bench.run(bench.contracts.additional(bench.ev), until=DECIDED)

    judge.answered(trace, by_contract(trace), AuthorizationRes)
    last = trace.last(AuthorizationRes)
    judge.among("response code", last.message.response_code, OK, at=last)


@case(
    "ISO20-STN-PNC-003",
    "With Plug and Charge on offer there is a challenge of 128 bits",
    sut=Role.STATION,
    cites=("V2G20-697", "V2G20-2110", "V2G20-1219", "V2G20-2568"),
    needs=PNC,
)
async def test_challenge_has_its_length(bench: Bench, judge: Judge) -> None:
    """AuthorizationSetupRes offers Plug and Charge with the block that belongs to it, and a challenge in there."""
    trace = await bench.run(bench.contracts.paying(bench.ev), until=answered(AuthorizationSetupRes))

    reply = judge.answered(trace, trace.one(AuthorizationSetupReq), AuthorizationSetupRes)
    if reply:
        judge.holds("Plug and Charge on offer", Authorization.PNC in reply.message.authorization_services, at=reply)
        block = reply.message.authorization_mode
        judge.equal("block", type(block).name, PncAsResAuthorizationMode.name, at=reply)
        if isinstance(block, PncAsResAuthorizationMode):
            judge.equal("bits of the challenge", 8 * len(block.gen_challenge), CHALLENGE_BITS, at=reply)


@case(
    "ISO20-STN-PNC-004",
    "Every session has a challenge of its own",
    sut=Role.STATION,
    cites=("V2G20-2608", "V2G20-698", "V2G20-2108"),
    needs=PNC,
    control="ISO20-STN-PNC-003",
)
async def test_challenges_differ(bench: Bench, judge: Judge) -> None:
    """Four EVs come one after the other, and leave once they know what is on offer."""
    ev = bench.contracts.paying(bench.ev).answering(AuthorizationReq, lambda _, usual: leaving(usual))

    trace = await bench.run(ev, ev, ev, ev)

    trace.nth(AuthorizationSetupRes, 4)
    blocks = [reply.authorization_mode for reply in trace.messages(AuthorizationSetupRes)]
    given = [block.gen_challenge for block in blocks if isinstance(block, PncAsResAuthorizationMode)]
    judge.equal("different challenges", len(set(given)), 4)
    # Of 128 random bits hardly ever more than 100 stay the same; a counter or a clock leaves most of them alone.
    kept = [CHALLENGE_BITS - (number(one) ^ number(two)).bit_count() for one, two in pairwise(given)]
    judge.holds("unpredictable", max(kept, default=CHALLENGE_BITS) < 100, f"bits that stay the same: {kept}")


def leaving(usual: AuthorizationReq) -> SessionStopReq:
    """A farewell in the place of a request."""
    return SessionStopReq(header=replace(usual.header, signature=None), charging_session=ChargingSession.TERMINATE)


def number(challenge: bytes) -> int:
    """The bits of a challenge."""
    return int.from_bytes(challenge, "big")


@case(
    "ISO20-STN-PNC-010",
    "A contract that expires soon is authorized, and the EV is told",
    sut=Role.STATION,
    cites=("V2G20-2218",),
    needs=PNC,
    control=GOOD,
)
async def test_contract_that_expires_soon(bench: Bench, judge: Judge) -> None:
    """The contract certificate has ten days to go."""
    ev = bench.contracts.paying(bench.ev, contract=bench.contracts.running_out())

    trace = await bench.run(ev, until=DECIDED)

    last = trace.last(AuthorizationRes)
    judge.equal("response code", last.message.response_code, ResponseCode.OK_CERTIFICATE_EXPIRES_SOON, at=last)


@case(
    "ISO20-STN-PNC-011",
    "A contract that has long to go is not called one that expires soon",
    sut=Role.STATION,
    cites=("V2G20-2218",),
    needs=PNC,
    control=GOOD,
)
async def test_fresh_contract_does_not_expire_soon(bench: Bench, judge: Judge) -> None:
    """The contract certificate has sixty days to go."""
    trace = await bench.run(bench.contracts.paying(bench.ev), until=DECIDED)

    last = trace.last(AuthorizationRes)
    judge.equal("response code", last.message.response_code, ResponseCode.OK, at=last)


@case(
    "ISO20-STN-PNC-017",
    "A request that is repeated is answered like the first one",
    sut=Role.STATION,
    cites=("V2G20-1582",),
    needs=PNC,
    control=GOOD,
)
async def test_repeated_request_is_taken(bench: Bench, judge: Judge) -> None:
    """For as long as the station works on it the EV repeats its request, with the same signature and another time."""
    trace = await bench.run(bench.contracts.paying(bench.ev), until=DECIDED)

    replies = trace.all(AuthorizationRes)
    judge.report("answers until it was decided", len(replies), at=replies)
    judge.every(
        "every answer OK",
        replies,
        lambda entry: entry.message.response_code in OK,
        "another code",
    )


@case(
    "ISO20-STN-PNC-020",
    "Prices that are signed are signed by the provider of the contract",
    sut=Role.STATION,
    cites=("V2G20-461", "V2G20-771"),
    needs=(*PNC, Feature.PRICE_SCHEDULES),
    control=GOOD,
)
async def test_signed_prices_are_the_providers(bench: Bench, judge: Judge) -> None:
    """The EV pays by its contract and asks for absolute prices; no public source says that they have to be signed."""
    ev = bench.contracts.paying(bench.ev).with_car(pricing=1)
    settled = answered(ScheduleExchangeRes, evse_processing=Processing.FINISHED)

    trace = await bench.run(ev, until=settled)

    reply = trace.last(ScheduleExchangeRes)
    signed = reply.message.header.signature is not None
    judge.report("prices signed", signed, at=reply)
    above = by_contract(trace).message.authorization_mode.contract_certificate_chain.sub_certificates
    wrong = bench.contracts.signature(reply.message, above.certificate[0]) if signed else ()
    judge.holds("signature", not wrong, "; ".join(wrong) or "is right, or there is none", at=reply)
