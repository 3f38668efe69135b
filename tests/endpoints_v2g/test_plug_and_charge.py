"""An EV pays by its contract: what it signs, what the station makes of it, and what is left when it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from harness.core.case import Role
from harness.endpoints.ev.car import DYNAMIC, SCHEDULED
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.iso2.provider import Provider
from harness.endpoints.station.station import Station
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationReq,
    AuthorizationRes,
    AuthorizationSetupRes,
    EimAsResAuthorizationMode,
    MeteringConfirmationReq,
    MeteringConfirmationRes,
    PncAsResAuthorizationMode,
    ScheduleExchangeRes,
    ServiceDiscoveryReq,
)
from harness.messages.iso20.dc import DcChargeLoopRes
from harness.messages.iso20.types import Processing, ResponseCode
from harness.messages.problems import problems
from harness.pki.build import Pki
from harness.pki.credentials import Credentials
from harness.pki.flaws import Flaw
from harness.pki.recipe import ChainKind, Profile
from harness.security.authorization import authorization_request
from harness.security.flaw import SignatureFlaw
from harness.security.message import verify_message
from harness.security.meter import reading_objections
from harness.transports.clock import VIRTUAL_EPOCH
from tests.endpoints_v2g.conftest import LABORATORY

if TYPE_CHECKING:
    from tests.endpoints_v2g.conftest import Lab, Meet

PKI = Pki.generate(VIRTUAL_EPOCH)
CONTRACTS = {profile: Pki.generate(VIRTUAL_EPOCH, profile=profile) for profile in (Profile.STRICT_20, Profile.ED448)}
BOTH = msgspec.structs.replace(LABORATORY, authorization_services=("eim", "pnc"))
ONLY = msgspec.structs.replace(LABORATORY, authorization_services=("pnc",))
EMAID = "DEHAR123456789"


def operator(pki: Pki) -> Credentials:
    """The provider's CA right above contracts."""
    recipe = pki.recipe(ChainKind.CONTRACT)
    *above, signer = recipe.issuers
    return pki.make(msgspec.structs.replace(recipe, issuers=tuple(above), leaf=signer))


def port(profile: Profile = Profile.STRICT_20, **changes: Any) -> Station:
    pki, own = CONTRACTS[profile], {"tls_profile", "meter_key"}
    known = Provider(contract_roots=pki.mo_roots, tariff_signer=operator(pki))
    provider = msgspec.structs.replace(known, **{key: value for key, value in changes.items() if key not in own})
    rest = {key: value for key, value in changes.items() if key in own}
    return Station(credentials=PKI.secc_chain(), trust=PKI.oem_roots, provider=provider, **rest)


def ev(profile: Profile = Profile.STRICT_20, wish: str = "pnc", flaw: Flaw | None = None, **terms: Any) -> Ev:
    made = Ev(credentials=PKI.vehicle_chain(), trust=PKI.v2g_roots, loops=3)
    return made.with_car(authorization=wish).having(contract=CONTRACTS[profile].contract_chain(flaw=flaw), **terms)


def granting(verdict: str = "accepted", after: float = 0.0) -> Any:
    """A lab whose station asks about contracts: somebody decides at once."""

    def prepare(lab: Lab) -> None:
        def decide(told: Any) -> None:
            if type(told).__name__ == "TokenPresented":
                lab.tokens.append(told.token)  # type: ignore[attr-defined]
                lab.plant.authorise(verdict, told.at)

        lab.tokens = []  # type: ignore[attr-defined]
        lab.plant.listen(decide)

    return prepare


def codes(lab: Lab) -> list[ResponseCode]:
    return [reply.response_code for reply in lab.said(AuthorizationRes)]


