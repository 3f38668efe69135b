"""The variables of SmartChargingCtrlr."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from harness.endpoints.station.charging_terms import ChargingTerms
from harness.endpoints.station.ocpp.variables import Key, Variable, always

_COMPONENT = "SmartChargingCtrlr"


def charging_variables(terms: ChargingTerms) -> Mapping[Key, Variable]:
    """What the backend may know of a station's profiles beside the profiles."""
    return {
        (_COMPONENT, "Enabled", None): always(terms.enabled),
        (_COMPONENT, "Available", None): always(terms.enabled),
        (_COMPONENT, "ACPhaseSwitchingSupported", None): always(terms.phase_switching),
        (_COMPONENT, "Entries", "ChargingProfiles"): always(terms.entries),
        (_COMPONENT, "ExternalControlSignalsEnabled", None): always(value=True),
        (_COMPONENT, "PeriodsPerSchedule", None): always(terms.periods),
        (_COMPONENT, "ProfileStackLevel", None): always(terms.stack_level),
        (_COMPONENT, "RateUnit", None): always(",".join(terms.units)),
    }


class LimitTuning:
    """What the backend may change of how limits are told."""

    def __init__(self, terms: ChargingTerms) -> None:
        """Begin with what the settings say."""
        self.significance = terms.significance
        """Percent."""
        self.tells_schedules = terms.tells_schedules

    def variables(self) -> Mapping[Key, Variable]:
        """Those that may be written."""
        return {
            (_COMPONENT, "LimitChangeSignificance", None): Variable(
                read=lambda: f"{self.significance:g}", write=self._set_significance
            ),
            (_COMPONENT, "NotifyChargingLimitWithSchedules", None): Variable(
                read=lambda: str(self.tells_schedules).lower(), write=self._truth("tells_schedules")
            ),
        }

    def _set_significance(self, text: str) -> None:
        self.significance = float(text)

    def _truth(self, name: str) -> Callable[[str], None]:
        return lambda text: setattr(self, name, text.lower() == "true")
