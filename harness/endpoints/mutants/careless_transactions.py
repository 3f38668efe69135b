"""Transactions with one fault each, as a careless station runs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.endpoints.behaviour import Silence
from harness.endpoints.station.ocpp.metering import Metering
from harness.endpoints.station.ocpp.token_rules import TokenControl
from harness.endpoints.station.ocpp.transaction_control import TransactionControl
from harness.endpoints.station.ocpp.variables import Key, Variable
from harness.messages.ocpp_time import parse_timestamp, timestamp
from harness.sessions.ocpp.station import StationSession

Payload = dict[str, Any]
_LATE = 7.0


def _read_only_at_heart(variables: Mapping[Key, Variable], *names: str) -> dict[Key, Variable]:
    """These variables take every value, and nothing comes of it."""
    shown = dict(variables)
    for key, variable in variables.items():
        if key[1] in names:
            shown[key] = Variable(read=variable.read, write=lambda _text: None, kind=variable.kind)
    return shown


class StartsAnyway(TransactionControl):
    """Begins transactions where it always did, whatever is set."""

    def variables(self) -> Mapping[Key, Variable]:
        """Takes start points and forgets them."""
        return _read_only_at_heart(super().variables(), "TxStartPoint")


class GoesOn(TransactionControl):
    """Keeps transactions open until the bay is free, whatever is set."""

    def variables(self) -> Mapping[Key, Variable]:
        """Takes stop points and forgets them."""
        self.parts.tuning.transactions.stop_points = ("ParkingBayOccupancy",)
        return _read_only_at_heart(super().variables(), "TxStopPoint")


class StopsAtOnce(TransactionControl):
    """Ends transactions with the authorization, whatever is set."""

    def variables(self) -> Mapping[Key, Variable]:
        """Takes stop points and forgets them."""
        self.parts.tuning.transactions.stop_points = ("Authorized", "EVConnected")
        return _read_only_at_heart(super().variables(), "TxStopPoint")


class Patient(TransactionControl):
    """Waits for the cable as long as it always did, whatever is set."""

    def variables(self) -> Mapping[Key, Variable]:
        """Takes a time and forgets it."""
        return _read_only_at_heart(super().variables(), "EVConnectionTimeOut")


class NeverSuspends(TransactionControl):
    """Ends the authorization whenever the cable comes out, whatever is set."""

    def variables(self) -> Mapping[Key, Variable]:
        """Takes the other setting and forgets it."""
        return _read_only_at_heart(super().variables(), "StopTxOnEVSideDisconnect")


class AsksAnyway(TokenControl):
    """Asks about tokens, though it was told to ask about none."""

    def variables(self) -> Mapping[Key, Variable]:
        """Takes the setting and forgets it."""
        return _read_only_at_heart(super().variables(), "DisableRemoteAuthorization")


class TellsAllTheTime(Metering):
    """Tells values by the clock in transactions as well, though they are for idle times alone."""

    def _tell(self, at: float) -> None:
        self.parts.tuning.metering.during_idle = False
        super()._tell(at)


class GivesUp(StationSession):
    """Tells every event once, whatever becomes of it."""

    def _try_again(self, at: float) -> None:
        self.attempts = lambda: 1
        super()._try_again(at)


class Pushes(StationSession):
    """Tells an event again without a wait."""

    def _try_again(self, at: float) -> None:
        self.attempt_interval = lambda: 0.0
        super()._try_again(at)


def for_no_reason(event: Payload) -> Payload:
    """Starts are told with a trigger that starts nothing."""
    return {**event, "triggerReason": "MeterValuePeriodic"} if event["eventType"] == "Started" else event


def without_token(event: Payload) -> Payload:
    """Nobody is named."""
    return {key: value for key, value in event.items() if key != "idToken"}


def without_place(event: Payload) -> Payload:
    """The EVSE is not named."""
    return {key: value for key, value in event.items() if key != "evse"}


def blames_itself(event: Payload) -> Payload:
    """Cars that take no energy are told as kept from it by the station."""
    return _in_state(event, "SuspendedEV", "SuspendedEVSE")


def keeps_the_cable(event: Payload) -> Payload:
    """A cable that is out is told as one that is in."""
    return _in_state(event, "Idle", "EVConnected")


def hides_the_stop(event: Payload) -> Payload:
    """A stop by a token or by the car is told as any change."""
    stops = event["triggerReason"] == "StopAuthorized"
    return {**event, "triggerReason": "ChargingRateChanged"} if stops else event


def without_clock_values(event: Payload) -> Payload | Silence:
    """Values by the clock are not told."""
    return Silence() if event["triggerReason"] == "MeterValueClock" else event


def fewer_measurands(message: Payload) -> Payload:
    """The last value of each sample is left out."""
    return _resampled(message, lambda taken: {**taken, "sampledValue": taken["sampledValue"][:-1]})


def off_the_clock(message: Payload) -> Payload:
    """Samples are dated seven seconds later."""
    return _resampled(
        message, lambda taken: {**taken, "timestamp": timestamp(parse_timestamp(taken["timestamp"]) + _LATE)}
    )


def unsigned(event: Payload) -> Payload:
    """Signatures are left out."""
    return _resampled(event, lambda taken: {**taken, "sampledValue": [_bare(one) for one in taken["sampledValue"]]})


def _bare(value: Payload) -> Payload:
    return {key: part for key, part in value.items() if key != "signedMeterValue"}


def _resampled(message: Payload, change: Any) -> Payload:
    taken = [other for other in map(change, message.get("meterValue", [])) if other["sampledValue"]]
    rest = {key: value for key, value in message.items() if key != "meterValue"}
    return {**rest, "meterValue": taken} if taken else rest


def _in_state(event: Payload, usual: str, told: str) -> Payload:
    info = event["transactionInfo"]
    return (
        {**event, "transactionInfo": {**info, "chargingState": told}} if info.get("chargingState") == usual else event
    )