@pytest.mark.parametrize("observer", [Role.EV, Role.STATION])
@pytest.mark.parametrize("profile", list(CONTRACTS))
def test_contract_pays_for_a_whole_session(meet: Meet, profile: Profile, observer: Role) -> None:
    lab = meet(ev(profile), port=port(profile), settings=BOTH, observer=observer, prepare=granting())

    (setup,), (asked,) = lab.said(AuthorizationSetupRes), lab.said(AuthorizationReq)
    assert setup.authorization_services == (Authorization.EIM, Authorization.PNC)
    assert isinstance(setup.authorization_mode, PncAsResAuthorizationMode)
    assert len(setup.authorization_mode.gen_challenge) == 16
    assert (setup.authorization_mode.supported_providers, setup.certificate_installation_service) == (None, False)
    contract = CONTRACTS[profile].contract_chain()
    assert asked.selected_authorization_service is Authorization.PNC
    assert asked.authorization_mode.gen_challenge == setup.authorization_mode.gen_challenge
    shown = asked.authorization_mode.contract_certificate_chain
    assert (shown.certificate, *shown.sub_certificates.certificate) == contract.chain
    assert verify_message(asked, contract.chain[0]) == ()
    assert problems(setup) == problems(asked) == ()
    assert codes(lab) == [ResponseCode.OK]
    (token,) = lab.tokens  # type: ignore[attr-defined]
    assert (token.id_token, token.type, token.chain) == (EMAID, "eMAID", contract.chain)
    assert (lab.outcome.state, lab.violations(), lab.expired()) == ("finished", [], [])


def test_challenge_is_another_one_in_every_session(meet: Meet) -> None:
    lab = meet(ev(), ev(), port=port(), settings=BOTH, prepare=granting())

    challenges = [reply.authorization_mode.gen_challenge for reply in lab.said(AuthorizationSetupRes)]
    assert len(set(challenges)) == 2


def test_same_request_is_repeated_while_the_station_works_on_it(meet: Meet) -> None:
    def prepare(lab: Lab) -> None:
        def decide(told: Any) -> None:
            if type(told).__name__ == "TokenPresented":
                lab.tokens.append(told.token)  # type: ignore[attr-defined]

        lab.tokens = []  # type: ignore[attr-defined]
        lab.plant.listen(decide)

    lab = meet(ev(), port=port(), settings=BOTH, prepare=prepare)

    asked, answers = lab.said(AuthorizationReq), lab.said(AuthorizationRes)
    assert len(asked) > 50
    assert {one.evse_processing for one in answers[:-1]} == {Processing.ONGOING}
    assert len({one.header.time_stamp for one in asked}) > 20
    assert {(one.authorization_mode, one.header.signature) for one in asked} == {
        (asked[0].authorization_mode, asked[0].header.signature)
    }
    assert answers[-1].response_code is ResponseCode.WARNING_GENERAL_PNC_AUTHORIZATION_ERROR
    assert (lab.outcome.state, lab.expired()) == ("unfinished", [])
    assert len(lab.tokens) == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("flaw", SignatureFlaw)
def test_flawed_signature_ends_the_session(meet: Meet, flaw: SignatureFlaw) -> None:
    contract = CONTRACTS[Profile.STRICT_20].contract_chain()

    def spoil(_: Any, usual: AuthorizationReq) -> AuthorizationReq:
        challenge = usual.authorization_mode.gen_challenge  # type: ignore[union-attr]
        return authorization_request(usual.header, challenge, contract, flaw=flaw)

    lab = meet(ev().answering(AuthorizationReq, spoil), port=port(), settings=BOTH, prepare=granting())

    stale = flaw is SignatureFlaw.STALE_CHALLENGE
    wanted = ResponseCode.WARNING_CHALLENGE_INVALID if stale else ResponseCode.FAILED_SIGNATURE_ERROR
    assert codes(lab) == [wanted]
    assert lab.outcome.state == ("unfinished" if stale else "failed")
    assert lab.said(ServiceDiscoveryReq) == []
    lenient = meet(ev().answering(AuthorizationReq, spoil), port=port(strict=False), settings=BOTH, prepare=granting())
    assert (lenient.outcome.state == "finished") is not flaw.fatal


