"""Block K: charging profiles that a station takes, keeps and reports."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Trace, case, charging, do, ocpp_states, scene
from harness.kit.charging import Wish
from harness.messages.ocpp import BootNotification, GetChargingProfiles, SetChargingProfile

NEEDS = (Feature.OCPP201, Feature.SMART_CHARGING)
STATION = Wish(purpose="ChargingStationMaxProfile", evse_id=0, id=502)


def judge_the_report(judge: Judge, trace: Trace) -> None:
    """The latest profile that was set is accepted and reported as it was set, where it was set, and no other."""
    asked = trace.last(SetChargingProfile)
    judge.status(trace, asked, "Accepted")
    question = trace.since(asked).first(GetChargingProfiles)
    judge.status(trace, question, "Accepted")
    told = [(entry, one) for entry in charging.reports(trace, question) for one in entry.payload["chargingProfile"]]
    if judge.any("reports", [entry for entry, _ in told]):
        wanted = asked.payload["chargingProfile"]
        judge.equal("ids of the profiles", [one["id"] for _, one in told], [wanted["id"]], at=asked)
        entry, profile = told[-1]
        judge.equal("what differs", charging.differences(wanted, profile), [], at=(asked, entry))
        judge.equal("EVSE", entry.payload["evseId"], asked.payload["evseId"], at=entry)


@case(
    "TC_K_01_CS",
    "A default profile for one EVSE is taken and reported as it was set",
    sut=Role.STATION,
    cites=("K01.FR.07", "K01.FR.15"),
    needs=NEEDS,
)
async def test_default_for_an_evse(bench: Bench, judge: Judge) -> None:
    """Nothing else is installed, and nobody charges."""
    trace = await bench.play(charging.prepared() + charging.installs(Wish()) + charging.asks_for_profiles(1))

    judge_the_report(judge, trace)


@case(
    "TC_K_03_CS",
    "A profile that bounds the whole station is taken and reported as it was set",
    sut=Role.STATION,
    cites=("K01.FR.07", "K01.FR.38"),
    needs=NEEDS,
)
async def test_station_wide(bench: Bench, judge: Judge) -> None:
    """It is set at EVSE 0, which is the station itself."""
    trace = await bench.play(charging.prepared() + charging.installs(STATION) + charging.asks_for_profiles(0))

    judge_the_report(judge, trace)


@case(
    "TC_K_04_CS",
    "A profile with an id that is known takes the place of the earlier one",
    sut=Role.STATION,
    cites=("K01.FR.05",),
    needs=NEEDS,
)
async def test_replacement(bench: Bench, judge: Judge) -> None:
    """The second one has another limit and another level."""
    both = charging.installs(Wish(), Wish(periods=((0, 4_000.0),), level=1))

    trace = await bench.play(charging.prepared() + both + charging.asks_for_profiles(1))

    judge_the_report(judge, trace)


@case(
    "TC_K_10_CS",
    "A default profile for all EVSEs is taken and reported as it was set",
    sut=Role.STATION,
    cites=("K01.FR.07", "K01.FR.14"),
    needs=NEEDS,
)
async def test_default_everywhere(bench: Bench, judge: Judge) -> None:
    """It is set at EVSE 0, and holds for every transaction at any EVSE."""
    trace = await bench.play(charging.prepared() + charging.installs(Wish(evse_id=0)) + charging.asks_for_profiles(0))

    judge_the_report(judge, trace)


@case(
    "TC_K_13_CS",
    "A default profile outlives a boot",
    sut=Role.STATION,
    cites=("K01.FR.27",),
    needs=NEEDS,
)
async def test_profile_after_a_boot(bench: Bench, judge: Judge) -> None:
    """Somebody boots the station between the profile and the report."""
    booted = scene.does(do.reboot()) + scene.hears(BootNotification.response, status="Accepted", within=180.0)
    setting = charging.prepared() + charging.installs(Wish())

    trace = await bench.play(setting + booted + scene.passes(5.0) + charging.asks_for_profiles(1))

    judge_the_report(judge, trace)


@case(
    "TC_K_19_CS",
    "A profile that comes back every day is taken",
    sut=Role.STATION,
    cites=("K01.FR.40",),
    needs=NEEDS,
)
async def test_recurring_profile(bench: Bench, judge: Judge) -> None:
    """A default profile of one day."""
    wish = Wish(kind="Recurring", recurrency="Daily", duration=86_400)

    trace = await bench.play(charging.prepared() + charging.installs(wish))

    judge.status(trace, trace.last(SetChargingProfile), "Accepted")


@case(
    "TC_K_60_CS",
    "A profile for the transaction that runs is taken and reported as it was set",
    sut=Role.STATION,
    cites=("K01.FR.04", "K01.FR.07", "K01.FR.15"),
    needs=NEEDS,
)
async def test_profile_of_a_transaction(bench: Bench, judge: Judge) -> None:
    """A car charges; the profile names its transaction."""
    wish = Wish(purpose="TxProfile", kind="Relative")
    begun = charging.prepared() + ocpp_states.charging()

    trace = await bench.play(begun + charging.installs(wish) + charging.asks_for_profiles(1))

    judge_the_report(judge, trace)
