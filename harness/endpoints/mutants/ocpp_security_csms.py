"""Backends with one fault each in whom they let in over OCPP, and how."""

from __future__ import annotations

from functools import partial
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.csms.csms import Csms
from harness.endpoints.mutants.mutant import Mutant
from harness.endpoints.mutants.ocpp_security_tolerance import lax_about
from harness.endpoints.mutants.tls import strangers
from harness.endpoints.ocpp_flaws import ocpp_flaws
from harness.endpoints.ocpp_security import ECDSA_SUITES, OCPP_TLS, RSA_SUITES
from harness.messages.ocpp import OcppMessage, SecurityEventNotification
from harness.pki.flaws import Flaw
from harness.pki.recipe import ChainKind, Profile
from harness.pki.variants import ChainVariant
from harness.transports.tls.profile import TlsVersion

HOST = "csms.v2x-harness.invalid"
_CBC = ("ECDHE-ECDSA-AES128-SHA256", "AES128-SHA256", "ECDHE-ECDSA-AES128-SHA", "AES128-SHA")
_NULL = ("ECDHE-ECDSA-NULL-SHA", "NULL-SHA256")
_LAX_SUITES = replace(OCPP_TLS, suites12=(*_CBC, *_NULL, *OCPP_TLS.suites12))
_OUTDATED = replace(OCPP_TLS, lowest=TlsVersion.TLS11, suites12=(*OCPP_TLS.suites12, *_CBC))
_FAMILIES = {"dates": "010", "issuers": "011", "authority": "012", "uses": "013", "keys": "014", "form": "016"}
_CHAINS = (*_FAMILIES.values(), "015")


def _csms(name: str, title: str, caught_by: tuple[str, ...], **security: Any) -> Mutant:
    return _made(name, title, caught_by, partial(_with, security))


def _made(name: str, title: str, caught_by: tuple[str, ...], make: Any) -> Mutant:
    caught = tuple(f"TLS-CSMS-{case}" for case in caught_by)
    return Mutant(id=f"ocpp-tls-csms-{name}", role=Role.CSMS, title=title, caught_by=caught, make=make)


def _with(security: dict[str, Any], good: Csms) -> Csms:
    """The good backend with these terms; what takes time is only made now."""
    return good.secured(**{key: value() if isinstance(value, partial) else value for key, value in security.items()})


def _own(*, flaw: Flaw | None = None, host: str = HOST) -> Any:
    """Chains for both kinds of key, flawed in one way."""
    pki = strangers(Profile.STRICT_20)
    rsa = pki.chain(ChainKind.CSMS, name=host, flaw=flaw, variant=ChainVariant.RSA)
    return (pki.chain(ChainKind.CSMS, name=host, flaw=flaw), rsa)


def _refuses_what_it_never_heard_of(heard: OcppMessage, usual: OcppMessage) -> OcppMessage:
    known = heard.payload["type"] in {"StartupOfTheDevice", "TamperDetectionActivated", "InvalidFirmwareSignature"}
    return usual if known else heard.refused("PropertyConstraintViolation", "no such security event")


_LAX = tuple(
    lax_about(Role.CSMS, flaw, f"TLS-CSMS-{case}[{flaw.value}]")
    for name, case in _FAMILIES.items()
    for flaw in ocpp_flaws(name)
    if flaw is not Flaw.NO_COMMON_NAME
)

MUTANTS: tuple[Mutant, ...] = (
    _csms(
        "takes-any-chain",
        "The backend takes every certificate of a station, and none",
        (*_CHAINS, "020", "021", "022", "023", "053"),
        check="accept",
        owner="",
        checks_serial=False,
        checks_boot=False,
    ),
    _csms("trusts-nobody", "The backend refuses every certificate of a station", ("001", "004"), roots=()),
    _csms(
        "asks-no-certificate",
        "The backend asks no station for its certificate",
        ("001", *_CHAINS, "020", "021", "022", "023", "053"),
        asks_certificate=False,
    ),
    _csms(
        "ignores-serials",
        "The backend lets every station of its operator in under any name",
        ("020[another_serial]", "020[longer_serial]"),
        checks_serial=False,
        checks_boot=False,
    ),
    _csms(
        "ignores-owners",
        "The backend takes stations of whatever operator",
        ("020[another_owner]", "020[owner_in_capitals]"),
        owner="",
    ),
    _csms(
        "ignores-boots", "The backend does not care which serial number is told at boot", ("024",), checks_boot=False
    ),
    _csms("refuses-all", "The backend refuses every upgrade", ("001", "002", "003", "004", "005"), status=403),
    _csms("any-password", "The backend takes any password, and none", ("030", "031"), checks_password=False),
    _csms(
        "any-user",
        "The backend takes the password whoever shows it",
        ("030[another_user]", "031[another_user]"),
        checks_user=False,
    ),
    _csms("forbids", "The backend answers wrong credentials with 403", ("030", "031"), refuses_with=403),
    _csms(
        "knows-ecdsa-alone",
        "The backend has no certificate on an RSA key",
        tuple(f"005[{suite}]" for suite in RSA_SUITES),
        tls_profile=replace(OCPP_TLS, suites12=ECDSA_SUITES),
    ),
    _csms(
        "knows-rsa-alone",
        "The backend has no suite for a key on a curve",
        tuple(f"005[{suite}]" for suite in ECDSA_SUITES),
        tls_profile=replace(OCPP_TLS, suites12=RSA_SUITES),
    ),
    _csms(
        "weak-chain",
        "The backend's certificate comes from a CA with a weak key",
        ("006",),
        chains=partial(_own, flaw=Flaw.WRONG_CURVE),
    ),
    _csms(
        "another-host",
        "The backend shows the certificate of another host",
        ("006",),
        chains=partial(_own, host="other.v2x-harness.invalid"),
    ),
    _csms("outdated", "The backend speaks TLS 1.1", ("040",), tls_profile=_OUTDATED),
    _csms(
        "weak-suites",
        "The backend knows suites that OCPP does not list, and likes them",
        ("041", "042"),
        tls_profile=_LAX_SUITES,
    ),
    _csms(
        "dies-of-refusal",
        "The backend serves nobody once it has refused somebody",
        ("010", "011", "020", "021", "022", "030", "031", "040", "041", "043", "017", "050", "052", "053", "054"),
        survives_refusal=False,
    ),
    _csms("says-nothing", "The backend says nothing to whoever connects", ("018",), silent=True),
    _csms("takes-plain", "The backend serves stations without TLS on the port with TLS", ("051",), takes_plain=True),
    _made(
        "events-unanswered",
        "The backend does not answer security events",
        ("060", "061"),
        lambda good: good.silent_on(SecurityEventNotification.response),
    ),
    _made(
        "events-by-the-book",
        "The backend refuses security events that it has never heard of",
        ("060[MemoryExhaustion]", "060[OwnEvent]", "061"),
        lambda good: good.answering(SecurityEventNotification.response, _refuses_what_it_never_heard_of),
    ),
    *_LAX,
)
