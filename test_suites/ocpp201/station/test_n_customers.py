"""Block N: what a station knows of a customer, told and erased."""

from __future__ import annotations

from typing import Any

from harness.kit import Bench, Feature, Judge, Role, Trace, case, ocpp_states, scene
from harness.kit import backend_contracts as contracts
from harness.kit import upkeep as keeping
from harness.messages.ocpp import (
    Authorize,
    CustomerInformation,
    NotifyCustomerInformation,
    SendLocalList,
)

KNOWN: dict[str, Any] = {"idToken": ocpp_states.CARD}
STRANGER: dict[str, Any] = {"idToken": {"idToken": "0000DEAD0000", "type": "ISO14443"}}
SECOND = keeping.CUSTOMER_ID + 1
TOLD = scene.hears(NotifyCustomerInformation, optional=True, within=20.0) + scene.passes(5.0)


def customer_came() -> scene.Scene:
    """A driver whose card the backend knows charges, and leaves; the card stands in the local list besides."""
    entry = {"idToken": ocpp_states.CARD, "idTokenInfo": {"status": "Accepted"}}
    listed = scene.asks(SendLocalList(versionNumber=1, updateType="Full", localAuthorizationList=[entry]))
    return listed + ocpp_states.charging() + ocpp_states.stopped_locally() + ocpp_states.unplugged()


def asks(request_id: int = keeping.CUSTOMER_ID, *, report: bool, clear: bool, **who: Any) -> scene.Scene:
    """The backend asks, and hears what there is."""
    return scene.asks(keeping.customer(report=report, clear=clear, request_id=request_id, **who)) + TOLD


def judge_a_report(judge: Judge, trace: Trace, request_id: int = keeping.CUSTOMER_ID) -> str:
    """Accepted, and a whole chain of parts; what they tell."""
    judge.status(trace, trace.first(CustomerInformation, requestId=request_id), "Accepted")
    parts = trace.all(NotifyCustomerInformation, requestId=request_id)
    if judge.any("reports", parts):
        judge.equal("what is wrong with the parts", keeping.chain_fault(parts), "", at=parts)
    return keeping.told_of_customer(trace, request_id)


@case(
    "TC_N_27_CS",
    "A station tells what it knows of a customer",
    sut=Role.STATION,
    cites=("N09.FR.02", "N09.FR.05"),
    needs=Feature.OCPP201,
)
async def test_report(bench: Bench, judge: Judge) -> None:
    """The customer has charged here a minute ago."""
    trace = await bench.play(customer_came() + asks(report=True, clear=False, **KNOWN))

    judge.holds("something is told", bool(judge_a_report(judge, trace)), "no data")


@case(
    "TC_N_28_CS",
    "A station that knows nothing of a customer reports just that",
    sut=Role.STATION,
    cites=("N09.FR.02", "N09.FR.06"),
    needs=Feature.OCPP201,
)
async def test_report_of_a_stranger(bench: Bench, judge: Judge) -> None:
    """Nobody ever came with this card."""
    trace = await bench.play(asks(report=True, clear=False, **STRANGER))

    told = judge_a_report(judge, trace)
    judge.holds("the card is not told of", STRANGER["idToken"]["idToken"] not in told, told)
    parts = trace.all(NotifyCustomerInformation)
    judge.every("last parts", parts[-1:], lambda entry: not entry.payload.get("tbc", False))


@case(
    "TC_N_30_CS",
    "A station tells what it knows of a customer, and has forgotten it afterwards",
    sut=Role.STATION,
    cites=("N10.FR.01", "N10.FR.03"),
    needs=Feature.OCPP201,
)
async def test_report_and_erase(bench: Bench, judge: Judge) -> None:
    """The second request finds nothing but what the backend's own list has."""
    unlisted = SendLocalList(versionNumber=2, updateType="Full")
    first = asks(report=True, clear=True, **KNOWN)

    trace = await bench.play(
        customer_came() + first + scene.asks(unlisted) + asks(SECOND, report=True, clear=False, **KNOWN)
    )

    judge.holds("something is told", bool(judge_a_report(judge, trace)), "no data")
    judge.equal("told afterwards", judge_a_report(judge, trace, SECOND), "")


