"""Block K: charging profiles that a backend sets."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Trace, case, charging, conversation, ocpp_states, scene
from harness.kit.charging import Wish
from harness.messages.ocpp import Heartbeat, OcppMessage, RequestStartTransaction, SetChargingProfile, TransactionEvent

NEEDS = (Feature.OCPP201, Feature.SMART_CHARGING)
STATION = Wish(id=502, purpose="ChargingStationMaxProfile", evse_id=0)
OWN = Wish(id=503, purpose="TxProfile", kind="Relative")
COMPARED = ("stackLevel", "chargingProfilePurpose", "chargingProfileKind", "recurrencyKind")


def judge_the_profile(judge: Judge, trace: Trace, nth: int, wish: Wish) -> dict[str, object]:
    """A backend sets the profile that its operator wants, in a form that a station can take; returns the profile.

    Its id, and the moments in it, are the backend's own business.
    """
    asked = trace.nth(SetChargingProfile, nth)
    profile, wanted = asked.payload["chargingProfile"], wish.profile(trace)
    judge.equal("EVSE", asked.payload["evseId"], wish.evse_id, at=asked)
    judge.equal(
        "profile", {key: profile.get(key) for key in COMPARED}, {key: wanted.get(key) for key in COMPARED}, at=asked
    )
    schedules = profile["chargingSchedule"]
    judge.equal("schedules", len(schedules), 1, at=asked)
    said, meant = schedules[0]["chargingSchedulePeriod"], wanted["chargingSchedule"][0]["chargingSchedulePeriod"]
    judge.equal("what differs in the periods", charging.differences(meant, said), [], at=asked)
    judge.equal("beginning of the first period", said[0]["startPeriod"], 0, at=asked)
    relative = profile["chargingProfileKind"] == "Relative"
    judge.equal("startSchedule told", "startSchedule" in schedules[0], not relative, at=asked)
    return dict(profile)


@case(
    "TC_K_01_CSMS",
    "A backend sets a default profile for one EVSE",
    sut=Role.CSMS,
    cites=("K01.FR.31", "K01.FR.40"),
    needs=NEEDS,
)
async def test_default_for_an_evse(bench: Bench, judge: Judge) -> None:
    """6 kW for whatever transaction begins at EVSE 1."""
    trace = await bench.play(charging.installs(Wish()))

    judge_the_profile(judge, trace, 1, Wish())


@case(
    "TC_K_03_CSMS",
    "A backend sets a profile that bounds a whole station",
    sut=Role.CSMS,
    cites=("K01.FR.31", "K01.FR.38"),
    needs=NEEDS,
)
async def test_station_wide(bench: Bench, judge: Judge) -> None:
    """It belongs to EVSE 0."""
    trace = await bench.play(charging.installs(STATION))

    judge_the_profile(judge, trace, 1, STATION)


@case(
    "TC_K_04_CSMS",
    "A backend replaces a profile by one with the same id",
    sut=Role.CSMS,
    cites=("K01.FR.05",),
    needs=NEEDS,
)
async def test_replacement(bench: Bench, judge: Judge) -> None:
    """The second one has another limit."""
    other = Wish(periods=((0, 4_000.0),))

    trace = await bench.play(charging.installs(Wish(), other))

    first = judge_the_profile(judge, trace, 1, Wish())
    second = judge_the_profile(judge, trace, 2, other)
    judge.equal("id of the second profile", second["id"], first["id"], at=trace.nth(SetChargingProfile, 2))


@case(
    "TC_K_10_CSMS",
    "A backend sets a default profile for all EVSEs",
    sut=Role.CSMS,
    cites=("K01.FR.14", "K01.FR.31"),
    needs=NEEDS,
)
async def test_default_everywhere(bench: Bench, judge: Judge) -> None:
    """It belongs to EVSE 0."""
    trace = await bench.play(charging.installs(Wish(evse_id=0)))

    judge_the_profile(judge, trace, 1, Wish(evse_id=0))


def _not_supported(_heard: OcppMessage, usual: OcppMessage) -> OcppMessage:
    return usual.refused("NotSupported", "no smart charging here")


@case(
    "TC_K_15_CSMS",
    "A backend goes on when a station supports no profiles",
    sut=Role.CSMS,
    cites=("K01.FR.29",),
    needs=NEEDS,
)
async def test_unsupported(bench: Bench, judge: Judge) -> None:
    """Our station answers the profile with an error; then it says something, which must be answered as usual."""
    station = bench.station.answering(SetChargingProfile.response, _not_supported)

    trace = await bench.play(charging.installs(Wish()) + scene.says(Heartbeat()), station)

    asked = trace.first(SetChargingProfile)
    beat = trace.since(trace.answer_to(asked)).first(Heartbeat)
    reply = conversation.answer(trace, beat)
    well = reply is not None and not conversation.refused(reply)
    judge.holds("what comes later is answered", well, "no answer, or an error", at=beat)


@case(
    "TC_K_19_CSMS",
    "A backend sets a profile that comes back every day",
    sut=Role.CSMS,
    cites=("K01.FR.40",),
    needs=NEEDS,
)
async def test_recurring(bench: Bench, judge: Judge) -> None:
    """A default profile of one day."""
    wish = Wish(kind="Recurring", recurrency="Daily", duration=86_400)

    trace = await bench.play(charging.installs(wish))

    judge_the_profile(judge, trace, 1, wish)


def _with_a_profile(trace: Trace) -> OcppMessage:
    terms = {"idToken": ocpp_states.CARD, "remoteStartId": ocpp_states.START_ID, "evseId": ocpp_states.EVSE_ID}
    return RequestStartTransaction(**terms, chargingProfile=OWN.profile(trace))


@case(
    "TC_K_37_CSMS",
    "A backend sends a profile along with a remote start",
    sut=Role.CSMS,
    cites=("F01.FR.08", "F01.FR.09", "F01.FR.11", "K05.FR.02"),
    needs=NEEDS,
)
async def test_remote_start(bench: Bench, judge: Judge) -> None:
    """There is no transaction yet, so the profile names none, and it is for none but one transaction."""
    trace = await bench.play(scene.asks(_with_a_profile) + scene.hears(TransactionEvent, optional=True))

    asked = trace.first(RequestStartTransaction)
    profile = asked.payload.get("chargingProfile")
    if profile is None:
        judge.holds("a profile comes with the start", condition=False, at=asked)
        return
    judge.equal("purpose", profile["chargingProfilePurpose"], "TxProfile", at=asked)
    judge.excludes("parts of the profile", "transactionId", profile, at=asked)
    wanted = OWN.profile(trace)["chargingSchedule"][0]["chargingSchedulePeriod"]
    told = profile["chargingSchedule"][0]["chargingSchedulePeriod"]
    judge.equal("what differs in the periods", charging.differences(wanted, told), [], at=asked)


@case(
    "TC_K_60_CSMS",
    "A backend sets a profile for the transaction that runs, and names it",
    sut=Role.CSMS,
    cites=("K01.FR.03", "K01.FR.16", "K01.FR.31"),
    needs=NEEDS,
)
async def test_own_profile(bench: Bench, judge: Judge) -> None:
    """A car charges at our station."""
    trace = await bench.play(ocpp_states.charging() + charging.installs(OWN))

    profile = judge_the_profile(judge, trace, 1, OWN)
    asked = trace.first(SetChargingProfile)
    judge.equal("transaction", profile.get("transactionId"), ocpp_states.running(trace), at=asked)


@case(
    "TC_K_70_CSMS",
    "A backend sets several profiles of one purpose, each on a level of its own",
    sut=Role.CSMS,
    cites=("K01.FR.06", "K01.FR.39"),
    needs=NEEDS,
)
async def test_levels(bench: Bench, judge: Judge) -> None:
    """Two default profiles for EVSE 1; our station takes both."""
    higher = Wish(id=504, level=1, periods=((0, 3_000.0),))

    trace = await bench.play(charging.installs(Wish(), higher))

    first = judge_the_profile(judge, trace, 1, Wish())
    second = judge_the_profile(judge, trace, 2, higher)
    judge.holds("ids differ", first["id"] != second["id"], f"both are {first['id']}")
