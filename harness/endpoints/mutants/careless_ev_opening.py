"""EV behaviours that are wrong between the first byte and the choice of a service."""

from __future__ import annotations

from msgspec.structs import replace

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.evcc import Evcc
from harness.endpoints.ev.journey import Steps
from harness.messages.field import Message
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationRes,
    AuthorizationSetupRes,
    IntValue,
    Processing,
    Service,
    ServiceDetailRes,
    ServiceDiscoveryRes,
    ServiceList,
    SessionSetupRes,
)
from harness.messages.iso20.types import ResponseCode, V2gResponse
from harness.messages.sap import AppProtocolResponseCode, SupportedAppProtocolRes

_AGREED = AppProtocolResponseCode.OK_SUCCESSFUL_NEGOTIATION
_DEVIATING = AppProtocolResponseCode.OK_SUCCESSFUL_NEGOTIATION_WITH_MINOR_DEVIATION
_PATIENCE = 20.0
_FEW = 16
_PRIVATE = 256


class TakesAnySchema(Evcc):
    """Speaks its first protocol, whichever the station chose."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        if isinstance(answer, SupportedAppProtocolRes):
            answer = replace(answer, schema_id=self.journey.ev.offers[0].schema_id)
        return super().follow(answer, moment)


class ReadsNoRefusal(Evcc):
    """Looks at the SchemaID, and not at what the station says of it."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        if isinstance(answer, SupportedAppProtocolRes) and answer.schema_id is not None:
            answer = replace(answer, response_code=_AGREED)
        return super().follow(answer, moment)


class KnowsNoDeviation(Evcc):
    """Leaves where the minor version differs."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        if isinstance(answer, SupportedAppProtocolRes) and answer.response_code is _DEVIATING:
            return self.journey.break_off("another minor version")
        return super().follow(answer, moment)


class JoinsAnything(Evcc):
    """Joins whatever session the station says it joined, wherever that is."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        joined = ResponseCode.OK_OLD_SESSION_JOINED
        if isinstance(answer, SessionSetupRes) and answer.response_code is joined:
            return self.journey.way.resume(self.journey, moment)
        return super().follow(answer, moment)


class StartsNothingOver(Evcc):
    """Goes on as before, though it was given a new session for its old one."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        if isinstance(answer, SessionSetupRes) and self.journey.ev.resume is not None:
            return self.journey.way.resume(self.journey, moment)
        return super().follow(answer, moment)


class InsistsOnEim(Evcc):
    """Takes external identification means for granted."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        if isinstance(answer, AuthorizationSetupRes):
            answer = replace(answer, authorization_services=(Authorization.EIM,))
        return super().follow(answer, moment)


class HurriesTheCustomer(Evcc):
    """Gives a customer twenty seconds."""

    _since: float | None = None

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        if isinstance(answer, AuthorizationRes) and answer.evse_processing is not Processing.FINISHED:
            self._since = moment.at if self._since is None else self._since
            if moment.at - self._since > _PATIENCE:
                return self.journey.break_off("authorization takes too long")
        return super().follow(answer, moment)


class TakesWarningsForOk(Evcc):
    """Goes on after every warning."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        if isinstance(answer, V2gResponse) and answer.response_code.startswith("WARNING"):
            answer = replace(answer, response_code=ResponseCode.OK)
        return super().follow(answer, moment)


class FearsStrangers(Evcc):
    """Breaks off at services and parameters that it does not know."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        if isinstance(answer, ServiceDiscoveryRes) and answer.vas_list is not None:
            if any(one.service_id >= _PRIVATE for one in answer.vas_list.service):
                return self.journey.break_off("a service that it does not know")
        elif isinstance(answer, ServiceDetailRes):
            sets = answer.service_parameter_list.parameter_set
            if not all(isinstance(one.value, IntValue) for each in sets for one in each.parameter):
                return self.journey.break_off("a parameter that it does not know")
        return super().follow(answer, moment)


class ReadsFewSets(Evcc):
    """Breaks off at more parameter sets than it has room for."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        if isinstance(answer, ServiceDetailRes) and len(answer.service_parameter_list.parameter_set) > _FEW:
            return self.journey.break_off("too many parameter sets")
        return super().follow(answer, moment)


class WantsWhatItWants(Evcc):
    """Asks for its own service, whatever is offered."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        if isinstance(answer, ServiceDiscoveryRes):
            own = Service(service_id=self.journey.car.service, free_service=True)
            answer = replace(answer, energy_transfer_service_list=ServiceList(service=(own,)))
        return super().follow(answer, moment)


class TakesAnyDetail(Evcc):
    """Looks not at which service a ServiceDetailRes is about."""

    def follow(self, answer: Message, moment: Moment) -> Steps:
        """See `Evcc.follow`."""
        if isinstance(answer, ServiceDetailRes):
            answer = replace(answer, service_id=self.journey.car.service)
        return super().follow(answer, moment)
