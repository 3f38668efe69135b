"""Operation modes of OCPP 2.1: what a period of a profile must say in each, and what power it asks for (Q02 to Q10)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from msgspec import Struct

from harness.endpoints.station.quantities import Steering
from harness.sessions.ocpp.composite import TRANSACTION, Installed, Running

Period = dict[str, Any]

CHARGING_ONLY, IDLE, LOCAL_FREQUENCY = "ChargingOnly", "Idle", "LocalFrequency"
SUPPORTED = (CHARGING_ONLY, "CentralSetpoint", "CentralFrequency", LOCAL_FREQUENCY, "ExternalLimits", IDLE)
_BY_SETPOINT = frozenset({"CentralSetpoint", "CentralFrequency"})
_WITHOUT_SETPOINT = frozenset({CHARGING_ONLY, LOCAL_FREQUENCY, "ExternalLimits", IDLE})
_LEAST_POINTS = 2


class InForce(Struct, frozen=True, kw_only=True):
    """A period that counts at a moment."""

    profile: Installed
    period: Period
    unit: str

    @property
    def mode(self) -> str:
        """Its operation mode; empty where it has none."""
        return str(self.period.get("operationMode", ""))


def objection(profile: dict[str, Any]) -> str:
    """Why a profile of OCPP 2.1 is not taken, as a reasonCode; empty: nothing speaks against it."""
    dynamic = profile["chargingProfileKind"] == "Dynamic"
    schedules = profile["chargingSchedule"]
    if dynamic and (len(schedules) > 1 or len(schedules[0]["chargingSchedulePeriod"]) > 1):
        return "InvalidSchedule"
    periods = ((period, one["chargingRateUnit"]) for one in schedules for period in one["chargingSchedulePeriod"])
    return next(filter(None, (_period(period, unit) for period, unit in periods)), "")


def _period(period: Period, unit: str) -> str:
    mode = period.get("operationMode")
    if mode is None:
        return ""
    if mode not in SUPPORTED:
        return "UnsupportedParam"
    if mode == LOCAL_FREQUENCY and len(period.get("v2xFreqWattCurve", ())) < _LEAST_POINTS:
        return "NoFreqWattCurve"
    if mode == LOCAL_FREQUENCY and (unit != "W" or "v2xBaseline" not in period):
        return "InvalidSchedule"
    if (mode in _BY_SETPOINT) != ("setpoint" in period) and mode in _BY_SETPOINT | _WITHOUT_SETPOINT:
        return "InvalidSchedule"
    if mode == CHARGING_ONLY and ("limit" not in period or "dischargeLimit" in period):
        return "InvalidSchedule"
    return "" if _within(period) else "InvalidSchedule"


def _within(period: Period) -> bool:
    """Discharging has a negative sign, and a setpoint lies between the limits."""
    lowest, most = period.get("dischargeLimit"), period.get("limit")
    signs = (lowest is None or lowest <= 0) and (most is None or most >= 0)
    setpoint = period.get("setpoint")
    if setpoint is None:
        return signs
    return signs and (lowest is None or setpoint >= lowest) and (most is None or setpoint <= most)


def in_force(installed: tuple[Installed, ...], at: float, running: Running | None) -> InForce | None:
    """The period of the running transaction's own profile with the highest stack level."""
    if running is None:
        return None
    own = [one for one in installed if one.plan.purpose == TRANSACTION]
    own = [one for one in own if one.plan.transaction_id in {None, running.transaction_id}]
    for one in sorted(own, key=lambda each: -each.plan.stack_level):
        step = one.plan.step(at, running.started_at)
        if step is not None:
            schedule = one.payload["chargingSchedule"][0]
            period = schedule["chargingSchedulePeriod"][step]
            return InForce(profile=one, period=period, unit=schedule["chargingRateUnit"])
    return None


def steering(found: InForce, *, volts: float, hertz: float, signal: float) -> Steering:
    """What power a period asks for, in W.

    Args:
        found: the period.
        volts: what turns its amperes into watts.
        hertz: the frequency of the grid.
        signal: of automatic frequency restoration, in the unit of its curve.
    """
    period, factor = found.period, volts if found.unit == "A" else 1.0
    lowest = 0.0 if found.mode == CHARGING_ONLY else period.get("dischargeLimit")
    setpoint = period.get("setpoint")
    if found.mode == IDLE:
        setpoint = 0.0
    elif found.mode == LOCAL_FREQUENCY:
        setpoint = period["v2xBaseline"] + on_curve(period["v2xFreqWattCurve"], "frequency", hertz)
        if curve := period.get("v2xSignalWattCurve"):
            setpoint += on_curve(curve, "signal", signal)
    return Steering(
        setpoint=None if setpoint is None else setpoint * factor, lowest=None if lowest is None else lowest * factor
    )


def on_curve(points: list[Period], key: str, value: float) -> float:
    """The power of a curve at a value, straight between its points and level beyond them."""
    known = sorted((float(point[key]), float(point["power"])) for point in points)
    if value <= known[0][0]:
        return known[0][1]
    for (left, low), (right, high) in pairwise(known):
        if value <= right:
            return low + (high - low) * (value - left) / (right - left)
    return known[-1][1]
