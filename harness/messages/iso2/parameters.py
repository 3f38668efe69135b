"""Heads of the groups of limits that AC and DC fill in: what ChargeParameterDiscovery and PowerDelivery carry."""

from __future__ import annotations

from typing import Annotated, ClassVar

from harness.messages.field import Message, Wire
from harness.messages.namespaces import ISO2_TYPES
from harness.messages.simple import U32


class EvChargeParameter(Message, frozen=True, kw_only=True):
    """Head of the group of an EV's limits; seconds until it leaves."""

    name: ClassVar[str] = "EVChargeParameter"
    namespace: ClassVar[str] = ISO2_TYPES
    abstract: ClassVar[bool] = True

    departure_time: Annotated[U32 | None, Wire("DepartureTime")] = None


class EvseChargeParameter(Message, frozen=True, kw_only=True):
    """Head of the group of a station's limits."""

    name: ClassVar[str] = "EVSEChargeParameter"
    namespace: ClassVar[str] = ISO2_TYPES
    abstract: ClassVar[bool] = True


class EvPowerDeliveryParameter(Message, frozen=True, kw_only=True):
    """Head of the group of what an EV tells when energy starts or stops to flow."""

    name: ClassVar[str] = "EVPowerDeliveryParameter"
    namespace: ClassVar[str] = ISO2_TYPES
    abstract: ClassVar[bool] = True
