"""AC charging: the limits of both sides, and ChargingStatus."""

from __future__ import annotations

from typing import Annotated, ClassVar

from harness.messages.field import Wire
from harness.messages.iso2.parameters import EvChargeParameter, EvseChargeParameter
from harness.messages.iso2.physical import Amperes, Volts, WattHours
from harness.messages.iso2.types import AcEvseStatus, EvseId, MeterInfo, Request, Response, SaId
from harness.messages.namespaces import ISO2_BODY, ISO2_TYPES


class AcEvChargeParameter(EvChargeParameter, frozen=True, kw_only=True):
    """What the EV needs, and between which currents it can charge."""

    name: ClassVar[str] = "AC_EVChargeParameter"
    namespace: ClassVar[str] = ISO2_TYPES

    e_amount: Annotated[WattHours, Wire("EAmount")]
    ev_max_voltage: Annotated[Volts, Wire("EVMaxVoltage")]
    ev_max_current: Annotated[Amperes, Wire("EVMaxCurrent")]
    ev_min_current: Annotated[Amperes, Wire("EVMinCurrent")]


class AcEvseChargeParameter(EvseChargeParameter, frozen=True, kw_only=True):
    """The station's mains and the current that it can supply."""

    name: ClassVar[str] = "AC_EVSEChargeParameter"
    namespace: ClassVar[str] = ISO2_TYPES

    ac_evse_status: Annotated[AcEvseStatus, Wire("AC_EVSEStatus")]
    evse_nominal_voltage: Annotated[Volts, Wire("EVSENominalVoltage")]
    evse_max_current: Annotated[Amperes, Wire("EVSEMaxCurrent")]


class ChargingStatusReq(Request, frozen=True, kw_only=True):
    """Asks how charging goes."""

    name: ClassVar[str] = "ChargingStatusReq"
    namespace: ClassVar[str] = ISO2_BODY


class ChargingStatusRes(Response, frozen=True, kw_only=True):
    """How charging goes, and whether the meter reading is to be signed."""

    name: ClassVar[str] = "ChargingStatusRes"
    namespace: ClassVar[str] = ISO2_BODY

    evse_id: Annotated[EvseId, Wire("EVSEID")]
    sa_schedule_tuple_id: Annotated[SaId, Wire("SAScheduleTupleID")]
    evse_max_current: Annotated[Amperes | None, Wire("EVSEMaxCurrent")] = None
    meter_info: Annotated[MeterInfo | None, Wire("MeterInfo")] = None
    receipt_required: Annotated[bool | None, Wire("ReceiptRequired")] = None
    ac_evse_status: Annotated[AcEvseStatus, Wire("AC_EVSEStatus")]
