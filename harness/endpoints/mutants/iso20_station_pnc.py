"""Stations with one fault each in Plug and Charge and in the installation of contracts."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.behaviour import Moment, Step
from harness.endpoints.mutants.careless_secc import TakesAnyOrder
from harness.endpoints.mutants.mutant import series
from harness.endpoints.station.station import Station
from harness.messages.field import Message
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationReq,
    AuthorizationRes,
    AuthorizationSetupRes,
    CertificateInstallationRes,
    PncAsResAuthorizationMode,
)
from harness.messages.iso20.types import Processing, ResponseCode
from harness.security.flaw import SignatureFlaw

mutant = series(Station, Role.STATION, ids="station-pnc-", cases="ISO20-STN-")

_SIGNATURES = tuple(flaw for flaw in SignatureFlaw if flaw is not SignatureFlaw.STALE_CHALLENGE)
_OK = ResponseCode.OK
_FATAL_ASKING = tuple(f"CIN-006[{flaw.value}]" for flaw in _SIGNATURES if flaw.fatal)
_FATAL = tuple(f"PNC-005[{flaw.value}]" for flaw in _SIGNATURES if flaw.fatal)


def saying(code: ResponseCode, *instead_of: str) -> Any:
    """Another code in the place of those that begin like this, in answers to a request by contract."""

    def change(ask: AuthorizationReq, usual: AuthorizationRes) -> AuthorizationRes:
        if ask.selected_authorization_service is not Authorization.PNC or not usual.response_code.startswith(
            instead_of
        ):
            return usual
        if usual.evse_processing is not Processing.FINISHED:
            return usual
        return replace(usual, response_code=code)

    return lambda good: good.answering(AuthorizationRes, change)


def answering_with(code: ResponseCode, instead_of: str) -> Any:
    """Another code in the place of those that begin like this, in answers to a request for a contract."""

    def change(_: Any, usual: CertificateInstallationRes) -> CertificateInstallationRes:
        return replace(usual, response_code=code) if usual.response_code.startswith(instead_of) else usual

    return lambda good: good.answering(CertificateInstallationRes, change)


def spoilt(_: Any, usual: CertificateInstallationRes) -> CertificateInstallationRes:
    """The usual response with one bit of the encrypted key wrong, and the signature as it was."""
    data = usual.signed_installation_data
    key = data.encrypted_private_key
    wrong = replace(key, value=key.value[:-1] + bytes([key.value[-1] ^ 1]))
    return replace(usual, signed_installation_data=replace(data, encrypted_private_key=wrong))


class Challenges:
    """Other challenges than random ones; for `Station.answering`."""

    def __init__(self, step: int) -> None:
        """The first one, and how far it is to the next."""
        self._next, self._step = 1 << 64, step

    def __call__(self, heard: Any, said: AuthorizationSetupRes) -> AuthorizationSetupRes:
        """The usual response with the next challenge."""
        if not isinstance(said.authorization_mode, PncAsResAuthorizationMode):
            return said
        self._next += self._step
        return replace(
            said, authorization_mode=replace(said.authorization_mode, gen_challenge=self._next.to_bytes(16, "big"))
        )


class ShrugsItOff(TakesAnyOrder):
    """Says that a signature is wrong, and serves on."""

    def _refuse(self, ask: Message, code: ResponseCode, moment: Moment) -> tuple[Step, ...]:
        return super()._refuse(ask, code, moment)[:1]

    def answer(self, ask: Message, moment: Moment) -> tuple[Step, ...]:
        """See `Secc.answer`."""
        self._over = False
        return super().answer(ask, moment)


_CONTRACTS = (
    mutant(
        "believes-anything",
        "authorizes whoever selects Plug and Charge",
        (*_FATAL, "PNC-007", "PNC-008", "PNC-009", "PNC-012", "PNC-013", "PNC-014", "PNC-018"),
        saying(ResponseCode.OK, "WARNING", "FAILED"),
    ),
    mutant(
        "warns-of-signatures",
        "answers a wrong signature with a warning",
        ("PNC-005", "PNC-006"),
        saying(ResponseCode.WARNING_GENERAL_PNC_AUTHORIZATION_ERROR, "FAILED"),
    ),
    mutant(
        "shrugs-off",
        "says that a signature is wrong, and serves on",
        ("PNC-006",),
        lambda good: good.having(secc=ShrugsItOff),
    ),
    mutant(
        "refuses-all",
        "authorizes no contract",
        ("PNC-001", "PNC-002", "PNC-010", "PNC-011", "PNC-017", "PNC-019", "CIN-003", "CIN-013"),
        saying(ResponseCode.WARNING_GENERAL_PNC_AUTHORIZATION_ERROR, "OK"),
    ),
    mutant(
        "looks-at-no-challenge",
        "takes any challenge that is rightly signed",
        ("PNC-007", "PNC-018"),
        saying(ResponseCode.OK, ResponseCode.WARNING_CHALLENGE_INVALID),
    ),
    mutant(
        "short-challenge",
        "gives eight octets to sign",
        ("PNC-003",),
        lambda good: good.but(AuthorizationSetupRes, authorization_mode__gen_challenge=bytes(8)),
    ),
    mutant(
        "same-challenge",
        "gives the same challenge to everybody",
        ("PNC-004",),
        lambda good: good.answering(AuthorizationSetupRes, Challenges(0)),
    ),
    mutant(
        "counts-challenges",
        "takes numbers for challenges, one after the other",
        ("PNC-004",),
        lambda good: good.answering(AuthorizationSetupRes, Challenges(1)),
    ),
    mutant(
        "hides-contracts",
        "offers no Plug and Charge, though its papers say so",
        ("PNC-003", "ASU-003"),
        lambda good: good.set(authorization_services=("eim",)),
    ),
    mutant(
        "never-warns-of-the-end",
        "does not tell that a contract expires soon",
        ("PNC-010",),
        saying(ResponseCode.OK, ResponseCode.OK_CERTIFICATE_EXPIRES_SOON),
    ),
    mutant(
        "always-warns-of-the-end",
        "calls every contract one that expires soon",
        ("PNC-011",),
        saying(ResponseCode.OK_CERTIFICATE_EXPIRES_SOON, "OK"),
    ),
    mutant(
        "fails-refused-contracts",
        "ends the session where it refuses a contract",
        ("PNC-015", "PNC-016", "PNC-019"),
        saying(ResponseCode.FAILED, "WARNING"),
    ),
    mutant(
        "signs-prices-itself",
        "signs prices with its own key instead of the provider's",
        ("PNC-020",),
        lambda good: good.having(provider=replace(good.provider, tariff_signer=good.credentials)),
    ),
    mutant(
        "wants-it-once",
        "refuses a request that comes again",
        ("PNC-017",),
        lambda good: good.but(
            AuthorizationRes,
            nth=2,
            response_code=ResponseCode.WARNING_GENERAL_PNC_AUTHORIZATION_ERROR,
            evse_processing=Processing.FINISHED,
        ),
    ),
)

_INSTALLATION = (
    mutant(
        "spoils-the-seal",
        "hands out contract keys that nobody can open",
        ("CIN-002", "CIN-004"),
        lambda good: good.answering(CertificateInstallationRes, spoilt),
    ),
    mutant(
        "signs-no-contract",
        "hands out contracts without the signature of the provisioning service",
        ("CIN-002", "CIN-004"),
        lambda good: good.but(CertificateInstallationRes, header__signature=None),
    ),
    mutant(
        "installs-for-anybody",
        "says OK to whoever asks for a contract",
        (*_FATAL_ASKING, "CIN-007", "CIN-008", "CIN-009", "CIN-010", "CIN-011"),
        lambda good: good.answering(CertificateInstallationRes, lambda _, usual: replace(usual, response_code=_OK)),
    ),
    mutant(
        "warns-of-asking",
        "answers a wrong signature under a request for a contract with a warning",
        ("CIN-006",),
        answering_with(ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR, "FAILED"),
    ),
    mutant(
        "fails-the-contractless",
        "ends the session of an EV that nobody has a contract for",
        ("CIN-010", "CIN-011"),
        answering_with(ResponseCode.FAILED, "WARNING"),
    ),
    mutant(
        "cuts-the-public-key",
        "hands out half a public key",
        ("CIN-005",),
        lambda good: good.but(CertificateInstallationRes, signed_installation_data__dh_public_key=bytes(66)),
    ),
    mutant(
        "installs-for-ever",
        "works on a contract without end",
        ("CIN-012",),
        lambda good: good.set(installation_rounds=10_000),
    ),
    mutant(
        "installs-once",
        "fails an EV that asks for a contract once more",
        ("CIN-015",),
        lambda good: good.but(CertificateInstallationRes, nth=2, response_code=ResponseCode.FAILED),
    ),
    mutant(
        "wears-out-its-key",
        "agrees on secrets with one and the same key",
        ("CIN-014",),
        lambda good: good.but(CertificateInstallationRes, signed_installation_data__dh_public_key=b"\4" + bytes(132)),
    ),
)

MUTANTS = (*_CONTRACTS, *_INSTALLATION)
