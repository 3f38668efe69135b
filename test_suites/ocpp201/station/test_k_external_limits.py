"""Block K: limits that somebody else than the backend sets."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, charging, do, scene
from harness.messages.ocpp import GetChargingProfiles, NotifyChargingLimit

EXTERNAL = "ChargingStationExternalConstraints"


@case(
    "TC_K_52_CS",
    "A limit from outside is told, and reported as a profile of its own purpose",
    sut=Role.STATION,
    cites=("K12.FR.04", "K12.FR.05"),
    needs=(Feature.OCPP201, Feature.SMART_CHARGING),
)
async def test_report(bench: Bench, judge: Judge) -> None:
    """An energy management limits the station to 5 kW; then the backend asks for such profiles."""
    limited = scene.does(do.limit_externally(5_000.0)) + scene.hears(NotifyChargingLimit, optional=True)

    trace = await bench.play(
        charging.prepared() + limited + charging.asks_for_profiles(chargingProfilePurpose=EXTERNAL)
    )

    question = trace.first(GetChargingProfiles)
    told = trace.all(NotifyChargingLimit)
    if judge.any("the limit is told", told):
        source = told[0].payload["chargingLimit"]["chargingLimitSource"]
        judge.among("who limits", source, ("EMS", "Other", "SO"), at=told[0])
    judge.status(trace, question, "Accepted")
    reports = list(charging.reports(trace, question))
    if judge.any("reports", reports):
        purposes = {one["chargingProfilePurpose"] for entry in reports for one in entry.payload["chargingProfile"]}
        judge.equal("purposes of the profiles", purposes, {EXTERNAL}, at=reports)
        sources = {entry.payload["chargingLimitSource"] for entry in reports}
        judge.excludes("source of the profiles", "CSO", sources, at=reports)
