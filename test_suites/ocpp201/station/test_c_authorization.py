"""Block C, and E05: no energy without a token that the backend accepts."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, both, cable_power, case, conversation, finished, seen
from harness.messages.iso20.common import AuthorizationRes, ResponseCode
from harness.messages.iso20.dc import DcChargeLoopRes
from harness.messages.ocpp import Authorize, OcppMessage, TransactionEvent

NEEDS = (Feature.OCPP201, Feature.ISO20_DC, Feature.EIM)
NO_POWER = 150.0
"""W below which a meter counts as showing nothing."""


@case(
    "OCPP-STN-AUT-001",
    "Energy waits for the backend to accept the driver's token",
    sut=Role.STATION,
    cites=("C01.FR.01", "C01.FR.02"),
    needs=NEEDS,
)
async def test_energy_waits_for_the_token(bench: Bench, judge: Judge) -> None:
    """The backend takes eight seconds to answer Authorize; the EV asks again and again meanwhile."""
    csms = bench.csms.late_on(Authorize.response, 8.0)

    trace = await bench.run(csms, until=seen(DcChargeLoopRes))

    before = trace.until(trace.first(DcChargeLoopRes)).all(Authorize.response)
    accepted = [entry for entry in before if entry.payload["idTokenInfo"]["status"] == "Accepted"]
    judge.any("token accepted before energy flows", accepted)


@case(
    "OCPP-STN-AUT-002",
    "A blocked token gets no energy",
    sut=Role.STATION,
    cites=("C01.FR.01", "V2G20-2219"),
    needs=NEEDS,
)
async def test_blocked_token_gets_no_energy(bench: Bench, judge: Judge) -> None:
    """The backend answers Authorize with Blocked; the EV must be told so, and the contactors stay open."""
    csms = bench.csms.having(accepted_tokens=(), refusal="Blocked")

    trace = await bench.run(csms, until=finished())

    after = trace.since(trace.first(Authorize.response))
    judge.silence("cycles of the charge loop", after.all(DcChargeLoopRes))
    charging = [
        entry for entry in conversation.events(after) if conversation.info(entry, "chargingState") == "Charging"
    ]
    judge.silence("events that tell of charging", charging)
    warned = after.all(AuthorizationRes, response_code=ResponseCode.WARNING_EIM_AUTHORIZATION_FAILURE)
    judge.some("the EV is told", warned)


@case(
    "OCPP-STN-AUT-003",
    "A token that is taken back during the transaction ends the flow of energy",
    sut=Role.STATION,
    cites=("E05.FR.02",),
    needs=NEEDS,
)
async def test_token_is_taken_back(bench: Bench, judge: Judge) -> None:
    """Authorize says Accepted, but the event that carries the token is answered with Blocked."""

    def take_back(heard: OcppMessage, usual: OcppMessage) -> OcppMessage | dict[str, object]:
        return {"idTokenInfo": {"status": "Blocked"}} if "idToken" in heard.payload else usual

    csms = bench.csms.answering(TransactionEvent.response, take_back)
    whole = both(finished(), seen(TransactionEvent, eventType="Ended"))

    trace = await bench.run(bench.ev.charging_for(60.0), csms, until=whole)

    told = trace.first(TransactionEvent.response, where=lambda entry: "idTokenInfo" in entry.payload)
    after = conversation.events(trace.since(told))
    judge.any(
        "the loss of authorization is told", [one for one in after if conversation.trigger(one) == "Deauthorized"]
    )
    late = [power.entry for power in cable_power(trace) if power.at > told.at + 30 and abs(power.watts) > NO_POWER]
    judge.silence("power on the cable half a minute later", late)
