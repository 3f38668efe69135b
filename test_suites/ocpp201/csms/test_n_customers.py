"""Block N: the backend has a station tell, and erase, what it knows of a customer."""

from __future__ import annotations

from typing import Any

from harness.kit import Bench, Feature, Judge, Role, Trace, case, conversation, ocpp_states, scene
from harness.kit import upkeep as keeping
from harness.messages.ocpp import CustomerInformation, Heartbeat, NotifyCustomerInformation, SendLocalList

KNOWN: dict[str, Any] = {"idToken": ocpp_states.CARD}
CERTIFICATE: dict[str, Any] = {
    "customerCertificate": {
        "hashAlgorithm": "SHA256",
        "issuerNameHash": "5e" * 32,
        "issuerKeyHash": "a1" * 32,
        "serialNumber": "4711",
    }
}
NAMED: dict[str, Any] = {"customerIdentifier": "OpenChargeAlliance"}
WAYS = ("idToken", "customerIdentifier", "customerCertificate")
ENDED = ocpp_states.charging() + ocpp_states.stopped_locally() + ocpp_states.unplugged()


def judge_the_request(judge: Judge, trace: Trace, *, report: bool, clear: bool, **who: Any) -> None:
    """It says what is wanted, and names one customer in one way; the report is answered."""
    asked = trace.first(CustomerInformation)
    judge.equal("report", asked.payload["report"], report, at=asked)
    judge.equal("clear", asked.payload["clear"], clear, at=asked)
    named = {key: asked.payload[key] for key in WAYS if key in asked.payload}
    judge.equal("customer", named, who, at=asked)
    for entry in (*trace.all(NotifyCustomerInformation), *trace.since(asked).all(Heartbeat)):
        reply = conversation.answer(trace, entry)
        taken = reply is not None and not conversation.refused(reply)
        judge.holds(f"{entry.message.action} is answered", taken, "no answer, or an error", at=entry)


async def asking(
    bench: Bench, judge: Judge, before: scene.Scene = (), *, report: bool, clear: bool, **who: Any
) -> Trace:
    """The backend asks, and takes what there is."""
    told = scene.hears(NotifyCustomerInformation, within=10.0, optional=True)
    ask = scene.asks(keeping.customer(report=report, clear=clear, **who))

    trace = await bench.play(before + ask + told + scene.passes(2.0) + scene.says(Heartbeat()))

    judge_the_request(judge, trace, report=report, clear=clear, **who)
    return trace


@case(
    "TC_N_27_CSMS",
    "A backend has a station tell what it knows of a customer",
    sut=Role.CSMS,
    cites=("N09.FR.01", "N09.FR.04"),
    needs=Feature.OCPP201,
)
async def test_report(bench: Bench, judge: Judge) -> None:
    """The customer has charged here a minute ago."""
    await asking(bench, judge, ENDED, report=True, clear=False, **KNOWN)


@case(
    "TC_N_28_CSMS",
    "A backend takes note that a station knows nothing of a customer",
    sut=Role.CSMS,
    cites=("N09.FR.01", "N09.FR.04"),
    needs=Feature.OCPP201,
)
async def test_empty_report(bench: Bench, judge: Judge) -> None:
    """Nobody has charged here."""
    await asking(bench, judge, report=True, clear=False, **KNOWN)


async def refused(bench: Bench) -> Trace:
    """Our station rejects the request."""
    station = bench.station.answering(CustomerInformation.response, lambda _heard, _usual: {"status": "Rejected"})
    station = station.silent_on(NotifyCustomerInformation)
    ask = scene.asks(keeping.customer(report=True, clear=False, **KNOWN))
    return await bench.play(ask + scene.passes(2.0) + scene.says(Heartbeat()), station)


