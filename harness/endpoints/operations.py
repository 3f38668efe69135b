"""What somebody may do to a device under test that no message can: plug in, present a card, cut the power."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from harness.messages.ocpp import OcppMessage


class Operation(Struct, frozen=True, kw_only=True):
    """One thing to be done, for an emulated device, an adapter of a vendor, or a person who stands beside it."""

    name: str
    instruction: str
    """What a person is told to do."""
    arguments: dict[str, Any] = field(default_factory=dict)
    """Plain values (JSON), so that they can be sent to an adapter."""


PLUG_IN = "plug_in"
UNPLUG = "unplug"
START_DRAWING = "start_drawing"
STOP_DRAWING = "stop_drawing"
PRESENT_TOKEN = "present_token"  # noqa: S105 - no password
REBOOT = "reboot"
CUT_POWER = "cut_power"
PARK = "park"
DRIVE_OFF = "drive_off"
BREAK = "break"
REPAIR = "repair"
JAM_LOCK = "jam_lock"
LIMIT_EXTERNALLY = "limit_externally"
RELEASE_EXTERNAL_LIMIT = "release_external_limit"
GRID_EVENT = "grid_event"
GRID_EVENT_OVER = "grid_event_over"
CHOOSE_STOP = "choose_stop"
GRID_FREQUENCY = "grid_frequency"
SEND_CALL = "send_call"


def plug_in(*, draws: bool = True, evse_id: int = 1) -> Operation:
    """A car without high-level communication is plugged in.

    Args:
        draws: it takes energy as soon as it may; otherwise from `start_drawing` on.
        evse_id: where.
    """
    so = "and let it draw energy" if draws else "that does not draw energy yet"
    told = f"Plug a car {so} into EVSE {evse_id}."
    return Operation(name=PLUG_IN, instruction=told, arguments={"draws": draws, "evse_id": evse_id})


def unplug(*, evse_id: int = 1) -> Operation:
    """The cable is taken out on the side of the car."""
    told = f"Unplug the car from EVSE {evse_id}."
    return Operation(name=UNPLUG, instruction=told, arguments={"evse_id": evse_id})


def start_drawing(*, evse_id: int = 1) -> Operation:
    """The car that is plugged in wants energy from now on."""
    told = f"Let the car at EVSE {evse_id} draw energy."
    return Operation(name=START_DRAWING, instruction=told, arguments={"evse_id": evse_id})


def stop_drawing(*, evse_id: int = 1) -> Operation:
    """The car that is plugged in wants no energy for now (SuspendedEV)."""
    told = f"Let the car at EVSE {evse_id} stop drawing energy, and leave it plugged in."
    return Operation(name=STOP_DRAWING, instruction=told, arguments={"evse_id": evse_id})


def present_token(id_token: str, kind: str = "ISO14443", *, evse_id: int = 1) -> Operation:
    """A driver identifies himself at the station, to start or to stop; `kind` is an IdTokenEnumType."""
    told = f"Identify yourself at EVSE {evse_id} by the {kind} token {id_token!r}."
    given = {"id_token": id_token, "type": kind, "evse_id": evse_id}
    return Operation(name=PRESENT_TOKEN, instruction=told, arguments=given)


def reboot() -> Operation:
    """The station boots again, told so on the spot."""
    return Operation(name=REBOOT, instruction="Boot the station again from its own menu or button.")


def cut_power(seconds: float = 10.0) -> Operation:
    """The station has no power for so long."""
    told = f"Take the station's power away for {seconds:g} s."
    return Operation(name=CUT_POWER, instruction=told, arguments={"seconds": seconds})


def park(*, evse_id: int = 1) -> Operation:
    """A car drives into the parking bay."""
    told = f"Let the sensor of the parking bay at EVSE {evse_id} see a car."
    return Operation(name=PARK, instruction=told, arguments={"evse_id": evse_id})


def drive_off(*, evse_id: int = 1) -> Operation:
    """The car leaves the parking bay."""
    told = f"Let the sensor of the parking bay at EVSE {evse_id} see that the bay is free."
    return Operation(name=DRIVE_OFF, instruction=told, arguments={"evse_id": evse_id})


def break_connector(*, evse_id: int = 1) -> Operation:
    """A fault that takes the connector out of service."""
    told = f"Cause a fault at EVSE {evse_id} that takes its connector out of service."
    return Operation(name=BREAK, instruction=told, arguments={"evse_id": evse_id})


def repair_connector(*, evse_id: int = 1) -> Operation:
    """The fault is gone."""
    return Operation(name=REPAIR, instruction=f"Clear the fault at EVSE {evse_id}.", arguments={"evse_id": evse_id})


def jam_lock(*, evse_id: int = 1) -> Operation:
    """The lock of the connector fails from now on."""
    told = f"Keep the lock of the connector at EVSE {evse_id} from closing."
    return Operation(name=JAM_LOCK, instruction=told, arguments={"evse_id": evse_id})


def limit_externally(watts: float, *, source: str = "EMS", evse_id: int = 0) -> Operation:
    """Somebody else than the backend limits the station (K11, K12); `source` is a ChargingLimitSourceEnumType."""
    told = f"Let an external system ({source}) limit the station to {watts:g} W."
    given = {"watts": watts, "source": source, "evse_id": evse_id}
    return Operation(name=LIMIT_EXTERNALLY, instruction=told, arguments=given)


def release_external_limit(*, source: str = "EMS", evse_id: int = 0) -> Operation:
    """That limit is gone (K13)."""
    told = f"Let the external system ({source}) release its limit."
    return Operation(name=RELEASE_EXTERNAL_LIMIT, instruction=told, arguments={"source": source, "evse_id": evse_id})


def choose_stop(*, evse_id: int = 0) -> Operation:
    """Whoever presented a master-pass card chooses what to stop, where the station has a screen; 0: everything."""
    what = f"the transaction at EVSE {evse_id}" if evse_id else "all transactions"
    told = f"If the station asks on its screen what to stop, choose {what}."
    return Operation(name=CHOOSE_STOP, instruction=told, arguments={"evse_id": evse_id})


def send_call(call: OcppMessage, station_id: str) -> Operation:
    """A backend under test is told to send a request."""
    told = f"Let the backend send {call.action} to the station {station_id}: {call.payload}"
    given = {"station_id": station_id, "action": call.action, "payload": call.payload}
    return Operation(name=SEND_CALL, instruction=told, arguments=given)


def grid_event(control: str, fault: str) -> Operation:
    """The grid leaves its bounds; `control` is the DERControlEnumType that watches for it, `fault` a GridEventFault."""
    told = f"Let the grid show the fault {fault}, which the control {control} watches for."
    return Operation(name=GRID_EVENT, instruction=told, arguments={"control": control, "fault": fault})


def grid_event_over(control: str, fault: str) -> Operation:
    """The grid is well again."""
    told = f"End the fault {fault} of the grid."
    return Operation(name=GRID_EVENT_OVER, instruction=told, arguments={"control": control, "fault": fault})


def grid_frequency(hertz: float) -> Operation:
    """The grid's frequency is another one from now on."""
    told = f"Let the station measure a grid frequency of {hertz:g} Hz."
    return Operation(name=GRID_FREQUENCY, instruction=told, arguments={"hertz": hertz})