@pytest.mark.parametrize(
    ("flaw", "code"),
    [
        (Flaw.EXPIRED, ResponseCode.WARNING_CERTIFICATE_EXPIRED),
        (Flaw.NOT_YET_VALID, ResponseCode.WARNING_CERTIFICATE_NOT_YET_VALID),
        (Flaw.UNKNOWN_ROOT, ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR),
        (Flaw.WRONG_KEY_USAGE, ResponseCode.WARNING_CERTIFICATE_VALIDATION_ERROR),
    ],
)
@pytest.mark.parametrize("wish", ["pnc", "pnc_then_eim"])
def test_flawed_contract_is_warned_of_and_external_means_are_left(
    meet: Meet, flaw: Flaw, code: ResponseCode, wish: str
) -> None:
    lab = meet(ev(wish=wish, flaw=flaw), port=port(), settings=BOTH, prepare=granting())

    services = [one.selected_authorization_service for one in lab.said(AuthorizationReq)]
    if wish == "pnc":
        assert (codes(lab), services) == ([code], [Authorization.PNC])
        assert (lab.outcome.state, lab.outcome.why) == ("unfinished", f"not authorized: {code}")
    else:
        assert (codes(lab), services) == ([code, ResponseCode.OK], [Authorization.PNC, Authorization.EIM])
        assert lab.outcome.state == "finished"
    assert lab.violations() == []


def test_revoked_cancelled_and_unknown_contracts_are_warned_of(meet: Meet) -> None:
    leaf = CONTRACTS[Profile.STRICT_20].contract_chain().chain[0]
    general = ResponseCode.WARNING_GENERAL_PNC_AUTHORIZATION_ERROR
    for changes, code in (
        ({"revoked": frozenset({leaf})}, ResponseCode.WARNING_CERTIFICATE_REVOKED),
        ({"cancelled": ("DE-HAR-123456789",)}, general),
        ({"accounts": ("DEHAR000000000",)}, general),
    ):
        assert codes(meet(ev(), port=port(**changes), settings=BOTH, prepare=granting())) == [code]
    others = msgspec.structs.replace(BOTH, emsp_ids=("DEXYZ",))
    lab = meet(ev(), port=port(), settings=others, prepare=granting())
    assert codes(lab) == [ResponseCode.WARNING_EMSP_UNKNOWN]
    listed = lab.said(AuthorizationSetupRes)[0].authorization_mode.supported_providers
    assert listed.provider_id == ("DEXYZ",)
    assert codes(meet(ev(), port=port(), settings=BOTH, prepare=granting("rejected"))) == [general]


def test_provider_that_is_not_listed_is_not_tried_where_there_is_another_way(meet: Meet) -> None:
    others = msgspec.structs.replace(BOTH, emsp_ids=("DEXYZ",))

    lab = meet(ev(wish="pnc_then_eim"), port=port(), settings=others)

    assert [one.selected_authorization_service for one in lab.said(AuthorizationReq)] == [Authorization.EIM]


def test_contract_that_expires_soon_is_told(meet: Meet) -> None:
    pki = Pki.generate(VIRTUAL_EPOCH - 50 * 86_400)

    lab = meet(
        ev().having(contract=pki.contract_chain()),
        port=port(contract_roots=pki.mo_roots),
        settings=BOTH,
        prepare=granting(),
    )

    assert codes(lab) == [ResponseCode.OK_CERTIFICATE_EXPIRES_SOON]
    assert lab.outcome.state == "finished"


def test_external_means_are_refused_where_contracts_alone_are_taken(meet: Meet) -> None:
    def insist(_: Any, usual: AuthorizationReq) -> AuthorizationReq:
        return msgspec.structs.replace(usual, selected_authorization_service=Authorization.EIM)

    lab = meet(ev().answering(AuthorizationReq, insist), port=port(), settings=ONLY, prepare=granting())

    assert codes(lab) == [ResponseCode.WARNING_AUTHORIZATION_SELECTION_INVALID]
    without = meet(ev(wish="eim"), port=port(), settings=ONLY)
    assert without.outcome.why == "the station offers no external identification means"


def test_plug_and_charge_is_neither_offered_nor_taken_without_tls(meet: Meet) -> None:
    lab = meet(ev(wish="pnc_then_eim").having(tls=False), settings=BOTH)

    (setup,) = lab.said(AuthorizationSetupRes)
    assert setup.authorization_services == (Authorization.EIM,)
    assert isinstance(setup.authorization_mode, EimAsResAuthorizationMode)
    assert lab.outcome.state == "finished"
    block = PncAsResAuthorizationMode(gen_challenge=bytes(16))
    offering = Ev(tls=False).with_car(authorization="pnc").having(contract=PKI.contract_chain())
    bent = Station().but(AuthorizationSetupRes, authorization_services=("PnC",), authorization_mode=block)
    told = meet(offering, port=bent, settings=BOTH)
    assert told.said(AuthorizationReq) == []
    assert told.outcome.why == "the station offers Plug and Charge without TLS"


