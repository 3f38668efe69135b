"""AC charging: the limits of both sides, and ChargingStatus."""

from __future__ import annotations

from typing import Annotated, ClassVar

from harness.messages.din.parameters import EvChargeParameter, EvseChargeParameter
from harness.messages.din.physical import Amperes, Volts, WattHours
from harness.messages.din.types import AcEvseStatus, EvseId, MeterInfo, Request, Response, SaId
from harness.messages.field import Wire
from harness.messages.namespaces import DIN_BODY, DIN_TYPES
from harness.messages.simple import U32


class AcEvChargeParameter(EvChargeParameter, frozen=True, kw_only=True):
    """What the EV needs, until when (seconds), and between which currents it can charge."""

    name: ClassVar[str] = "AC_EVChargeParameter"
    namespace: ClassVar[str] = DIN_TYPES

    departure_time: Annotated[U32, Wire("DepartureTime")]
    e_amount: Annotated[WattHours, Wire("EAmount")]
    ev_max_voltage: Annotated[Volts, Wire("EVMaxVoltage")]
    ev_max_current: Annotated[Amperes, Wire("EVMaxCurrent")]
    ev_min_current: Annotated[Amperes, Wire("EVMinCurrent")]


class AcEvseChargeParameter(EvseChargeParameter, frozen=True, kw_only=True):
    """Between which currents the station can supply."""

    name: ClassVar[str] = "AC_EVSEChargeParameter"
    namespace: ClassVar[str] = DIN_TYPES

    ac_evse_status: Annotated[AcEvseStatus, Wire("AC_EVSEStatus")]
    evse_max_voltage: Annotated[Volts, Wire("EVSEMaxVoltage")]
    evse_max_current: Annotated[Amperes, Wire("EVSEMaxCurrent")]
    evse_min_current: Annotated[Amperes, Wire("EVSEMinCurrent")]


class ChargingStatusReq(Request, frozen=True, kw_only=True):
    """Asks how charging goes."""

    name: ClassVar[str] = "ChargingStatusReq"
    namespace: ClassVar[str] = DIN_BODY


class ChargingStatusRes(Response, frozen=True, kw_only=True):
    """How charging goes, and whether the meter reading is to be signed."""

    name: ClassVar[str] = "ChargingStatusRes"
    namespace: ClassVar[str] = DIN_BODY

    evse_id: Annotated[EvseId, Wire("EVSEID")]
    sa_schedule_tuple_id: Annotated[SaId, Wire("SAScheduleTupleID")]
    evse_max_current: Annotated[Amperes | None, Wire("EVSEMaxCurrent")] = None
    meter_info: Annotated[MeterInfo | None, Wire("MeterInfo")] = None
    receipt_required: Annotated[bool, Wire("ReceiptRequired")]
    ac_evse_status: Annotated[AcEvseStatus, Wire("AC_EVSEStatus")]
