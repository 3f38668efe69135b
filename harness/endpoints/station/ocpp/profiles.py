"""The charging profiles that a station keeps (K01, K09, K10), and what they allow at a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from harness.endpoints.station.charging_terms import ChargingTerms
from harness.endpoints.station.ocpp.profile_objections import clash, malformed, misplaced
from harness.endpoints.station.quantities import PowerCap
from harness.sessions.ocpp.composite import (
    DEFAULT,
    EXTERNAL,
    TRANSACTION,
    Installed,
    Step,
    Supply,
    bounds,
    composite,
    next_change,
    read_plan,
)
from harness.sessions.ocpp.composite import Running as Running

Profile = dict[str, Any]
Criterion = dict[str, Any]

_AHEAD = 7 * 86_400.0
"""Seconds within which the next change of a limit is looked for."""


class Profiles:
    """The profiles of a station with one EVSE; they outlive a reboot (K01.FR.27)."""

    def __init__(self) -> None:
        """No profile is installed."""
        self.terms = ChargingTerms()
        self.supply: Callable[[], Supply] = lambda: Supply(voltage=self.terms.nominal_voltage)
        """What is known of voltage and phases now."""
        self._installed: dict[int, Installed] = {}

    def __iter__(self) -> Iterator[Installed]:
        """Each profile."""
        return iter(tuple(self._installed.values()))

    def objection(self, evse_id: int, profile: Profile, running: Running | None) -> str:
        """The reasonCode for a Rejected answer; empty if the profile can be taken."""
        return (
            misplaced(evse_id, profile, running)
            or malformed(profile, self.terms)
            or clash(evse_id, profile, tuple(self))
            or self._overfull(profile)
        )

    def objection_to_start(self, profile: Profile) -> str:
        """The same for the profile of a transaction that is yet to begin (K05)."""
        if profile["chargingProfilePurpose"] != TRANSACTION or "transactionId" in profile:
            return "InvalidProfile"
        return malformed(profile, self.terms) or self._overfull(profile)

    def install(self, evse_id: int, profile: Profile, source: str = "CSO") -> None:
        """Take a profile; one with the same id is replaced (K01.FR.05)."""
        plan = read_plan(profile)
        self._installed[profile["id"]] = Installed(evse_id=evse_id, plan=plan, payload=profile, source=source)

    def clear(self, profile_id: int | None, criteria: Criterion) -> bool:
        """Remove what fits (K10), but no limit from outside (K10.FR.06); whether anything did."""
        fitting = [
            key
            for key, one in self._installed.items()
            if (key == profile_id if profile_id is not None else _fits(one, criteria)) and one.plan.purpose != EXTERNAL
        ]
        for key in fitting:
            del self._installed[key]
        return bool(fitting)

    def remove(self, profile_id: int) -> bool:
        """Take one away, whatever it is for; whether it was there."""
        return self._installed.pop(profile_id, None) is not None

    def found(self, evse_id: int | None, criterion: Criterion) -> list[Installed]:
        """What GetChargingProfiles asks for (K09); None: wherever it is installed."""
        return [one for one in self if evse_id in {None, one.evse_id} and _is_wanted(one, criterion)]

    def transaction_ended(self, transaction_id: str) -> None:
        """Its TxProfiles are void (K02.FR.05)."""
        self._installed = {
            key: one for key, one in self._installed.items() if one.plan.transaction_id != transaction_id
        }

    def cap(self, at: float, running: Running | None) -> PowerCap | None:
        """What the profiles in force allow together; None: they say nothing."""
        found = bounds(self, at, running)
        if not found:
            return None
        supply = self.supply()
        watts = [bound.limit for bound in found if bound.unit == "W"]
        # Fewer phases than there are bound the power beyond what the current on each does.
        watts += [supply.watts(bound) for bound in found if bound.unit == "A" and bound.phases and supply.phases]
        amperes = [bound.limit for bound in found if bound.unit == "A"]
        return PowerCap(watts=min(watts, default=None), amperes=min(amperes, default=None))

    def next_change(self, at: float, running: Running | None) -> float:
        """When what is allowed may change next by itself."""
        return next_change(self, at, running, ahead=_AHEAD)

    def composite(
        self, since: float, seconds: float, *, running: Running | None, unit: str, ceiling: float
    ) -> tuple[Step, ...]:
        """All of them together over time, as `harness.sessions.ocpp.composite` does it."""
        return composite(self, since, seconds, running=running, supply=self.supply(), unit=unit, ceiling=ceiling)

    def transaction_schedule(self, running: Running) -> dict[str, Any] | None:
        """The chargingSchedule of the transaction's own profile with the highest stack level."""
        return self._schedule(TRANSACTION, running.transaction_id)

    def default_schedule(self) -> dict[str, Any] | None:
        """What a transaction follows that has no profile of its own."""
        return self._schedule(DEFAULT, None)

    def _schedule(self, purpose: str, transaction_id: str | None) -> dict[str, Any] | None:
        own = [one for one in self if one.plan.purpose == purpose]
        own = [one for one in own if one.plan.transaction_id in {None, transaction_id}]
        best = max(own, key=lambda one: one.plan.stack_level, default=None)
        return None if best is None else dict(best.payload["chargingSchedule"][0])

    def _overfull(self, profile: Profile) -> str:
        new = profile["id"] not in self._installed
        return "OutOfMemory" if new and len(self._installed) >= self.terms.entries else ""


def _fits(one: Installed, criteria: Criterion) -> bool:
    have = {**one.payload, "evseId": one.evse_id}
    return all(have.get(key) == value for key, value in criteria.items() if key != "customData")


def _is_wanted(one: Installed, criterion: Criterion) -> bool:
    plan = one.plan
    return (
        plan.id in criterion.get("chargingProfileId", (plan.id,))
        and one.source in criterion.get("chargingLimitSource", (one.source,))
        and criterion.get("chargingProfilePurpose", plan.purpose) == plan.purpose
        and criterion.get("stackLevel", plan.stack_level) == plan.stack_level
    )