@case(
    "TC_N_31_CS",
    "A station that has nothing to erase accepts the request all the same",
    sut=Role.STATION,
    cites=("N10.FR.01", "N10.FR.04"),
    needs=Feature.OCPP201,
)
async def test_erase_a_stranger(bench: Bench, judge: Judge) -> None:
    """Nobody ever came with this card."""
    trace = await bench.play(asks(report=True, clear=True, **STRANGER))

    told = judge_a_report(judge, trace)
    judge.holds("the card is not told of", STRANGER["idToken"]["idToken"] not in told, told)


@case(
    "TC_N_32_CS",
    "A station forgets a customer without a word about him",
    sut=Role.STATION,
    cites=("N10.FR.01", "N10.FR.06"),
    needs=Feature.OCPP201,
)
async def test_erase(bench: Bench, judge: Judge) -> None:
    """Any report that still comes is empty."""
    who: dict[str, Any] = {"idToken": ocpp_states.CARD}

    trace = await bench.play(asks(report=False, clear=True, **who))

    judge.status(trace, trace.first(CustomerInformation), "Accepted")
    told = keeping.told_of_customer(trace)
    judge.holds("the card is not told of", ocpp_states.TOKEN not in told, told)


@case(
    "TC_N_62_CS",
    "A station forgets a customer by the name that the backend has for him",
    sut=Role.STATION,
    cites=("N10.FR.01", "N10.FR.03"),
    needs=Feature.OCPP201,
)
async def test_erase_by_name(bench: Bench, judge: Judge) -> None:
    """By customerIdentifier; the name is the number of the card that he charged with."""
    who: dict[str, Any] = {"customerIdentifier": ocpp_states.TOKEN}
    both = asks(report=True, clear=True, **who) + asks(SECOND, report=True, clear=True, **who)

    trace = await bench.play(customer_came() + both)

    judge.holds("something is told", bool(judge_a_report(judge, trace)), "no data")
    judge.equal("told afterwards", judge_a_report(judge, trace, SECOND), "")


@case(
    "TC_N_63_CS",
    "A station forgets a customer by the contract that he paid with",
    sut=Role.STATION,
    cites=("N10.FR.09",),
    needs=(Feature.OCPP201, Feature.PNC, Feature.ISO20_DC, Feature.CONTRACTS_OVER_BACKEND),
)
async def test_erase_by_contract(bench: Bench, judge: Judge) -> None:
    """An EV pays by its contract; afterwards the backend names the hashes that the station told with it."""
    bench = bench.managing_certificates(contracts=True)
    ev, station = contracts.paying_by_contract(bench)

    def asked(request_id: int) -> scene.Making:
        def make(trace: Trace) -> Any:
            shown = trace.first(Authorize, where=lambda entry: "iso15118CertificateHashData" in entry.payload)
            hashes = {key: shown.payload["iso15118CertificateHashData"][0][key] for key in HASHES}
            return keeping.customer(report=True, clear=True, request_id=request_id, customerCertificate=hashes)

        return make

    paid = scene.hears(Authorize.response, within=120.0) + scene.passes(5.0)
    both = scene.asks(asked(keeping.CUSTOMER_ID)) + TOLD + scene.asks(asked(SECOND)) + TOLD
    parties = (ev,) if bench.device.role is Role.STATION else (ev, station)

    trace = await bench.play(paid + both, *parties, plug=True)

    judge_a_report(judge, trace)
    judge.equal("told afterwards", judge_a_report(judge, trace, SECOND), "")


HASHES = ("hashAlgorithm", "issuerNameHash", "issuerKeyHash", "serialNumber")
"""What names a certificate."""
