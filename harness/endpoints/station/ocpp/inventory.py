"""What the backend reads, writes and has reported of the device model (B05 to B08)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

import msgspec

from harness.endpoints.station.ocpp.availability import STATION, Availability
from harness.endpoints.station.ocpp.block import Block
from harness.endpoints.station.ocpp.deed import Answerer, Deed, Payload, done, status
from harness.endpoints.station.ocpp.device_model import DeviceModel, Item
from harness.endpoints.station.ocpp.network_variables import network_variables
from harness.endpoints.station.ocpp.reports import base_report, custom_report
from harness.endpoints.station.ocpp.standard_variables import standard_variables
from harness.endpoints.station.ocpp.transactions import CONNECTOR_ID, EVSE_ID
from harness.endpoints.station.ocpp.variables import Key, Place, Variable
from harness.messages.ocpp import NotifyReport, OcppMessage

_LISTS = {"GetVariables": "getVariableData", "SetVariables": "setVariableData", "GetReport": "componentVariable"}
"""By request, the list whose length is bounded."""


class Inventory(Block):
    """Knows all variables of the station, those of other blocks among them."""

    def answers(self) -> dict[str, Answerer]:
        """The four requests about the device model."""
        answers = {
            "GetBaseReport": self._base_report,
            "GetReport": self._report,
            "GetVariables": self._get,
            "SetVariables": self._set,
        }
        return {action: self._bounded(answer) for action, answer in answers.items()}

    def variables(self) -> Mapping[Key, Variable]:
        """What every station has; blocks that come after this one may know better."""
        station, evse, connector = Place(), Place(evse=EVSE_ID), Place(evse=EVSE_ID, connector=CONNECTOR_ID)
        state = "AvailabilityState"
        return {
            **standard_variables(self.parts.plant, self.parts.tuning),
            **network_variables(self.parts.network),
            ("ChargingStation", state, None): Variable(read=self._station_state, place=station, persistent=False),
            ("EVSE", state, None): Variable(read=self._state, place=evse, persistent=False),
            ("Connector", state, None): Variable(read=self._state, place=connector, persistent=False),
            ("ClockCtrlr", "DateTime", None): Variable(read=self._now, persistent=False),
        }

    @cached_property
    def model(self) -> DeviceModel:
        """All variables; made when first asked for, because only then every block is there."""
        return DeviceModel(self.parts.blocks().variables())

    def restart(self, at: float) -> None:
        """Variables that no memory keeps are what they were at first."""
        self.model.restart()

    def _state(self) -> str:
        return self.parts.blocks().one(Availability).status()

    def _station_state(self) -> str:
        in_service = self.parts.blocks().one(Availability).operative[STATION]
        return "Available" if in_service else "Unavailable"

    def _now(self) -> str:
        return self.parts.stamp(self._asked_at)

    _asked_at = 0.0
    """When the request came that is being answered."""

    def _bounded(self, answer: Answerer) -> Answerer:
        """Refuse what is longer than this station takes (B05.FR.11, B06.FR.05)."""
        terms = self.parts.plant.settings.device

        def bounded(call: OcppMessage, payload: Payload, at: float) -> Deed:
            self._asked_at = at
            asked = payload.get(_LISTS.get(call.action, ""), [])
            if len(asked) > terms.most_items:
                told = f"{len(asked)} variables at once, {terms.most_items} are taken"
                return Deed(answer=call.refused("OccurrenceConstraintViolation", told))
            if len(msgspec.json.encode(payload)) > terms.most_bytes:
                return Deed(answer=call.refused("FormatViolation", f"more than {terms.most_bytes} bytes"))
            return answer(call, payload, at)

        return bounded

    def _get(self, call: OcppMessage, payload: Payload, _at: float) -> Deed:
        return Deed(answer=call.answered(getVariableResult=[self.model.get(one) for one in payload["getVariableData"]]))

    def _set(self, call: OcppMessage, payload: Payload, _at: float) -> Deed:
        return Deed(answer=call.answered(setVariableResult=[self.model.set(one) for one in payload["setVariableData"]]))

    def _base_report(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        base = payload["reportBase"]
        if base not in self.parts.plant.settings.device.report_bases:
            return done(call, "NotSupported", "UnsupportedParam")
        return self._answered(call, base_report(self.model, base), payload["requestId"], at)

    def _report(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        items = custom_report(self.model, payload.get("componentVariable"), payload.get("componentCriteria"))
        return self._answered(call, items, payload["requestId"], at)

    def _answered(self, call: OcppMessage, items: Iterable[Item], request_id: int, at: float) -> Deed:
        data = [item.report() for item in items]
        if not data:
            return done(call, "EmptyResultSet")
        return Deed(answer=status(call, "Accepted"), then=self._teller(data, request_id, at))

    def _teller(self, data: list[dict[str, Any]], request_id: int, at: float) -> Callable[[], None]:
        def tell() -> None:
            parts = tuple(self._parts_of(data))
            for number, part in enumerate(parts):
                self.parts.say(
                    NotifyReport(
                        requestId=request_id,
                        generatedAt=self.parts.stamp(at),
                        seqNo=number,
                        tbc=number < len(parts) - 1,
                        reportData=part,
                    )
                )

        return tell

    def _parts_of(self, data: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
        """As many variables a message as its bounds allow, one at least."""
        terms = self.parts.plant.settings.device
        part: list[dict[str, Any]] = []
        size = 0
        for one in data:
            length = len(msgspec.json.encode(one)) + 1
            if part and (len(part) >= terms.report_items or size + length > terms.report_bytes):
                yield part
                part, size = [], 0
            part, size = [*part, one], size + length
        yield part
