"""Block K: charging profiles that a station must not take."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Trace, case, charging, ocpp_states, scene
from harness.kit.asks import STRANGE_TRANSACTION
from harness.kit.charging import Wish
from harness.messages.ocpp import OcppMessage, SetChargingProfile

NEEDS = (Feature.OCPP201, Feature.SMART_CHARGING)
OWN = Wish(purpose="TxProfile", kind="Relative")
NOWHERE = 99
"""An EVSE that no station has."""


@case(
    "TC_K_02_CS",
    "A profile for a transaction is rejected while there is none",
    sut=Role.STATION,
    cites=("K01.FR.04", "K01.FR.09"),
    needs=NEEDS,
)
async def test_no_transaction(bench: Bench, judge: Judge) -> None:
    """Nobody is there; the profile names no transaction, for there is none to name."""
    trace = await bench.play(charging.prepared() + charging.installs(OWN))

    judge.status(trace, trace.last(SetChargingProfile), "Rejected")


@case(
    "TC_K_11_CS",
    "A profile for a transaction is rejected at the station as a whole",
    sut=Role.STATION,
    cites=("K01.FR.04", "K01.FR.16"),
    needs=NEEDS,
)
async def test_own_profile_at_evse_zero(bench: Bench, judge: Judge) -> None:
    """A car charges, its transaction is named, but the profile is set at EVSE 0."""
    trace = await bench.play(charging.prepared() + ocpp_states.charging() + charging.installs(OWN.but(evse_id=0)))

    judge.status(trace, trace.last(SetChargingProfile), "Rejected")


def in_a_foreign_unit(trace: Trace) -> OcppMessage | None:
    """A default profile in the unit that the station does not take; none where it takes both."""
    unit = charging.foreign_unit(trace)
    return Wish(unit=unit).call(trace) if unit else None


@case(
    "TC_K_12_CS",
    "A profile in a unit that the station does not take is rejected",
    sut=Role.STATION,
    cites=("K01.FR.26",),
    needs=NEEDS,
)
async def test_foreign_unit(bench: Bench, judge: Judge) -> None:
    """The station is asked for its units first (RateUnit)."""
    trace = await bench.limiting_in("W").play(charging.prepared() + scene.asks(in_a_foreign_unit))

    judge.status(trace, trace.first(SetChargingProfile), "Rejected")


@case(
    "TC_K_14_CS",
    "A profile for an EVSE that the station does not have is rejected",
    sut=Role.STATION,
    cites=("K01.FR.28",),
    needs=NEEDS,
)
async def test_unknown_evse(bench: Bench, judge: Judge) -> None:
    """A default profile that would be taken anywhere else."""
    trace = await bench.play(charging.prepared() + charging.installs(Wish(evse_id=NOWHERE)))

    judge.status(trace, trace.last(SetChargingProfile), "Rejected")


@case(
    "TC_K_16_CS",
    "While a car charges, a profile for another transaction than its own is rejected",
    sut=Role.STATION,
    cites=("K01.FR.33",),
    needs=NEEDS,
)
async def test_unknown_transaction(bench: Bench, judge: Judge) -> None:
    """The profile names a transaction that never was."""
    wish = OWN.but(transaction_id=STRANGE_TRANSACTION)

    trace = await bench.play(charging.prepared() + ocpp_states.charging() + charging.installs(wish))

    judge.status(trace, trace.last(SetChargingProfile), "Rejected")
