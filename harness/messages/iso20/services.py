"""What the station offers and what the EV picks: ServiceDiscovery, ServiceDetail, ServiceSelection."""

from __future__ import annotations

from typing import Annotated, ClassVar

from harness.messages.field import Message, Wire
from harness.messages.iso20.types import Name, RationalNumber, V2gRequest, V2gResponse
from harness.messages.namespaces import COMMON_MESSAGES
from harness.messages.simple import I8, I16, I32, U16

ServiceId = U16


class ServiceIDList(Message, frozen=True, kw_only=True):
    """Ids of the services that the EV knows."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    service_id: Annotated[tuple[ServiceId, ...], Wire("ServiceID", 1, 16)]


class ServiceDiscoveryReq(V2gRequest, frozen=True, kw_only=True):
    """Asks which services there are, of those that the EV knows."""

    name: ClassVar[str] = "ServiceDiscoveryReq"
    namespace: ClassVar[str] = COMMON_MESSAGES

    supported_service_ids: Annotated[ServiceIDList | None, Wire("SupportedServiceIDs")] = None


class Service(Message, frozen=True, kw_only=True):
    """One service on offer, and whether it is free of charge."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    service_id: Annotated[ServiceId, Wire("ServiceID")]
    free_service: Annotated[bool, Wire("FreeService")]


class ServiceList(Message, frozen=True, kw_only=True):
    """Services on offer."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    service: Annotated[tuple[Service, ...], Wire("Service", 1, 8)]


class ServiceDiscoveryRes(V2gResponse, frozen=True, kw_only=True):
    """The energy transfer services and the value-added services on offer."""

    name: ClassVar[str] = "ServiceDiscoveryRes"
    namespace: ClassVar[str] = COMMON_MESSAGES

    service_renegotiation_supported: Annotated[bool, Wire("ServiceRenegotiationSupported")]
    energy_transfer_service_list: Annotated[ServiceList, Wire("EnergyTransferServiceList")]
    vas_list: Annotated[ServiceList | None, Wire("VASList")] = None


class ServiceDetailReq(V2gRequest, frozen=True, kw_only=True):
    """Asks for the parameter sets of one service."""

    name: ClassVar[str] = "ServiceDetailReq"
    namespace: ClassVar[str] = COMMON_MESSAGES

    service_id: Annotated[ServiceId, Wire("ServiceID")]


class BoolValue(Message, frozen=True, kw_only=True):
    """A parameter that is true or false."""

    name: ClassVar[str] = "boolValue"
    namespace: ClassVar[str] = COMMON_MESSAGES
    local: ClassVar[bool] = True

    value: Annotated[bool, Wire(text=True)]


class ByteValue(Message, frozen=True, kw_only=True):
    """A parameter of 8 bits."""

    name: ClassVar[str] = "byteValue"
    namespace: ClassVar[str] = COMMON_MESSAGES
    local: ClassVar[bool] = True

    value: Annotated[I8, Wire(text=True)]


class ShortValue(Message, frozen=True, kw_only=True):
    """A parameter of 16 bits."""

    name: ClassVar[str] = "shortValue"
    namespace: ClassVar[str] = COMMON_MESSAGES
    local: ClassVar[bool] = True

    value: Annotated[I16, Wire(text=True)]


class IntValue(Message, frozen=True, kw_only=True):
    """A parameter of 32 bits."""

    name: ClassVar[str] = "intValue"
    namespace: ClassVar[str] = COMMON_MESSAGES
    local: ClassVar[bool] = True

    value: Annotated[I32, Wire(text=True)]


class RationalNumberValue(RationalNumber, frozen=True, kw_only=True):
    """A parameter that is a physical value."""

    name: ClassVar[str] = "rationalNumber"
    namespace: ClassVar[str] = COMMON_MESSAGES
    local: ClassVar[bool] = True


class FiniteString(Message, frozen=True, kw_only=True):
    """A parameter that is text."""

    name: ClassVar[str] = "finiteString"
    namespace: ClassVar[str] = COMMON_MESSAGES
    local: ClassVar[bool] = True

    value: Annotated[Name, Wire(text=True)]


class Parameter(Message, frozen=True, kw_only=True):
    """A named value within a parameter set."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    parameter_name: Annotated[Name, Wire("Name", attribute=True)]
    value: Annotated[BoolValue | ByteValue | ShortValue | IntValue | RationalNumberValue | FiniteString, Wire()]


class ParameterSet(Message, frozen=True, kw_only=True):
    """One way in which a service can be had."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    parameter_set_id: Annotated[ServiceId, Wire("ParameterSetID")]
    parameter: Annotated[tuple[Parameter, ...], Wire("Parameter", 1, 32)]


class ServiceParameterList(Message, frozen=True, kw_only=True):
    """The ways in which a service can be had."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    parameter_set: Annotated[tuple[ParameterSet, ...], Wire("ParameterSet", 1, 32)]


class ServiceDetailRes(V2gResponse, frozen=True, kw_only=True):
    """The parameter sets of one service."""

    name: ClassVar[str] = "ServiceDetailRes"
    namespace: ClassVar[str] = COMMON_MESSAGES

    service_id: Annotated[ServiceId, Wire("ServiceID")]
    service_parameter_list: Annotated[ServiceParameterList, Wire("ServiceParameterList")]


class SelectedService(Message, frozen=True, kw_only=True):
    """A service and the parameter set that the EV picked."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    service_id: Annotated[ServiceId, Wire("ServiceID")]
    parameter_set_id: Annotated[ServiceId, Wire("ParameterSetID")]


class SelectedServiceList(Message, frozen=True, kw_only=True):
    """The value-added services that the EV picked."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    selected_service: Annotated[tuple[SelectedService, ...], Wire("SelectedService", 1, 16)]


class ServiceSelectionReq(V2gRequest, frozen=True, kw_only=True):
    """Names the services that the EV picked, each with a parameter set."""

    name: ClassVar[str] = "ServiceSelectionReq"
    namespace: ClassVar[str] = COMMON_MESSAGES

    selected_energy_transfer_service: Annotated[SelectedService, Wire("SelectedEnergyTransferService")]
    selected_vas_list: Annotated[SelectedServiceList | None, Wire("SelectedVASList")] = None


class ServiceSelectionRes(V2gResponse, frozen=True, kw_only=True):
    """Whether the picked services can be had."""

    name: ClassVar[str] = "ServiceSelectionRes"
    namespace: ClassVar[str] = COMMON_MESSAGES
