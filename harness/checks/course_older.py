"""What rules read from the messages of ISO 15118-2 and DIN SPEC 70121, which name the same things alike."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from harness.messages import din, iso2
from harness.messages.iso2.charging import ChargeProgress

_BODIES = (iso2.types.BodyElement, din.types.BodyElement)
_PARAMETERS = (iso2.charging.ChargeParameterDiscoveryReq, din.charging.ChargeParameterDiscoveryReq)
_PARAMETERS_BACK = (iso2.charging.ChargeParameterDiscoveryRes, din.charging.ChargeParameterDiscoveryRes)
_DEMANDS = (iso2.dc.CurrentDemandReq, din.dc.CurrentDemandReq)
_SUPPLIES = (iso2.dc.CurrentDemandRes, din.dc.CurrentDemandRes)
_STATUSES = (iso2.ac.ChargingStatusRes, din.ac.ChargingStatusRes)
_LIMITS = {"charge_power": "power", "charge_current": "current", "voltage": "voltage"}


class Supply(Struct, frozen=True, kw_only=True):
    """What a station of direct current measures at the connector."""

    amperes: float
    volts: float


def is_older(message: Any) -> bool:
    """Whether a message is of one of the two."""
    return isinstance(message, _BODIES)


def counts(message: Any) -> bool:
    """Whether what it tells counts: beside a FAILED code values only fill the schema (V2G2-736)."""
    return is_older(message) and not str(getattr(message, "response_code", "")).startswith("FAILED")


def parameters(message: Any) -> Any:
    """The block of ChargeParameterDiscovery; None of any other message."""
    if not counts(message):
        return None
    if isinstance(message, _PARAMETERS):
        return message.ev_charge_parameter
    return message.evse_charge_parameter if isinstance(message, _PARAMETERS_BACK) else None


def cycle(message: Any) -> Any:
    """A message of the CurrentDemand loop, as it is; None of any other."""
    return message if counts(message) and isinstance(message, _DEMANDS + _SUPPLIES) else None


def limits(message: Any, side: str) -> dict[str, float]:
    """W, A and V that a side (`ev`, `evse`) allows by this message; an EV of alternating current tells no power."""
    block = parameters(message) or cycle(message)
    told = {name: getattr(block, f"{side}_maximum_{word}_limit", None) for name, word in _LIMITS.items()}
    return {name: float(value) for name, value in told.items() if value is not None}


def supply(message: Any) -> Supply | None:
    """What flows; None of a message that does not tell."""
    if not isinstance(message, _SUPPLIES) or not counts(message):
        return None
    return Supply(amperes=float(message.evse_present_current), volts=float(message.evse_present_voltage))


def present_volts(message: Any) -> float | None:
    """V at the connector, in whichever response the station tells them."""
    volts = getattr(message, "evse_present_voltage", None) if counts(message) else None
    return None if volts is None else float(volts)


def target(message: Any) -> Supply | None:
    """What the EV asks for in its loop."""
    if not isinstance(message, _DEMANDS):
        return None
    return Supply(amperes=float(message.ev_target_current), volts=float(message.ev_target_voltage))


def starts(message: Any) -> bool:
    """Whether the EV has the flow of energy started."""
    if isinstance(message, iso2.charging.PowerDeliveryReq):
        return message.charge_progress is ChargeProgress.START
    return isinstance(message, din.charging.PowerDeliveryReq) and message.ready_to_charge_state


def stops(message: Any) -> bool:
    """Whether the EV has it stopped, be it to renegotiate."""
    asks = isinstance(message, iso2.charging.PowerDeliveryReq | din.charging.PowerDeliveryReq)
    return asks and not starts(message)


def chosen_tuple(message: Any) -> int | None:
    """Id of the schedule under which the EV wants energy; None where it names none."""
    if isinstance(message, iso2.charging.PowerDeliveryReq):
        return message.sa_schedule_tuple_id
    profile = message.charging_profile if isinstance(message, din.charging.PowerDeliveryReq) else None
    return profile.sa_schedule_tuple_id if profile is not None else None


def offered_tuples(message: Any) -> tuple[Any, ...]:
    """The schedules that a response offers."""
    if not isinstance(message, _PARAMETERS_BACK) or not counts(message):
        return ()
    return tuple(getattr(message.sa_schedules, "sa_schedule_tuple", ()))


def reading(message: Any) -> float | None:
    """Wh that the meter shows beside power of direct current; of energy to the EV, as there is no other."""
    return _metered(message) if isinstance(message, _SUPPLIES) else None


def bare_reading(message: Any) -> float | None:
    """The same for alternating current, of which nobody tells the power."""
    return _metered(message) if isinstance(message, _STATUSES) else None


def _metered(message: Any) -> float | None:
    info = getattr(message, "meter_info", None) if counts(message) else None
    value = getattr(info, "meter_reading", None)
    return None if value is None else float(value)


def state_of_charge(message: Any) -> int | None:
    """Percent that the EV shows in its loop."""
    return int(message.dc_ev_status.ev_ress_soc) if isinstance(message, _DEMANDS) else None


def capacity(message: Any) -> float | None:
    """Wh of the battery, as the EV tells them before the loop."""
    told = getattr(parameters(message), "ev_energy_capacity", None)
    return None if told is None else float(told)
