"""Meter values: what a backend has sampled, and values at full multiples of an interval (J01, J02)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import floor

from harness.endpoints.station.meter_terms import EVERY_TIME, NEVER_TOLD, ONCE
from harness.endpoints.station.ocpp.block import NEVER, Block, Trigger
from harness.endpoints.station.ocpp.deed import Payload
from harness.endpoints.station.ocpp.kinds import OPTION, Kind
from harness.endpoints.station.ocpp.measurands import SAMPLED
from harness.endpoints.station.ocpp.rule_variables import number, truth
from harness.endpoints.station.ocpp.sampling import CLOCK
from harness.endpoints.station.ocpp.transaction_control import listed
from harness.endpoints.station.ocpp.transactions import EVSE_ID
from harness.endpoints.station.ocpp.variables import Key, Variable, always
from harness.messages.ocpp import MeterValues

_DAY = 86_400.0
_PUNCTUAL = 1.0
"""Seconds after a full multiple within which a sample still counts as taken at it."""
_MAIN_METER = 0
"""The evseId of the meter before the EVSE (J01.FR.02)."""


def next_multiple(interval: float, now: float) -> float:
    """The first full multiple of an interval after `now`, counted anew from each midnight UTC; never for 0.

    Args:
        interval: seconds.
        now: Unix time, as the result.
    """
    if interval <= 0:
        return NEVER
    midnight = floor(now / _DAY) * _DAY
    return float(min(midnight + (floor((now - midnight) / interval) + 1) * interval, midnight + _DAY))


class Metering(Block):
    """SampledDataCtrlr and AlignedDataCtrlr, and what comes of the latter."""

    _looked = 0.0
    """Up to when everything that was due was told, in the backend's time; likewise of what waits for the end."""
    _looked_for_end = 0.0

    def variables(self) -> Mapping[Key, Variable]:
        """What a backend may set of sampling."""
        return {**self._sampled(), **self._aligned(), **self._signing()}

    def triggers(self) -> Mapping[str, Trigger]:
        """MeterValues with what is aligned to the clock otherwise (F06.FR.06)."""
        return {"MeterValues": self._triggered}

    def deadline(self) -> float:
        """The next full multiple."""
        rules = self.parts.tuning.metering
        due = next_multiple(rules.aligned_interval, self._looked)
        if self.parts.transactions.running is not None:
            due = min(due, next_multiple(rules.aligned_ended_interval, self._looked_for_end))
        return due - self.parts.tuning.clock_offset

    def expire(self, at: float) -> None:
        """Sample what is due; what was due while nobody wanted it is passed over."""
        rules, now = self.parts.tuning.metering, at + self.parts.tuning.clock_offset
        if _due(rules.aligned_ended_interval, now):
            self._keep(at)
        if _due(rules.aligned_interval, now) and next_multiple(rules.aligned_interval, self._looked) <= now:
            self._tell(at)
        self._looked = self._looked_for_end = now

    def _keep(self, at: float) -> None:
        transactions, rules = self.parts.transactions, self.parts.tuning.metering
        if transactions.running is not None:
            transactions.keep(transactions.sampler.values(rules.aligned_ended_measurands, CLOCK, at))

    def _tell(self, at: float) -> None:
        """In a transaction by its event, else by MeterValues (J01.FR.14, J01.FR.19, J01.FR.20, J01.FR.22)."""
        transactions, rules = self.parts.transactions, self.parts.tuning.metering
        running = transactions.running is not None
        if running and rules.during_idle:
            return
        if running:
            transactions.clock_sample(at)
        else:
            self._say(EVSE_ID, CLOCK, at)
        self._say(_MAIN_METER, CLOCK, at)

    def _say(self, evse_id: int, context: str, at: float) -> None:
        sampler, wanted = self.parts.transactions.sampler, self.parts.tuning.metering.aligned_measurands
        of_all = evse_id == _MAIN_METER
        values = sampler.main_meter(wanted, context, at) if of_all else sampler.values(wanted, context, at)
        if values is not None:
            self.parts.say(MeterValues(evseId=evse_id, meterValue=[values]))

    def _triggered(self, payload: Payload, at: float) -> Callable[[], None] | None:
        evse_id = payload.get("evse", {}).get("id", EVSE_ID)
        if not self.parts.tuning.metering.aligned_measurands:
            return None
        return lambda: self._say(evse_id, "Trigger", at)

    def _sampled(self) -> dict[Key, Variable]:
        tuning, rules, component = self.parts.tuning, self.parts.tuning.metering, "SampledDataCtrlr"
        return {
            (component, "Enabled", None): always("true"),
            (component, "Available", None): always("true"),
            (component, "TxStartedMeasurands", None): listed(rules, "started_measurands", SAMPLED),
            (component, "TxUpdatedInterval", None): number(tuning, "tx_updated_interval"),
            (component, "TxUpdatedMeasurands", None): listed(tuning, "tx_updated_measurands", SAMPLED),
            (component, "TxEndedInterval", None): number(rules, "ended_interval"),
            (component, "TxEndedMeasurands", None): listed(rules, "ended_measurands", SAMPLED),
        }

    def _aligned(self) -> dict[Key, Variable]:
        rules, component = self.parts.tuning.metering, "AlignedDataCtrlr"
        return {
            (component, "Enabled", None): always("true"),
            (component, "Available", None): always("true"),
            (component, "Interval", None): number(rules, "aligned_interval"),
            (component, "Measurands", None): listed(rules, "aligned_measurands", SAMPLED),
            (component, "TxEndedInterval", None): number(rules, "aligned_ended_interval"),
            (component, "TxEndedMeasurands", None): listed(rules, "aligned_ended_measurands", SAMPLED),
            (component, "SendDuringIdle", None): truth(rules, "during_idle"),
        }

    def _signing(self) -> dict[Key, Variable]:
        rules = self.parts.tuning.metering

        def choose(value: str) -> None:
            rules.public_key = value

        return {
            ("SampledDataCtrlr", "SignReadings", None): truth(rules, "sign"),
            ("AlignedDataCtrlr", "SignReadings", None): truth(rules, "aligned_sign"),
            ("OCPPCommCtrlr", "PublicKeyWithSignedMeterValue", None): Variable(
                read=lambda: rules.public_key,
                write=choose,
                kind=Kind(type=OPTION, values=(NEVER_TOLD, ONCE, EVERY_TIME)),
            ),
        }


def _due(interval: float, now: float) -> bool:
    """Whether a full multiple of the interval is just over."""
    return interval > 0 and next_multiple(interval, now - _PUNCTUAL) <= now
