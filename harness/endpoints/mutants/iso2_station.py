"""Stations with one fault each in ISO 15118-2, from the choice of a protocol to the granted authorization."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.mutants.careless_answers import best, picking
from harness.endpoints.mutants.iso2_careless import (
    HangsUp,
    JoinsEverybody,
    KeepsTheEv,
    PausesAnywhere,
    ServesAnybody,
    SignedEachTime,
    TakesAnySession,
    serving,
)
from harness.endpoints.mutants.mutant import Mutant, series
from harness.endpoints.station.station import Station
from harness.framing.v2gtp import HEADER_SIZE
from harness.messages.field import Message
from harness.messages.iso2.certificates import CertificateInstallationRes, CertificateUpdateRes
from harness.messages.iso2.codes import EvseProcessing, PaymentOption, ResponseCode, ServiceCategory
from harness.messages.iso2.payment import AuthorizationRes, PaymentDetailsRes, PaymentServiceSelectionRes
from harness.messages.iso2.service import (
    PaymentOptionList,
    Service,
    ServiceDetailRes,
    ServiceDiscoveryRes,
    ServiceList,
)
from harness.messages.iso2.session import SessionSetupRes
from harness.messages.namespaces import ISO2_MESSAGE
from harness.messages.sap import AppProtocolResponseCode, SupportedAppProtocolReq, SupportedAppProtocolRes
from harness.sessions.v2g.wire import look

OK, FAILED = ResponseCode.OK, ResponseCode.FAILED
CONSTANT = bytes.fromhex("0123456789ABCDEF")
mutant = series(Station, Role.STATION, ids="iso2-station-", cases="ISO2-STN-")


class DeafAfterNonsense:
    """Hears nothing any more, on any connection, once a frame could not be decoded."""

    def __init__(self) -> None:
        """Nothing bad heard yet."""
        self._deaf = False

    def __call__(self, data: bytes) -> bytes:
        """Listen as long as all is well."""
        self._deaf = self._deaf or bool(look(data).problem and look(data, ISO2_MESSAGE).problem)
        return b"" if self._deaf else data


def one_message_a_read(data: bytes) -> bytes:
    """Take each read for one message: a piece of one is lost."""
    end = HEADER_SIZE + int.from_bytes(data[4:HEADER_SIZE], "big")
    return data[:end] if HEADER_SIZE <= end <= len(data) else b""


def _no_deviation(heard: SupportedAppProtocolReq, said: SupportedAppProtocolRes) -> SupportedAppProtocolRes:
    """No minor version but its own."""
    if all(one.version_number_minor == 0 for one in heard.app_protocol):
        return said
    return SupportedAppProtocolRes(response_code=AppProtocolResponseCode.FAILED_NO_NEGOTIATION)


def _contracts(_: Any, said: ServiceDiscoveryRes) -> ServiceDiscoveryRes:
    """Contracts whatever the connection."""
    return replace(said, payment_option_list=PaymentOptionList(payment_option=tuple(PaymentOption)))


def _everything(_: Any, said: ServiceDiscoveryRes) -> ServiceDiscoveryRes:
    """A service that nobody asked about."""
    other = Service(service_id=42, service_category=ServiceCategory.OTHER_CUSTOM, free_service=True)
    return replace(said, service_list=ServiceList(service=(other,)))


def _coded(code: ResponseCode, *kinds: type[Message], **fields: Any) -> Callable[[Station], Station]:
    """A station that says this code whatever it should say."""

    def make(good: Station) -> Station:
        for kind in kinds:
            good = good.but(kind, response_code=code, **fields)
        return good

    return make


def _deaf_to_operators(good: Station) -> Station:
    known = good.provider.earlier or good.provider
    return good.having(provider=replace(good.provider, earlier=replace(known, contract_roots=())))


def _worst(offer: tuple[Any, ...]) -> Any:
    return max(offer, key=lambda one: one.priority)


_OPENING: tuple[Mutant, ...] = (
    mutant("picks-the-worst", "takes the protocol that the EV likes least", ("SAP-001",), picking(_worst)),
    mutant("picks-anything", "agrees on whatever is offered", ("SAP-002", "MTX-008"), picking(best)),
    mutant(
        "knows-no-deviation",
        "refuses another minor version",
        ("SAP-003",),
        lambda good: good.answering(SupportedAppProtocolRes, _no_deviation),
    ),
    mutant(
        "gives-one-id",
        "gives every session the same id",
        ("SSU-003",),
        lambda good: good.but(SessionSetupRes, header__session_id=CONSTANT),
    ),
    mutant(
        "gives-no-id",
        "opens sessions under the id zero",
        ("SSU-001", "SSU-002"),
        lambda good: good.but(SessionSetupRes, header__session_id=bytes(8)),
    ),
    mutant(
        "joins-everybody",
        "takes every EV for one that comes back",
        ("SSU-002", "PAU-004", "PAU-005"),
        serving(JoinsEverybody),
    ),
    mutant(
        "clock-stands-still",
        "tells the same time for ever",
        ("SSU-004",),
        lambda good: good.but(SessionSetupRes, evse_time_stamp=1_500_000_000),
    ),
    mutant("takes-any-session", "looks at no session id", ("SID-001", "SID-002"), serving(TakesAnySession)),
    mutant(
        "offers-no-charging",
        "calls its charging service something else",
        ("SVC-001",),
        lambda good: good.but(ServiceDiscoveryRes, charge_service__service_category=ServiceCategory.OTHER_CUSTOM),
    ),
    mutant(
        "contracts-in-plain",
        "offers contracts without TLS",
        ("SVC-002",),
        lambda good: good.answering(ServiceDiscoveryRes, _contracts),
    ),
    mutant("details-of-anything", "knows details of every service", ("SVC-003",), _coded(OK, ServiceDetailRes)),
    mutant(
        "details-of-another",
        "tells details under another id",
        ("SVC-004",),
        lambda good: good.but(ServiceDetailRes, service_id=77),
    ),
    mutant(
        "no-categories",
        "lists services of other categories as well",
        ("SVC-005",),
        lambda good: good.answering(ServiceDiscoveryRes, _everything),
    ),
    mutant("sells-nothing", "refuses every selection", ("PAY-001",), _coded(FAILED, PaymentServiceSelectionRes)),
    mutant(
        "sells-anything",
        "takes every selection",
        ("PAY-002", "PAY-003", "PAY-004"),
        _coded(OK, PaymentServiceSelectionRes),
    ),
)

_ORDER: tuple[Mutant, ...] = (
    mutant(
        "serves-anybody",
        "answers OK to what comes out of order or after the end",
        ("MTX-001", "MTX-002", "MTX-003", "MTX-004", "MTX-005", "MTX-007", "STP-003"),
        serving(ServesAnybody),
    ),
    mutant("hangs-up", "closes the connection where it should refuse", ("MTX-006",), serving(HangsUp)),
    mutant("pauses-anywhere", "lets an EV pause under voltage", ("MTX-009",), serving(PausesAnywhere)),
    mutant(
        "keeps-the-ev",
        "lets nobody go before power has stopped",
        ("AUT-003", "STP-002", "RNG-003"),
        serving(KeepsTheEv),
    ),
    mutant(
        "dies-of-nonsense",
        "answers nobody any more after a frame that it cannot read",
        ("FRM-001", "FRM-002"),
        lambda good: good.having(hears=DeafAfterNonsense()),
    ),
    mutant(
        "one-message-a-read",
        "takes what one read brings for one message",
        ("FRM-003",),
        lambda good: good.having(hears=one_message_a_read),
    ),
)

_PAYMENT: tuple[Mutant, ...] = (
    mutant(
        "authorizes-in-other-words",
        "answers an authorized driver with a code of another message",
        ("AUT-001",),
        _coded(ResponseCode.OK_CERTIFICATE_EXPIRES_SOON, AuthorizationRes),
    ),
    mutant(
        "authorizes-for-ever",
        "never ends an authorization",
        ("AUT-001", "AUT-002"),
        lambda good: good.but(AuthorizationRes, evse_processing=EvseProcessing.ONGOING),
    ),
    mutant("knows-no-operator", "trusts no operator of contracts", ("PNC-001",), _deaf_to_operators),
    mutant(
        "one-challenge",
        "has every EV sign the same challenge",
        ("PNC-002",),
        lambda good: good.but(PaymentDetailsRes, gen_challenge=bytes(16)),
    ),
    mutant(
        "takes-any-contract",
        "looks at no contract",
        ("PNC-003", "PNC-004"),
        _coded(OK, PaymentDetailsRes),
    ),
    mutant("takes-any-signature", "looks at no signature", ("PNC-005",), _coded(OK, AuthorizationRes)),
    mutant("signed-each-time", "wants a signature each time", ("PNC-006",), serving(SignedEachTime)),
    mutant(
        "delivers-no-key",
        "hands out a contract that nobody can open",
        ("CRT-001",),
        _coded(OK, CertificateInstallationRes, CertificateUpdateRes, dh_public_key__value=bytes(65)),
    ),
    mutant(
        "delivers-to-anybody",
        "hands out contracts without looking who asks",
        ("CRT-002", "CRT-003"),
        _coded(OK, CertificateInstallationRes, CertificateUpdateRes),
    ),
)

MUTANTS: tuple[Mutant, ...] = (*_OPENING, *_ORDER, *_PAYMENT)
