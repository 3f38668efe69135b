"""Takes samples: which measurands at which moment, for whom, signed or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.endpoints.station.meter_terms import EVERY_TIME, NEVER_TOLD
from harness.endpoints.station.ocpp.measurands import INLET, MAIN_METER, OUTLET, REGISTERS, measured, sampled
from harness.endpoints.station.ocpp.meter_signature import MeterSignature
from harness.endpoints.station.ocpp.tuning import Tuning
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.transaction_terms import DATA_SIGNED

BEGIN, END, PERIODIC, CLOCK = "Transaction.Begin", "Transaction.End", "Sample.Periodic", "Sample.Clock"
"""ReadingContextEnumType."""


class Sampler:
    """The meters of one station: that of its EVSE, and one before it."""

    def __init__(self, plant: Plant, tuning: Tuning, stamp: Callable[[float], str]) -> None:
        """Meters with a key of their own."""
        self._plant, self._tuning, self._stamp = plant, tuning, stamp
        self._signature = MeterSignature(plant.settings.serial)
        self._key_told = False

    def new_transaction(self) -> None:
        """The key is told anew where it is told once in a transaction."""
        self._key_told = False

    def sample(self, context: str, at: float) -> dict[str, Any] | None:
        """What the EVSE measures in a context; None if nothing is to be sampled in it."""
        rules = self._tuning.metering
        wanted = {
            BEGIN: rules.started_measurands,
            END: rules.ended_measurands,
            CLOCK: rules.aligned_measurands,
        }.get(context, self._tuning.tx_updated_measurands)
        return self.values(wanted, context, at)

    def values(
        self, measurands: tuple[str, ...], context: str, at: float, *, location: str = OUTLET
    ) -> dict[str, Any] | None:
        """One meterValue; a measurand without a value is left out, and None stands for none at all."""
        found, stamp = measured(self._plant, at), self._stamp(at)
        values = [
            sampled(measurand, value, context, location=location)
            for measurand in measurands
            if (value := found.get(measurand)) is not None
        ]
        if self._signs(context):
            values = [self._signed(value, stamp) for value in values]
        return {"timestamp": stamp, "sampledValue": values} if values else None

    def main_meter(self, measurands: tuple[str, ...], context: str, at: float) -> dict[str, Any] | None:
        """What the meter before the EVSE measures of these."""
        return self.values(tuple(one for one in measurands if one in MAIN_METER), context, at, location=INLET)

    def _signs(self, context: str) -> bool:
        rules = self._tuning.metering
        if context == CLOCK:
            return rules.aligned_sign
        return rules.sign or (context == BEGIN and DATA_SIGNED in self._tuning.transactions.start_points)

    def _signed(self, value: dict[str, Any], stamp: str) -> dict[str, Any]:
        """Registers are signed, what else there is cannot be."""
        if value["measurand"] not in REGISTERS:
            return value
        when = self._tuning.metering.public_key
        with_key = when == EVERY_TIME or (when != NEVER_TOLD and not self._key_told)
        self._key_told = self._key_told or with_key
        return self._signature.sign(value, stamp, with_key=with_key)
