"""What the station offers: ServiceDiscovery and ServiceDetail."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from harness.messages.din.codes import (
    EvseSupportedEnergyTransferType,
    PaymentOption,
    ServiceCategory,
    ValueType,
)
from harness.messages.din.physical import PhysicalValue
from harness.messages.din.types import Request, Response, ServiceId
from harness.messages.field import Message, Wire
from harness.messages.namespaces import DIN_BODY, DIN_TYPES
from harness.messages.simple import I8, I16, I32

ServiceScope = Annotated[str, Meta(max_length=32)]


class ServiceDiscoveryReq(Request, frozen=True, kw_only=True):
    """Asks which services there are, of one scope or category if named."""

    name: ClassVar[str] = "ServiceDiscoveryReq"
    namespace: ClassVar[str] = DIN_BODY

    service_scope: Annotated[ServiceScope | None, Wire("ServiceScope")] = None
    service_category: Annotated[ServiceCategory | None, Wire("ServiceCategory")] = None


class PaymentOptions(Message, frozen=True, kw_only=True):
    """The ways of paying that the station takes."""

    namespace: ClassVar[str] = DIN_TYPES

    payment_option: Annotated[tuple[PaymentOption, ...], Wire("PaymentOption", 1, None)]


class ServiceTag(Message, frozen=True, kw_only=True):
    """By what a service goes."""

    namespace: ClassVar[str] = DIN_TYPES

    service_id: Annotated[ServiceId, Wire("ServiceID")]
    service_name: Annotated[str | None, Meta(max_length=32), Wire("ServiceName")] = None
    service_category: Annotated[ServiceCategory, Wire("ServiceCategory")]
    service_scope: Annotated[ServiceScope | None, Wire("ServiceScope")] = None


class Service(Message, frozen=True, kw_only=True):
    """One service on offer, and whether it is free of charge."""

    namespace: ClassVar[str] = DIN_TYPES

    service_tag: Annotated[ServiceTag, Wire("ServiceTag")]
    free_service: Annotated[bool, Wire("FreeService")]


class ServiceCharge(Service, frozen=True, kw_only=True):
    """The charging service, and the connectors at which it can be had."""

    name: ClassVar[str] = "ServiceCharge"
    namespace: ClassVar[str] = DIN_TYPES

    energy_transfer_type: Annotated[EvseSupportedEnergyTransferType, Wire("EnergyTransferType")]


class ServiceTagList(Message, frozen=True, kw_only=True):
    """Value-added services on offer."""

    namespace: ClassVar[str] = DIN_TYPES

    service: Annotated[tuple[Service, ...], Wire("Service", 1, None)]


class ServiceDiscoveryRes(Response, frozen=True, kw_only=True):
    """Ways of paying, the charging service, and value-added services."""

    name: ClassVar[str] = "ServiceDiscoveryRes"
    namespace: ClassVar[str] = DIN_BODY

    payment_options: Annotated[PaymentOptions, Wire("PaymentOptions")]
    charge_service: Annotated[ServiceCharge, Wire("ChargeService")]
    service_list: Annotated[ServiceTagList | None, Wire("ServiceList")] = None


class ServiceDetailReq(Request, frozen=True, kw_only=True):
    """Asks for the parameter sets of one service."""

    name: ClassVar[str] = "ServiceDetailReq"
    namespace: ClassVar[str] = DIN_BODY

    service_id: Annotated[ServiceId, Wire("ServiceID")]


class BoolValue(Message, frozen=True, kw_only=True):
    """A parameter that is true or false."""

    name: ClassVar[str] = "boolValue"
    namespace: ClassVar[str] = DIN_TYPES
    local: ClassVar[bool] = True

    value: Annotated[bool, Wire(text=True)]


class ByteValue(Message, frozen=True, kw_only=True):
    """A parameter of 8 bits."""

    name: ClassVar[str] = "byteValue"
    namespace: ClassVar[str] = DIN_TYPES
    local: ClassVar[bool] = True

    value: Annotated[I8, Wire(text=True)]


class ShortValue(Message, frozen=True, kw_only=True):
    """A parameter of 16 bits."""

    name: ClassVar[str] = "shortValue"
    namespace: ClassVar[str] = DIN_TYPES
    local: ClassVar[bool] = True

    value: Annotated[I16, Wire(text=True)]


class IntValue(Message, frozen=True, kw_only=True):
    """A parameter of 32 bits."""

    name: ClassVar[str] = "intValue"
    namespace: ClassVar[str] = DIN_TYPES
    local: ClassVar[bool] = True

    value: Annotated[I32, Wire(text=True)]


class PhysicalParameter(PhysicalValue, frozen=True, kw_only=True):
    """A parameter that is a physical value."""

    name: ClassVar[str] = "physicalValue"
    namespace: ClassVar[str] = DIN_TYPES
    local: ClassVar[bool] = True


class StringValue(Message, frozen=True, kw_only=True):
    """A parameter that is text."""

    name: ClassVar[str] = "stringValue"
    namespace: ClassVar[str] = DIN_TYPES
    local: ClassVar[bool] = True

    value: Annotated[str, Wire(text=True)]


class Parameter(Message, frozen=True, kw_only=True):
    """A named value within a parameter set; `value_type` repeats which type it has."""

    namespace: ClassVar[str] = DIN_TYPES

    parameter_name: Annotated[str, Wire("Name", attribute=True, namespace="")]
    value_type: Annotated[ValueType, Wire("ValueType", attribute=True, namespace="")]
    value: Annotated[BoolValue | ByteValue | ShortValue | IntValue | PhysicalParameter | StringValue, Wire()]


class ParameterSet(Message, frozen=True, kw_only=True):
    """One way in which a service can be had."""

    namespace: ClassVar[str] = DIN_TYPES

    parameter_set_id: Annotated[I16, Wire("ParameterSetID")]
    parameter: Annotated[tuple[Parameter, ...], Wire("Parameter", 1, None)]


class ServiceParameterList(Message, frozen=True, kw_only=True):
    """The ways in which a service can be had."""

    namespace: ClassVar[str] = DIN_TYPES

    parameter_set: Annotated[tuple[ParameterSet, ...], Wire("ParameterSet", 1, None)]


class ServiceDetailRes(Response, frozen=True, kw_only=True):
    """The parameter sets of one service."""

    name: ClassVar[str] = "ServiceDetailRes"
    namespace: ClassVar[str] = DIN_BODY

    service_id: Annotated[ServiceId, Wire("ServiceID")]
    service_parameter_list: Annotated[ServiceParameterList | None, Wire("ServiceParameterList")] = None
