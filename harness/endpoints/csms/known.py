"""What a backend learns about a station from what it says."""

from __future__ import annotations

from typing import Any

from harness.endpoints.csms.given_profiles import GivenProfiles
from harness.endpoints.csms.upkeep import Upkeep
from harness.messages.ocpp import OcppMessage
from harness.sessions.ocpp.registration import Registration

Payload = dict[str, Any]


class Transaction:
    """One transaction, as its events tell it; events may come late, twice and out of order."""

    def __init__(self, transaction_id: str) -> None:
        """Nothing is known yet."""
        self.transaction_id = transaction_id
        self.events: dict[int, Payload] = {}
        """By seqNo; a repeated one is stored once."""

    def take(self, event: Payload) -> None:
        """Learn from an event."""
        self.events.setdefault(event["seqNo"], event)

    @property
    def in_order(self) -> list[Payload]:
        """The events by seqNo."""
        return [self.events[number] for number in sorted(self.events)]

    @property
    def complete(self) -> bool:
        """Whether every event from Started to Ended has come."""
        events = self.in_order
        numbers = sorted(self.events)
        whole = bool(numbers) and numbers == list(range(numbers[0], numbers[-1] + 1))
        return whole and events[0]["eventType"] == "Started" and events[-1]["eventType"] == "Ended"

    @property
    def ended(self) -> bool:
        """Whether its end is known."""
        return any(event["eventType"] == "Ended" for event in self.events.values())

    @property
    def evse_id(self) -> int:
        """The EVSE that its events name; 1 until one does."""
        named = [event["evse"]["id"] for event in self.in_order if "evse" in event]
        return int(named[0]) if named else 1

    @property
    def charging_state(self) -> str | None:
        """The latest chargingState by seqNo."""
        states = [event["transactionInfo"].get("chargingState") for event in self.in_order]
        return next((state for state in reversed(states) if state), None)

    @property
    def samples(self) -> list[Payload]:
        """All meterValues by seqNo."""
        return [value for event in self.in_order for value in event.get("meterValue", [])]


class Known:
    """One station over all its connections."""

    def __init__(self, station_id: str) -> None:
        """A station that never called."""
        self.station_id = station_id
        self.registration = Registration.UNKNOWN
        self.boots: list[Payload] = []
        self.transactions: dict[str, Transaction] = {}
        self.statuses: dict[tuple[int, int], str] = {}
        """connectorStatus by EVSE and connector."""
        self.needs: list[Payload] = []
        self.schedules: list[Payload] = []
        self.given = GivenProfiles()
        self.meter_values: list[Payload] = []
        self.security_events: list[Payload] = []
        self.upkeep = Upkeep()
        self.url = ""
        """Where it found the backend, without its id."""
        self.certificate_name = ""
        """The name in the certificate of its present connection, where that must be the serial number told at boot."""
        self.password: str | None = None
        """What the backend gave it in the place of the password that it came with, once it took it (A01.FR.03)."""
        self.issued: list[tuple[bytes, ...]] = []
        """Chains (DER, leaf first) that were signed for it."""
        self.installed: list[Payload] = []
        """The certificateHashDataChain that it told last."""
        self.handed_out: dict[bytes, int] = {}
        """How many contracts went to EVs through it, by session id."""
        self.queues: dict[str, Payload] = {}
        """What it said last of its transactions and what waits of them, by id; of all, by the empty one."""
        self.now = 0.0
        """When it was last heard of."""

    @property
    def running(self) -> Transaction | None:
        """The latest transaction whose end is not known."""
        return next((one for one in reversed(list(self.transactions.values())) if not one.ended), None)

    def belies(self, call: OcppMessage) -> bool:
        """Whether it tells another serial number at boot than its certificate does (B01.FR.11)."""
        if call.action != "BootNotification" or not self.certificate_name:
            return False
        return bool(call.payload["chargingStation"].get("serialNumber", self.certificate_name) != self.certificate_name)

    def learn_answer(self, call: OcppMessage, answer: OcppMessage) -> None:
        """Take note of a valid answer of the station."""
        if call.action == "SetVariables":
            self.password = new_password(call.payload, answer.payload) or self.password
        self.given.learn(call, answer)
        if call.action == "GetTransactionStatus":
            self.queues[call.payload.get("transactionId", "")] = answer.payload
        if call.action == "GetInstalledCertificateIds":
            self.installed = answer.payload.get("certificateHashDataChain", [])

    def learn(self, call: OcppMessage, at: float) -> None:
        """Take note of a valid call of the station."""
        self.now = at
        self.upkeep.learn(call)
        payload = call.payload
        match call.action:
            case "BootNotification":
                self.boots.append(payload)
            case "StatusNotification":
                self.statuses[payload["evseId"], payload["connectorId"]] = payload["connectorStatus"]
            case "TransactionEvent":
                transaction_id = payload["transactionInfo"]["transactionId"]
                self.transactions.setdefault(transaction_id, Transaction(transaction_id)).take(payload)
            case "NotifyEVChargingNeeds":
                self.needs.append(payload)
            case "NotifyEVChargingSchedule":
                self.schedules.append(payload)
            case "MeterValues":
                self.meter_values.append(payload)
            case "SecurityEventNotification":
                self.security_events.append(payload)


def new_password(asked: Payload, told: Payload) -> str:
    """The password that a station took by this answer to SetVariables; empty if it took none."""
    for data, result in zip(asked["setVariableData"], told["setVariableResult"], strict=False):
        taken = result["attributeStatus"] in {"Accepted", "RebootRequired"}
        if taken and data["variable"]["name"] == "BasicAuthPassword":
            return str(data["attributeValue"])
    return ""
