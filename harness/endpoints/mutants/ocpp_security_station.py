"""Stations with one fault each in which backends they use over OCPP, and in what they tell of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.mutants.mutant import Mutant
from harness.endpoints.mutants.ocpp_security_tolerance import lax_about
from harness.endpoints.mutants.tls import strangers
from harness.endpoints.ocpp_flaws import ocpp_flaws
from harness.endpoints.ocpp_security import OCPP_TLS
from harness.endpoints.station.ocpp.half import BackendHalf
from harness.endpoints.station.ocpp.network import NetworkProfiles
from harness.endpoints.station.ocpp.security import SecurityTeller
from harness.endpoints.station.station import Station
from harness.messages.ocpp import OcppMessage, SecurityEventNotification, SetVariables
from harness.messages.ocpp_time import parse_timestamp, timestamp
from harness.pki.flaws import Flaw
from harness.pki.recipe import ChainKind, Profile
from harness.transports.tls.adversary import Adversary, HandshakeMessage
from harness.transports.tls.profile import TlsVersion
from harness.transports.tls.report import HandshakeReport

_CBC = ("ECDHE-ECDSA-AES128-SHA256", "AES128-SHA256", "ECDHE-ECDSA-AES128-SHA", "AES128-SHA")
_NULL = ("ECDHE-ECDSA-NULL-SHA", "NULL-SHA256")
_OUTDATED = replace(OCPP_TLS, lowest=TlsVersion.TLS11, suites12=(*OCPP_TLS.suites12, *_CBC))
_LAX_SUITES = replace(OCPP_TLS, suites12=(*OCPP_TLS.suites12, *_CBC, *_NULL))
_NEITHER_PAIR = replace(OCPP_TLS, highest=TlsVersion.TLS12, suites12=("ECDHE-RSA-AES128-GCM-SHA256",))
_FAMILIES = {"dates": "010", "issuers": "011", "authority": "012", "uses": "013", "keys": "014", "form": "019"}
_CHAINS = (*_FAMILIES.values(), "015", "017")
_LATE = 60.0
_WRONG = "not-the-right-password"


class TellsEachTime(SecurityTeller):
    """Takes each bad backend for news."""

    def refused(self, report: HandshakeReport, at: float) -> None:
        """Tell, whatever was told before."""
        self._told.clear()
        super().refused(report, at)


class TalkativeHalf(BackendHalf):
    """Says the same thing again and again."""

    def __init__(self, *parts: Any, **terms: Any) -> None:
        super().__init__(*parts, **terms)
        self.security = TellsEachTime(say=self._say, stamp=self._stamp)


class AnyProfile(NetworkProfiles):
    """Takes whatever profile and priority it is given, a lower one as well."""

    def store(self, slot: int, data: dict[str, Any]) -> bool:
        """Take it."""
        self._order, kept = (), self._order
        stored = super().store(slot, data)
        self._order = kept
        return stored

    def order(self, text: str) -> None:
        """Take it, whether or not there is such a slot."""


class DeafProfiles(NetworkProfiles):
    """Takes a new profile, and goes on with the old one; takes a password, and forgets it."""

    def restart(self) -> None:
        """Stay."""
        self._order = self._order or self.priority

    def set_password(self, text: str) -> None:
        """Take no notice, whatever it is."""
        self.on_password()


def _half_with(network: type[NetworkProfiles]) -> Callable[..., BackendHalf]:
    class Half(BackendHalf):
        """A backend half with other network profiles."""

        profiles_of_network = network

    return Half


def _station(name: str, title: str, caught_by: tuple[str, ...], **security: Any) -> Mutant:
    return _made(name, title, caught_by, partial(_with, security))


def _made(name: str, title: str, caught_by: tuple[str, ...], make: Callable[[Station], Station]) -> Mutant:
    caught = tuple(f"TLS-CST-{case}" for case in caught_by)
    return Mutant(id=f"ocpp-tls-station-{name}", role=Role.STATION, title=title, caught_by=caught, make=make)


def _with(security: dict[str, Any], good: Station) -> Station:
    """The good station with these terms; what takes time is only made now."""
    return good.secured(**{key: value() if isinstance(value, partial) else value for key, value in security.items()})


def _own(*, serial: str = "EMU-0001", flaw: Flaw | None = None) -> Any:
    return strangers(Profile.STRICT_20).chain(ChainKind.STATION, name=serial, flaw=flaw)


def _renamed(wrong: str, *kinds: str) -> Callable[[Station], Station]:
    """A station that calls such events otherwise."""

    def change(_heard: Any, usual: OcppMessage) -> dict[str, Any]:
        return {**usual.payload, "type": wrong} if usual.payload["type"] in kinds else usual.payload

    return lambda good: good.answering(SecurityEventNotification, change)


def _lets_itself_be_lowered(heard: Any, usual: OcppMessage) -> dict[str, Any]:
    results = [{**one, "attributeStatus": "Accepted"} for one in usual.payload["setVariableResult"]]
    asked = {one["variable"]["name"] for one in heard.payload["setVariableData"]}
    return {"setVariableResult": results} if "SecurityProfile" in asked else usual.payload


def _late(_heard: Any, usual: OcppMessage) -> dict[str, Any]:
    moment = parse_timestamp(usual.payload["timestamp"]) + _LATE
    return {**usual.payload, "timestamp": timestamp(moment)}


_LAX = tuple(
    lax_about(Role.STATION, flaw, f"TLS-CST-{case}[{flaw.value}]")
    for name, case in _FAMILIES.items()
    for flaw in ocpp_flaws(name)
)

MUTANTS: tuple[Mutant, ...] = (
    _station(
        "takes-any-chain",
        "The station takes whatever certificate a backend has",
        (*_CHAINS, "016", "018", "020", "021", "022"),
        check="accept",
    ),
    _station("trusts-nobody", "The station refuses every backend", ("001", "002", "004"), roots=()),
    _station("ignores-hosts", "The station does not care whose certificate it is", ("016",), host=""),
    _station("shows-nothing", "The station has no certificate to show", ("001",), shows_certificate=False),
    _station("wrong-password", "The station has a wrong password", ("002", "003"), password=_WRONG),
    _station("knows-neither-pair", "The station has neither pair of suites", ("004", "005"), tls_profile=_NEITHER_PAIR),
    _station("outdated", "The station speaks TLS 1.1 as well", ("005", "023", "030"), tls_profile=_OUTDATED),
    _station(
        "weak-suites",
        "The station takes suites that OCPP does not list",
        ("005", "024", "031"),
        tls_profile=_LAX_SUITES,
    ),
    _station(
        "another-serial",
        "The station's certificate names another one",
        ("006",),
        credentials=partial(_own, serial="EMU-0002"),
    ),
    _station(
        "weak-chain",
        "The station's certificate comes from a CA with a weak key",
        ("006",),
        credentials=partial(_own, flaw=Flaw.WRONG_CURVE),
    ),
    _station("falls-back", "The station goes without TLS where TLS fails", ("032",), falls_back=True),
    _station(
        "gives-up",
        "The station never comes back to a backend that it had to leave",
        ("010", "011", "016", "017", "030", "031", "032", "040", "041", "042", "043", "060"),
        comes_back=False,
    ),
    _station(
        "stalls",
        "The station never comes to the end of a handshake",
        ("061",),
        adversary=Adversary(silent_at=HandshakeMessage.FINISHED, sulks=True),
    ),
    _made(
        "tells-nothing",
        "The station tells no security event",
        ("020", "021", "022", "023", "024", "025", "026", "027"),
        lambda good: good.silent_on(SecurityEventNotification),
    ),
    _made(
        "tells-each-time", "The station tells of each attempt", ("021",), lambda good: good.having(half=TalkativeHalf)
    ),
    _made(
        "tells-late",
        "The station tells the time at which it tells",
        ("022",),
        lambda good: good.answering(SecurityEventNotification, _late),
    ),
    _made(
        "tells-by-other-names",
        "The station has names of its own for what is wrong with TLS",
        ("020", "023", "024"),
        _renamed("TlsFailure", "InvalidCsmsCertificate", "InvalidTLSVersion", "InvalidTLSCipherSuite"),
    ),
    _made(
        "never-started",
        "The station does not tell that it started or was reset",
        ("025", "026"),
        _renamed("Started", "StartupOfTheDevice", "ResetOrReboot"),
    ),
    _made(
        "sets-clock-silently",
        "The station does not tell that its clock was set",
        ("027",),
        _renamed("Clock", "SettingSystemTime"),
    ),
    _made(
        "tells-once",
        "The station does not tell again what nobody answered",
        ("028",),
        lambda good: good.set(message_attempts=1),
    ),
    _made(
        "any-profile",
        "The station takes any network profile and priority",
        ("050", "055"),
        lambda good: good.having(half=_half_with(AnyProfile)),
    ),
    _made(
        "deaf-to-profiles",
        "The station takes new profiles and passwords, and goes on with the old ones",
        ("052", "053", "054"),
        lambda good: good.having(half=_half_with(DeafProfiles)),
    ),
    _made(
        "lets-itself-be-lowered",
        "The station takes another security profile for a variable like any other",
        ("051",),
        lambda good: good.answering(SetVariables.response, _lets_itself_be_lowered),
    ),
    *_LAX,
)
