"""Heads of the groups of limits that AC and DC fill in: what ChargeParameterDiscovery and PowerDelivery carry."""

from __future__ import annotations

from typing import ClassVar

from harness.messages.field import Message
from harness.messages.namespaces import DIN_TYPES


class EvChargeParameter(Message, frozen=True, kw_only=True):
    """Head of the group of an EV's limits."""

    name: ClassVar[str] = "EVChargeParameter"
    namespace: ClassVar[str] = DIN_TYPES
    abstract: ClassVar[bool] = True


class EvseChargeParameter(Message, frozen=True, kw_only=True):
    """Head of the group of a station's limits."""

    name: ClassVar[str] = "EVSEChargeParameter"
    namespace: ClassVar[str] = DIN_TYPES
    abstract: ClassVar[bool] = True


class EvPowerDeliveryParameter(Message, frozen=True, kw_only=True):
    """Head of the group of what an EV tells when energy starts or stops to flow."""

    name: ClassVar[str] = "EVPowerDeliveryParameter"
    namespace: ClassVar[str] = DIN_TYPES
    abstract: ClassVar[bool] = True
