"""Monitoring: the backend sets monitors, has them listed, and hears of what they see (N02 to N08)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

from harness.endpoints.station.ocpp.block import NEVER, Block, Parts
from harness.endpoints.station.ocpp.deed import Answerer, Deed, Payload, done, status
from harness.endpoints.station.ocpp.inventory import Inventory
from harness.endpoints.station.ocpp.monitor_book import MonitorBook
from harness.endpoints.station.ocpp.monitors import CUSTOM, PRECONFIGURED, Monitor, Sighting
from harness.endpoints.station.ocpp.notices import Notices
from harness.endpoints.station.ocpp.rule_variables import number, told
from harness.endpoints.station.ocpp.variables import Key, Variable
from harness.messages import ocpp
from harness.messages.ocpp import OcppMessage

ALL, FACTORY, HARD_WIRED_ONLY = "All", "FactoryDefault", "HardWiredOnly"
_MOST_SEVERITY = 9
_PACE = 1.0
"""Seconds between two looks at the variables."""
_ITEMS = {"SetVariableMonitoring": "setMonitoringData", "ClearVariableMonitoring": "id"}


class Monitoring(Block):
    """Looks at what is monitored once a second; without a monitor it does nothing."""

    def __init__(self, parts: Parts) -> None:
        """All monitors in force, every severity told."""
        super().__init__(parts)
        self._terms = parts.plant.settings.monitoring
        self.base = ALL
        self.level = float(_MOST_SEVERITY)
        self.queuing_severity = self._terms.queuing_severity
        self._untold: list[OcppMessage] = []
        self._due = NEVER

    def answers(self) -> Mapping[str, Answerer]:
        """The five requests about monitors."""
        return {
            "SetVariableMonitoring": self._set,
            "ClearVariableMonitoring": self._clear,
            "SetMonitoringBase": self._set_base,
            "SetMonitoringLevel": self._set_level,
            "GetMonitoringReport": self._report,
        }

    def variables(self) -> Mapping[Key, Variable]:
        """MonitoringCtrlr."""
        items = self._terms.most_items
        return {
            ("MonitoringCtrlr", "Enabled", None): told(lambda: "true"),
            ("MonitoringCtrlr", "Available", None): told(lambda: "true"),
            ("MonitoringCtrlr", "ItemsPerMessage", "SetVariableMonitoring"): told(lambda: items),
            ("MonitoringCtrlr", "ItemsPerMessage", "ClearVariableMonitoring"): told(lambda: items),
            ("MonitoringCtrlr", "BytesPerMessage", "SetVariableMonitoring"): told(lambda: self._terms.most_bytes),
            ("MonitoringCtrlr", "BytesPerMessage", "ClearVariableMonitoring"): told(lambda: self._terms.most_bytes),
            ("MonitoringCtrlr", "ActiveMonitoringBase", None): told(lambda: self.base),
            ("MonitoringCtrlr", "ActiveMonitoringLevel", None): told(lambda: f"{self.level:g}"),
            ("MonitoringCtrlr", "OfflineQueuingSeverity", None): number(self, "queuing_severity"),
        }

    @cached_property
    def book(self) -> MonitorBook:
        """All monitors; made when first asked for, because only then every variable is there."""
        model = self.parts.blocks().one(Inventory).model
        return MonitorBook(model, self._terms.factory, self._terms.hard_wired)

    # What it is asked.

    def _set(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        refusal = self._too_many(call, payload)
        if refusal is not None:
            return refusal
        results = [self.book.set(asked, self._told_at(at)) for asked in payload["setMonitoringData"]]
        self._wake(at)
        return Deed(answer=call.answered(setMonitoringResult=results))

    def _clear(self, call: OcppMessage, payload: Payload, _at: float) -> Deed:
        refusal = self._too_many(call, payload)
        if refusal is not None:
            return refusal
        return Deed(answer=call.answered(clearMonitoringResult=[self.book.clear(one) for one in payload["id"]]))

    def _too_many(self, call: OcppMessage, payload: Payload) -> Deed | None:
        """N04.FR.09, N06.FR.04."""
        asked = len(payload[_ITEMS[call.action]])
        if asked <= self._terms.most_items:
            return None
        why = f"{asked} monitors at once, {self._terms.most_items} are taken"
        return Deed(answer=call.refused("OccurrenceConstraintViolation", why))

    def _set_base(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        """N03.FR.03 to .05."""
        self.base = payload["monitoringBase"]
        if self.base == HARD_WIRED_ONLY:
            self.book.drop(CUSTOM, PRECONFIGURED)
        elif self.base == FACTORY:
            self.book.restore(self._told_at(at))
        self._wake(at)
        return done(call, "Accepted")

    def _set_level(self, call: OcppMessage, payload: Payload, _at: float) -> Deed:
        """N05.FR.01, N05.FR.02."""
        if not 0 <= payload["severity"] <= _MOST_SEVERITY:
            return done(call, "Rejected", "ValueOutOfRange")
        self.level = float(payload["severity"])
        return done(call, "Accepted")

    def _report(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        found = self.book.report(payload.get("monitoringCriteria"), payload.get("componentVariable"))
        if not found:
            return done(call, "EmptyResultSet", "NotFound")
        return Deed(answer=status(call, "Accepted"), then=self._teller(found, payload["requestId"], at))

    def _teller(self, found: list[Payload], request_id: int, at: float) -> Callable[[], None]:
        size = self._terms.most_items
        parts = [found[start : start + size] for start in range(0, len(found), size)]

        def tell() -> None:
            for place, part in enumerate(parts):
                more = place < len(parts) - 1
                named = {"requestId": request_id, "seqNo": place, "tbc": more, "generatedAt": self.parts.stamp(at)}
                self.parts.say(ocpp.NotifyMonitoringReport(monitor=part, **named))

        return tell

    # What it sees.

    def deadline(self) -> float:
        """When to look again."""
        return self._due

    def expire(self, at: float) -> None:
        """Look at each variable that is monitored."""
        running = self.parts.transactions.running
        for monitor in self.book:
            if monitor.transaction and running is None:
                continue
            seen = monitor.look(self._told_at(at))
            if seen is not None and monitor.severity <= self.level:
                self._tell(monitor, seen, at)
        self._wake(at)

    def _tell(self, monitor: Monitor, seen: Sighting, at: float) -> None:
        """N07.FR.04: what is severe enough is told later where it cannot be told now."""
        event = self._event(monitor, seen, at)
        message = ocpp.NotifyEvent(generatedAt=self.parts.stamp(at), seqNo=0, tbc=False, eventData=[event])
        if self.parts.online():
            self.parts.say(message)
        elif monitor.severity <= self.queuing_severity:
            self._untold.append(message)

    def _event(self, monitor: Monitor, seen: Sighting, at: float) -> Payload:
        number = self.parts.blocks().one(Notices).number()
        event: Payload = {
            "eventId": number,
            "timestamp": self.parts.stamp(at),
            "trigger": seen.trigger,
            "actualValue": "" if monitor.item.variable.write_only else seen.value,
            "component": monitor.item.component,
            "variable": monitor.item.named,
            "eventNotificationType": monitor.origin,
            "variableMonitoringId": monitor.number,
        }
        running = self.parts.transactions.running
        if running is not None:
            event["transactionId"] = running.transaction_id
        if seen.cleared:
            event["cleared"] = True
            if monitor.cause is not None:
                event["cause"] = monitor.cause
        monitor.cause = number
        return event

    def accepted(self, _at: float) -> None:
        """What waited is told."""
        self._catch_up()

    def connected(self, at: float) -> None:
        """What waited is told."""
        self._catch_up()
        self._wake(at)

    def restart(self, at: float) -> None:
        """Monitors stay (N07.FR.13), and look at their variables anew."""
        for monitor in self.book:
            monitor.begin(self._told_at(at))

    def _catch_up(self) -> None:
        while self._untold and self.parts.online():
            self.parts.say(self._untold.pop(0))

    def _wake(self, at: float) -> None:
        self._due = at + _PACE if any(True for _ in self.book) else NEVER

    def _told_at(self, at: float) -> float:
        return at + self.parts.tuning.clock_offset
