"""Block K: what a backend makes of the needs of an EV."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, conversation, either, finished, seen
from harness.messages.ocpp import NotifyEVChargingNeeds, SetChargingProfile, TransactionEvent

DEADLINE = 60.0
"""Seconds from the answer to the needs until the profile (K15.FR.08)."""


@case(
    "OCPP-CSMS-SMC-001",
    "Needs that the backend accepts are followed by a profile for that transaction within a minute",
    sut=Role.CSMS,
    cites=("K15.FR.07", "K15.FR.08", "K01.FR.03", "K01.FR.16", "K01.FR.40"),
    needs=(Feature.OCPP201, Feature.SMART_CHARGING, Feature.ISO15118_CHARGING_NEEDS),
)
async def test_profile_follows_the_needs(bench: Bench, judge: Judge) -> None:
    """An EV says what it needs and charges for more than a minute; needs that are refused are followed by none."""
    trace = await bench.run(bench.ev.charging_for(75.0), until=either(seen(SetChargingProfile), finished()))

    reply = trace.answer_to(trace.first(NotifyEVChargingNeeds))
    status = reply.payload.get("status")
    judge.among("answer to the needs", status, ("Accepted", "Processing", "Rejected"), at=reply)
    profiles = trace.since(reply).all(SetChargingProfile)
    if status == "Rejected":
        judge.silence("profiles after a refusal", profiles)
    elif judge.any("a profile follows", profiles[:1]):
        judge.within("time to the profile", reply, profiles[0], DEADLINE)
        profile, running = profiles[0].payload["chargingProfile"], trace.first(TransactionEvent)
        judge.equal("purpose", profile.get("chargingProfilePurpose"), "TxProfile", at=profiles[0])
        wanted = conversation.info(running, "transactionId")
        judge.equal("transaction", profile.get("transactionId"), wanted, at=profiles[0])
        judge.excludes("EVSE", profiles[0].payload.get("evseId"), {0, None}, at=profiles[0])