@case(
    "TC_N_29_CSMS",
    "A backend goes on where a station tells nothing of customers",
    sut=Role.CSMS,
    cites=("N09.FR.01", "N09.FR.04"),
    needs=Feature.OCPP201,
)
async def test_refused(bench: Bench, judge: Judge) -> None:
    """Our station rejects the request."""
    trace = await refused(bench)

    judge_the_request(judge, trace, report=True, clear=False, **KNOWN)


@case(
    "TC_N_30_CSMS",
    "A backend has a station tell what it knows of a customer, and erase it",
    sut=Role.CSMS,
    cites=("N10.FR.08",),
    needs=Feature.OCPP201,
)
async def test_report_and_erase(bench: Bench, judge: Judge) -> None:
    """The customer has charged here a minute ago."""
    await asking(bench, judge, ENDED, report=True, clear=True, **KNOWN)


@case(
    "TC_N_31_CSMS",
    "A backend takes note that there was nothing to erase",
    sut=Role.CSMS,
    cites=("N10.FR.08",),
    needs=Feature.OCPP201,
)
async def test_nothing_to_erase(bench: Bench, judge: Judge) -> None:
    """Nobody has charged here."""
    await asking(bench, judge, report=True, clear=True, **KNOWN)


@case(
    "TC_N_32_CSMS",
    "A backend has a station erase what it knows of a customer without a report",
    sut=Role.CSMS,
    cites=("N10.FR.08",),
    needs=Feature.OCPP201,
)
async def test_erase(bench: Bench, judge: Judge) -> None:
    """The customer has charged here a minute ago."""
    await asking(bench, judge, ENDED, report=False, clear=True, **KNOWN)


@case(
    "TC_N_62_CSMS",
    "A backend has a customer erased by the name that it has for him",
    sut=Role.CSMS,
    cites=("N10.FR.08",),
    needs=Feature.OCPP201,
)
async def test_erase_by_name(bench: Bench, judge: Judge) -> None:
    """Our station knows nobody of this name, and says so."""
    await asking(bench, judge, report=True, clear=True, **NAMED)


@case(
    "TC_N_63_CSMS",
    "A backend has a customer erased by the hashes of a certificate",
    sut=Role.CSMS,
    cites=("N10.FR.08",),
    needs=Feature.OCPP201,
)
async def test_erase_by_certificate(bench: Bench, judge: Judge) -> None:
    """Our station knows no such contract, and says so."""
    await asking(bench, judge, report=True, clear=True, **CERTIFICATE)


@case(
    "TC_N_46_CSMS",
    "A backend takes a customer off the local list whom it has erased",
    sut=Role.CSMS,
    cites=("N10.FR.02", "N10.FR.08", "D01.FR.18"),
    needs=Feature.OCPP201,
)
async def test_erased_from_the_list(bench: Bench, judge: Judge) -> None:
    """His card stands in the list of our station; it goes by an update that is newer than the list."""
    entry = {"idToken": ocpp_states.CARD, "idTokenInfo": {"status": "Accepted"}}
    whole = SendLocalList(versionNumber=1, updateType="Full", localAuthorizationList=[entry])
    change = SendLocalList(
        versionNumber=2, updateType="Differential", localAuthorizationList=[{"idToken": ocpp_states.CARD}]
    )
    erased = scene.asks(keeping.customer(report=True, clear=True, **KNOWN)) + scene.passes(2.0)

    trace = await bench.play(scene.asks(whole) + erased + scene.asks(change) + scene.says(Heartbeat()))

    judge_the_request(judge, trace, report=True, clear=True, **KNOWN)
    first, last = trace.first(SendLocalList), trace.last(SendLocalList)
    judge.equal("kind of the update", last.payload["updateType"], "Differential", at=last)
    judge.holds("it is newer", last.payload["versionNumber"] > first.payload["versionNumber"], "it is not", at=last)
    gone = [one["idToken"] for one in last.payload.get("localAuthorizationList", []) if "idTokenInfo" not in one]
    judge.equal("who goes", gone, [ocpp_states.CARD], at=last)
