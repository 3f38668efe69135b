"""What the grid may ask of a station with an inverter behind it: DER controls of OCPP 2.1 (R01 to R05)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from harness.endpoints.operations import GRID_EVENT, GRID_EVENT_OVER, Operation
from harness.endpoints.station.ocpp.block import NEVER, Block, Parts
from harness.endpoints.station.ocpp.deed import Answerer, Deed, Payload, done, status
from harness.endpoints.station.ocpp.der_control import REPORTED_AS, Control, control_of
from harness.endpoints.station.ocpp.variables import Key, Variable
from harness.messages.ocpp import OcppMessage
from harness.messages.ocpp21 import NotifyDERAlarm, NotifyDERStartStop, ReportDERControl

SUPPORTED = ("EnterService", "FreqDroop", "FreqWatt", "FixedPFInject", "LimitMaxDischarge", "VoltVar", "VoltWatt")
_PER_REPORT = 4
"""Controls that go into one ReportDERControl."""


class DerControls(Block):
    """Keeps default and scheduled controls over a reboot (R01.FR.03), and tells when one begins and ends."""

    def __init__(self, parts: Parts) -> None:
        """Nothing was set."""
        super().__init__(parts)
        self.controls: dict[str, Control] = {}
        self._alarms: dict[str, str] = {}
        """What is wrong with the grid, by the control that watches for it."""

    def answers(self) -> dict[str, Answerer]:
        """Set, get and clear."""
        return {"SetDERControl": self._set, "GetDERControl": self._get, "ClearDERControl": self._clear}

    def variables(self) -> Mapping[Key, Variable]:
        """DCDERCtrlr."""
        modes = Variable(read=lambda: ",".join(SUPPORTED))
        return {
            ("DCDERCtrlr", "Available", None): Variable(read=lambda: "true"),
            ("DCDERCtrlr", "Enabled", None): Variable(read=lambda: "true"),
            ("DCDERCtrlr", "ModesSupported", None): modes,
        }

    def operate(self, operation: Operation, at: float) -> bool:
        """The grid does something (R05)."""
        if operation.name not in {GRID_EVENT, GRID_EVENT_OVER}:
            return False
        self._alarm(operation, at, ended=operation.name == GRID_EVENT_OVER)
        return True

    def active(self, at: float) -> tuple[Control, ...]:
        """What is in force: of each type the scheduled one that nothing supersedes, else the default."""
        now = self._now(at)
        running = [one for one in self.controls.values() if one.runs(now) and not one.superseded]
        scheduled = {one.type for one in running if not one.is_default}
        return tuple(one for one in running if not one.is_default or one.type not in scheduled)

    def deadline(self) -> float:
        """When the next scheduled control begins or ends."""
        moments = (moment for one in self.controls.values() for moment in one.moments())
        return min(moments, default=NEVER) - self.parts.tuning.clock_offset

    def expire(self, at: float) -> None:
        """Tell what began and what ended (R04)."""
        now = self._now(at)
        for control in tuple(self.controls.values()):
            if control.begins_by(now):
                control.started = True
                self._tell(control, at, started=True)
            if control.ends_by(now):
                del self.controls[control.id]
                if control.started and not control.superseded:
                    self._tell(control, at, started=False)

    def _now(self, at: float) -> float:
        return at + self.parts.tuning.clock_offset

    def _set(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        if payload["controlType"] not in SUPPORTED:
            return done(call, "NotSupported")
        control = control_of(payload)
        if control is None or control.ends_by(self._now(at)):
            return done(call, "Rejected", "InvalidValue")
        others = (one for one in self.controls.values() if one.id != control.id and not one.superseded)
        rivals = [one for one in others if one.rivals(control)]
        beaten = [one for one in rivals if one.priority >= control.priority]
        control.superseded = len(beaten) < len(rivals)
        for one in beaten:
            one.superseded = True
        if control.is_default:
            self._drop(one.id for one in beaten)
        self.controls[control.id] = control
        more: Payload = {"supersededIds": [one.id for one in beaten]} if beaten else {}
        return done(call, "Accepted", **more)

    def _get(self, call: OcppMessage, payload: Payload, _at: float) -> Deed:
        if payload.get("controlType", SUPPORTED[0]) not in SUPPORTED:
            return done(call, "NotSupported")
        found = self._named(payload)
        if not found:
            return done(call, "NotFound")
        return Deed(answer=status(call, "Accepted"), then=lambda: self._report(payload["requestId"], found))

    def _report(self, request_id: int, found: list[Control]) -> None:
        parts = [found[start : start + _PER_REPORT] for start in range(0, len(found), _PER_REPORT)]
        for number, part in enumerate(parts, 1):
            told: dict[str, list[Payload]] = {}
            for one in part:
                told.setdefault(REPORTED_AS[one.type], []).append(one.reported())
            self.parts.say(ReportDERControl(requestId=request_id, tbc=number < len(parts), **told))

    def _clear(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        if payload.get("controlType", SUPPORTED[0]) not in SUPPORTED:
            return done(call, "NotSupported")
        found = self._named(payload)
        self._drop(one.id for one in found)
        stopped = [one for one in found if one.started and not one.superseded]

        def tell() -> None:
            for one in stopped:
                self._tell(one, at, started=False)

        return Deed(answer=status(call, "Accepted" if found else "NotFound"), then=tell)

    def _named(self, wanted: Payload) -> list[Control]:
        return [
            one
            for one in self.controls.values()
            if wanted.get("isDefault", one.is_default) == one.is_default
            and wanted.get("controlType", one.type) == one.type
            and wanted.get("controlId", one.id) == one.id
        ]

    def _drop(self, ids: Iterable[str]) -> None:
        for one in ids:
            self.controls.pop(one, None)

    def _tell(self, control: Control, at: float, *, started: bool) -> None:
        beaten = [
            one.id for one in self.controls.values() if one.superseded and one.rivals(control) and one is not control
        ]
        more = {"supersededIds": beaten} if beaten and started else {}
        stamp = self.parts.stamp(at)
        self.parts.say(NotifyDERStartStop(controlId=control.id, started=started, timestamp=stamp, **more))

    def _alarm(self, operation: Operation, at: float, *, ended: bool) -> None:
        """Once when it begins and once when it is over (R05.FR.01 to .04)."""
        control, fault = operation.arguments["control"], operation.arguments["fault"]
        if ended == (control not in self._alarms):
            return
        if ended:
            del self._alarms[control]
        else:
            self._alarms[control] = fault
        more = {"alarmEnded": True} if ended else {}
        stamp = self.parts.stamp(at)
        self.parts.say(NotifyDERAlarm(controlType=control, gridEventFault=fault, timestamp=stamp, **more))
