"""What the station offers: ServiceDiscovery and ServiceDetail."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from harness.messages.field import Message, Wire
from harness.messages.iso2.codes import EnergyTransferMode, PaymentOption, ServiceCategory
from harness.messages.iso2.physical import PhysicalValue
from harness.messages.iso2.types import Request, Response, ServiceId
from harness.messages.namespaces import ISO2_BODY, ISO2_TYPES
from harness.messages.simple import I8, I16, I32

ServiceScope = Annotated[str, Meta(max_length=64)]


class ServiceDiscoveryReq(Request, frozen=True, kw_only=True):
    """Asks which services there are, of one scope or category if named."""

    name: ClassVar[str] = "ServiceDiscoveryReq"
    namespace: ClassVar[str] = ISO2_BODY

    service_scope: Annotated[ServiceScope | None, Wire("ServiceScope")] = None
    service_category: Annotated[ServiceCategory | None, Wire("ServiceCategory")] = None


class PaymentOptionList(Message, frozen=True, kw_only=True):
    """The ways of paying that the station takes."""

    namespace: ClassVar[str] = ISO2_TYPES

    payment_option: Annotated[tuple[PaymentOption, ...], Wire("PaymentOption", 1, 2)]


class Service(Message, frozen=True, kw_only=True):
    """One service on offer, and whether it is free of charge."""

    namespace: ClassVar[str] = ISO2_TYPES

    service_id: Annotated[ServiceId, Wire("ServiceID")]
    service_name: Annotated[str | None, Meta(max_length=32), Wire("ServiceName")] = None
    service_category: Annotated[ServiceCategory, Wire("ServiceCategory")]
    service_scope: Annotated[ServiceScope | None, Wire("ServiceScope")] = None
    free_service: Annotated[bool, Wire("FreeService")]


class SupportedEnergyTransferMode(Message, frozen=True, kw_only=True):
    """The energy transfer modes of a station."""

    namespace: ClassVar[str] = ISO2_TYPES

    energy_transfer_mode: Annotated[tuple[EnergyTransferMode, ...], Wire("EnergyTransferMode", 1, 6)]


class ChargeService(Service, frozen=True, kw_only=True):
    """The charging service, and the energy transfer modes in which it can be had."""

    namespace: ClassVar[str] = ISO2_TYPES

    supported_energy_transfer_mode: Annotated[SupportedEnergyTransferMode, Wire("SupportedEnergyTransferMode")]


class ServiceList(Message, frozen=True, kw_only=True):
    """Value-added services on offer."""

    namespace: ClassVar[str] = ISO2_TYPES

    service: Annotated[tuple[Service, ...], Wire("Service", 1, 8)]


class ServiceDiscoveryRes(Response, frozen=True, kw_only=True):
    """Ways of paying, the charging service, and value-added services."""

    name: ClassVar[str] = "ServiceDiscoveryRes"
    namespace: ClassVar[str] = ISO2_BODY

    payment_option_list: Annotated[PaymentOptionList, Wire("PaymentOptionList")]
    charge_service: Annotated[ChargeService, Wire("ChargeService")]
    service_list: Annotated[ServiceList | None, Wire("ServiceList")] = None


class ServiceDetailReq(Request, frozen=True, kw_only=True):
    """Asks for the parameter sets of one service."""

    name: ClassVar[str] = "ServiceDetailReq"
    namespace: ClassVar[str] = ISO2_BODY

    service_id: Annotated[ServiceId, Wire("ServiceID")]


class BoolValue(Message, frozen=True, kw_only=True):
    """A parameter that is true or false."""

    name: ClassVar[str] = "boolValue"
    namespace: ClassVar[str] = ISO2_TYPES
    local: ClassVar[bool] = True

    value: Annotated[bool, Wire(text=True)]


class ByteValue(Message, frozen=True, kw_only=True):
    """A parameter of 8 bits."""

    name: ClassVar[str] = "byteValue"
    namespace: ClassVar[str] = ISO2_TYPES
    local: ClassVar[bool] = True

    value: Annotated[I8, Wire(text=True)]


class ShortValue(Message, frozen=True, kw_only=True):
    """A parameter of 16 bits."""

    name: ClassVar[str] = "shortValue"
    namespace: ClassVar[str] = ISO2_TYPES
    local: ClassVar[bool] = True

    value: Annotated[I16, Wire(text=True)]


class IntValue(Message, frozen=True, kw_only=True):
    """A parameter of 32 bits."""

    name: ClassVar[str] = "intValue"
    namespace: ClassVar[str] = ISO2_TYPES
    local: ClassVar[bool] = True

    value: Annotated[I32, Wire(text=True)]


class PhysicalParameter(PhysicalValue, frozen=True, kw_only=True):
    """A parameter that is a physical value."""

    name: ClassVar[str] = "physicalValue"
    namespace: ClassVar[str] = ISO2_TYPES
    local: ClassVar[bool] = True


class StringValue(Message, frozen=True, kw_only=True):
    """A parameter that is text."""

    name: ClassVar[str] = "stringValue"
    namespace: ClassVar[str] = ISO2_TYPES
    local: ClassVar[bool] = True

    value: Annotated[str, Wire(text=True)]


class Parameter(Message, frozen=True, kw_only=True):
    """A named value within a parameter set."""

    namespace: ClassVar[str] = ISO2_TYPES

    parameter_name: Annotated[str, Wire("Name", attribute=True)]
    value: Annotated[BoolValue | ByteValue | ShortValue | IntValue | PhysicalParameter | StringValue, Wire()]


class ParameterSet(Message, frozen=True, kw_only=True):
    """One way in which a service can be had."""

    namespace: ClassVar[str] = ISO2_TYPES

    parameter_set_id: Annotated[I16, Wire("ParameterSetID")]
    parameter: Annotated[tuple[Parameter, ...], Wire("Parameter", 1, 16)]


class ServiceParameterList(Message, frozen=True, kw_only=True):
    """The ways in which a service can be had."""

    namespace: ClassVar[str] = ISO2_TYPES

    parameter_set: Annotated[tuple[ParameterSet, ...], Wire("ParameterSet", 1, 255)]


class ServiceDetailRes(Response, frozen=True, kw_only=True):
    """The parameter sets of one service."""

    name: ClassVar[str] = "ServiceDetailRes"
    namespace: ClassVar[str] = ISO2_BODY

    service_id: Annotated[ServiceId, Wire("ServiceID")]
    service_parameter_list: Annotated[ServiceParameterList | None, Wire("ServiceParameterList")] = None
