"""What a backend knows of the profiles that a station took for its transactions, and whether an EV keeps to them."""

from __future__ import annotations

from typing import Any

from harness.messages.ocpp import OcppMessage
from harness.sessions.ocpp.composite import TRANSACTION, Plan, read_plan

Payload = dict[str, Any]

_TOLERANCE = 1.0
"""By which rounding may lift a schedule over its limit."""


class GivenProfiles:
    """The TxProfiles of one station, by transaction and id."""

    def __init__(self) -> None:
        """None was set."""
        self._given: dict[str, dict[int, Payload]] = {}
        self._settled: dict[str, int] = {}

    def learn(self, call: OcppMessage, answer: OcppMessage) -> None:
        """The station answered a call of ours."""
        if answer.payload.get("status") != "Accepted":
            return
        if call.action == "SetChargingProfile":
            self._take(call.payload["chargingProfile"])
        elif call.action == "ClearChargingProfile":
            self._drop(call.payload)

    def outside(self, transaction_id: str, told: Payload) -> str:
        """Why the schedule that an EV tells does not lie within the limits; empty: it does, or there are none."""
        profile = self._prevailing(transaction_id)
        if profile is None:
            return ""
        reasons = [_outside(_allowed(profile, choice), _followed(told)) for choice in _choices(profile, told)]
        return "" if not all(reasons) else reasons[0]

    def settles_anew(self, transaction_id: str, *, most: int) -> bool:
        """Whether a schedule that was rejected is settled anew, which is done so many times."""
        done = self._settled[transaction_id] = self._settled.get(transaction_id, 0) + 1
        return done <= most

    def _take(self, profile: Payload) -> None:
        if profile["chargingProfilePurpose"] == TRANSACTION and "transactionId" in profile:
            self._given.setdefault(profile["transactionId"], {})[profile["id"]] = profile

    def _drop(self, payload: Payload) -> None:
        wanted = payload.get("chargingProfileCriteria", {})
        for profiles in self._given.values():
            for number, profile in tuple(profiles.items()):
                fits = all(profile.get(key, value) == value for key, value in wanted.items())
                if payload.get("chargingProfileId", number) == number and fits:
                    del profiles[number]

    def _prevailing(self, transaction_id: str) -> Payload | None:
        given = self._given.get(transaction_id, {}).values()
        return max(given, key=lambda profile: int(profile["stackLevel"]), default=None)


def _choices(profile: Payload, told: Payload) -> list[int]:
    """Which schedules of a profile an EV may mean: the one with its id, else any."""
    schedules = profile["chargingSchedule"]
    wanted = told["chargingSchedule"]["id"]
    named = [number for number, one in enumerate(schedules) if one["id"] == wanted]
    return named or list(range(len(schedules)))


def _allowed(profile: Payload, choice: int) -> Plan:
    return read_plan(profile, choice)


def _followed(told: Payload) -> Plan:
    """What an EV tells, as a profile; it begins at its time base where it names no other beginning."""
    schedule = {"startSchedule": told["timeBase"], **told["chargingSchedule"]}
    return read_plan(
        {
            "id": 0,
            "stackLevel": 0,
            "chargingProfilePurpose": TRANSACTION,
            "chargingProfileKind": "Absolute",
            "chargingSchedule": [schedule],
        }
    )


def _outside(allowed: Plan, followed: Plan) -> str:
    begun = followed.start or 0.0
    moments = {
        begun,
        *followed.changes(begun, begun + 86_400.0, begun),
        *allowed.changes(begun, begun + 86_400.0, begun),
    }
    for moment in sorted(moments):
        most, wanted = allowed.bound(moment, begun), followed.bound(moment, begun)
        if most is None or wanted is None or most.unit != wanted.unit:
            continue
        if wanted.limit > most.limit + _TOLERANCE:
            return f"{wanted.limit:g} {wanted.unit} where {most.limit:g} are allowed"
    return ""