def test_offer_that_is_no_offer_is_passed_over(meet: Meet) -> None:
    good = port()
    for change in (
        {"authorization_mode": EimAsResAuthorizationMode()},
        {"authorization_services": (Authorization.EIM,)},
    ):
        bent = good.but(AuthorizationSetupRes, **change)
        lab = meet(ev(wish="pnc_then_eim"), port=bent, settings=BOTH)
        assert [one.selected_authorization_service for one in lab.said(AuthorizationReq)] == [Authorization.EIM]
        assert lab.outcome.state == "finished"


def test_readings_carry_the_signatures_of_meter_and_contract(meet: Meet) -> None:
    key = Ed25519PrivateKey.generate()
    settings = msgspec.structs.replace(BOTH, notification_plan=((0.5, "metering_confirmation"),))
    contract = CONTRACTS[Profile.STRICT_20].contract_chain()

    lab = meet(ev(loops=20), port=port(meter_key=key), settings=settings, prepare=granting())

    readings = [reply.meter_info for reply in lab.said(DcChargeLoopRes) if reply.meter_info is not None]
    assert readings
    assert {reading_objections(one, key.public_key()) for one in readings} == {()}
    (asked,) = lab.said(MeteringConfirmationReq)
    assert verify_message(asked, contract.chain[0]) == ()
    assert [one.response_code for one in lab.said(MeteringConfirmationRes)] == [ResponseCode.OK]
    unsigned = ev(loops=20).having(sign_metering=lambda request: request)
    lab = meet(unsigned, port=port(), settings=settings, prepare=granting())
    bad = ResponseCode.FAILED_METERING_SIGNATURE_NOT_VALID
    assert [one.response_code for one in lab.said(MeteringConfirmationRes)] == [bad]


@pytest.mark.parametrize("profile", list(CONTRACTS))
@pytest.mark.parametrize("mode", [SCHEDULED, DYNAMIC])
def test_provider_signs_the_prices_and_the_ev_looks_at_them(meet: Meet, mode: str, profile: Profile) -> None:
    car = {"control_mode": mode, "pricing": 1}

    lab = meet(ev(profile).with_car(**car), port=port(profile), settings=BOTH, observer=Role.EV, prepare=granting())

    signed = [one for one in lab.said(ScheduleExchangeRes) if one.header.signature is not None]
    assert signed
    assert verify_message(signed[-1], CONTRACTS[profile].contract_chain().chain[1]) == ()
    assert "signed prices are the provider's" in remarks(lab)
    other = port(profile, tariff_signer=operator(PKI))
    lab = meet(ev(profile).with_car(**car), port=other, settings=BOTH, observer=Role.EV, prepare=granting())
    assert any(one.startswith("signed prices are not the provider's: ") for one in remarks(lab))
    assert lab.outcome.state == "finished"
    by_driver = meet(ev(profile, wish="eim").with_car(**car), port=port(profile), settings=BOTH)
    assert all(one.header.signature is None for one in by_driver.said(ScheduleExchangeRes))


def remarks(lab: Lab) -> list[str]:
    return [text for entry in lab.trace if (text := getattr(entry.body, "text", None))]


def test_contract_goes_on_paying_after_a_pause(meet: Meet) -> None:
    settings = msgspec.structs.replace(BOTH, notification_plan=((0.5, "metering_confirmation"),))
    first = ev(loops=1, pause=True).with_car(control_mode=SCHEDULED)
    lab = meet(first, port=port(), settings=settings, prepare=granting())
    session = lab.outcome.session_id
    assert lab.outcome.state == "paused"

    lab = meet(
        first,
        first.having(resume=session, pause=False, loops=20),
        port=port(),
        settings=settings,
        prepare=granting(),
    )

    assert [outcome.state for outcome in lab.outcomes] == ["paused", "finished"]
    (asked,) = lab.said(MeteringConfirmationReq)
    assert len(lab.said(AuthorizationReq)) == 1
    assert verify_message(asked, CONTRACTS[Profile.STRICT_20].contract_chain().chain[0]) == ()
    assert {one.response_code for one in lab.said(MeteringConfirmationRes)} == {ResponseCode.OK}
