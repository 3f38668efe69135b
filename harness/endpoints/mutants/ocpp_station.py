"""Stations with one fault each in what they tell their backend, or in how they obey it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.behaviour import SayRaw
from harness.endpoints.mutants.blocks import with_block
from harness.endpoints.mutants.careless_events import (
    blames_power_loss,
    calls_it_local,
    in_kwh,
    loses_every_other_sample,
    no_end_reading,
    stuck_number,
    telling,
    without_start_id,
    without_state,
)
from harness.endpoints.mutants.mutant import Mutant
from harness.endpoints.spoken import Spoken
from harness.endpoints.station.ocpp.half import BackendHalf
from harness.endpoints.station.ocpp.token_rules import Deauthorization
from harness.endpoints.station.quantities import Token
from harness.endpoints.station.station import Station
from harness.messages.ocpp import (
    Kind,
    OcppMessage,
    RequestStartTransaction,
    RequestStopTransaction,
    SetChargingProfile,
    StatusNotification,
)
from harness.sessions.ocpp.station import StationSession

Payload = dict[str, Any]

_TOO_EARLY = b'[2,"too-early","Heartbeat",{}]'
_IMPATIENT = 1
"""Seconds that the impatient station waits before it boots again."""


class TooEarly(BackendHalf):
    """Sends a heartbeat before anybody has accepted it."""

    def connected(self, at: float) -> None:
        """Talk, then boot."""
        self._put(Spoken(step=SayRaw(data=_TOO_EARLY)))
        super().connected(at)


class Mishears(BackendHalf):
    """Reads answers of its backend as something else."""

    def _take_answer(self, call: OcppMessage, answer: OcppMessage, at: float) -> None:
        if answer.kind is Kind.RESPONSE:
            answer = replace(answer, payload=self.misread(call.action, answer.payload))
        super()._take_answer(call, answer, at)

    def misread(self, action: str, payload: Payload) -> Payload:
        """What it takes the answer to `action` for."""
        return payload


class Impatient(Mishears):
    """Boots again after a second, whatever the backend asked for."""

    def misread(self, action: str, payload: Payload) -> Payload:
        """A shorter interval."""
        waiting = action == "BootNotification" and payload["status"] != "Accepted"
        return {**payload, "interval": _IMPATIENT} if waiting else payload


class OwnPulse(Mishears):
    """Keeps to its own heartbeat interval."""

    def misread(self, action: str, payload: Payload) -> Payload:
        """No interval."""
        accepted = action == "BootNotification" and payload["status"] == "Accepted"
        return {**payload, "interval": 0} if accepted else payload


class TakesEveryToken(Mishears):
    """Reads every answer to Authorize as Accepted."""

    def misread(self, action: str, payload: Payload) -> Payload:
        """Accepted."""
        return {"idTokenInfo": {"status": "Accepted"}} if action == "Authorize" else payload


class KeepsTheToken(Deauthorization):
    """Does not care what the backend says of a token later."""

    def taken_back(self, info: Payload, at: float) -> None:
        """Nothing comes of it."""


class Uncapped(BackendHalf):
    """Takes profiles and does not follow them."""

    def _caps_changed(self, at: float) -> None:
        super()._caps_changed(at)
        self._plant.cap_by(None, at)


class Deaf(StationSession):
    """Drops every call that it cannot understand without a word."""

    def receive(self, data: bytes, at: float) -> None:
        """Take what it knows."""
        if b'"MakeCoffee"' not in data and b'"GetVariables",{}' not in data:
            super().receive(data, at)


def _answering(selector: Any, status: str) -> Callable[[Station], Station]:
    return lambda good: good.but(selector.response, status=status)


def _mutant(name: str, title: str, make: Callable[[Station], Station], *caught_by: str) -> Mutant:
    return Mutant(id=f"ocpp-station-{name}", role=Role.STATION, title=title, caught_by=caught_by, make=make)


MUTANTS: tuple[Mutant, ...] = (
    _mutant(
        "too-early",
        "The station sends a heartbeat before its boot is accepted",
        lambda good: good.having(half=TooEarly),
        "OCPP-STN-BOOT-001",
    ),
    _mutant(
        "impatient",
        "The station boots again after a second instead of the interval",
        lambda good: good.having(half=Impatient),
        "OCPP-STN-BOOT-002",
    ),
    _mutant(
        "connector-0",
        "The station reports its connector under the id 0",
        lambda good: good.but(StatusNotification, connectorId=0),
        "OCPP-STN-BOOT-003",
    ),
    _mutant(
        "no-status",
        "The station never reports its connector",
        lambda good: good.silent_on(StatusNotification),
        "OCPP-STN-BOOT-003",
    ),
    _mutant(
        "own-pulse",
        "The station keeps its own heartbeat interval",
        lambda good: good.having(half=OwnPulse),
        "OCPP-STN-HBT-001",
    ),
    _mutant(
        "free-for-all",
        "The station lets everybody charge without asking",
        lambda good: good.set(token=Token(id_token="", type="NoAuthorization")),
        "OCPP-STN-AUT-001",
    ),
    _mutant(
        "takes-every-token",
        "The station charges whatever the backend answers to Authorize",
        lambda good: good.having(half=TakesEveryToken),
        "OCPP-STN-AUT-002",
    ),
    _mutant(
        "keeps-the-token",
        "The station goes on charging when the backend takes a token back",
        with_block(Deauthorization, KeepsTheToken),
        "OCPP-STN-AUT-003",
        "TC_E_16_CS",
    ),
    _mutant(
        "stuck-number",
        "The station gives several events of a transaction the same number",
        telling(stuck_number),
        "OCPP-STN-TXN-001",
    ),
    _mutant(
        "no-state",
        "The station says that the state changed, but not to what",
        telling(without_state),
        "OCPP-STN-TXN-002",
    ),
    _mutant(
        "power-loss",
        "The station calls every end of a transaction a loss of power",
        telling(blames_power_loss),
        "OCPP-STN-TXN-003",
        "OCPP-STN-REM-001",
    ),
    _mutant(
        "local-stop",
        "The station tells a remote stop as one at the reader",
        telling(calls_it_local),
        "OCPP-STN-REM-001",
    ),
    _mutant(
        "stop-refused",
        "The station rejects a remote stop and stops all the same",
        _answering(RequestStopTransaction, "Rejected"),
        "OCPP-STN-REM-001",
    ),
    _mutant(
        "stop-anything",
        "The station accepts a remote stop for a transaction that it does not have",
        _answering(RequestStopTransaction, "Accepted"),
        "OCPP-STN-REM-002",
    ),
    _mutant(
        "start-id-lost",
        "The station does not give the id of a remote start back",
        telling(without_start_id),
        "OCPP-STN-REM-003",
    ),
    _mutant(
        "start-refused",
        "The station rejects a remote start and starts all the same",
        _answering(RequestStartTransaction, "Rejected"),
        "OCPP-STN-REM-003",
    ),
    _mutant(
        "no-end-reading",
        "The station ends a transaction without a meter reading",
        telling(no_end_reading),
        "OCPP-STN-MTR-001",
    ),
    _mutant(
        "lost-samples",
        "The station loses every other meter value",
        telling(loses_every_other_sample),
        "OCPP-STN-MTR-002",
    ),
    _mutant(
        "kwh",
        "The station tells energy in kWh and calls it Wh",
        telling(in_kwh),
        "OCPP-STN-MTR-003",
    ),
    _mutant(
        "any-profile",
        "The station accepts a profile for a transaction that it does not have",
        _answering(SetChargingProfile, "Accepted"),
        "OCPP-STN-SMC-001",
    ),
    _mutant(
        "uncapped",
        "The station accepts a limit and does not keep to it",
        lambda good: good.having(half=Uncapped),
        "OCPP-STN-SMC-002",
    ),
    _mutant(
        "deaf",
        "The station does not answer what it cannot understand",
        lambda good: good.having(session=Deaf),
        "OCPP-STN-RPC-001",
    ),
)
