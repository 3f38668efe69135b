"""Plug and Charge in ISO 15118-2: contracts shown, installed and updated, tariffs signed, receipts given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.core.case import Role
from harness.endpoints.station.iso2.terms import ScheduleTerms
from harness.messages.field import Message
from harness.messages.iso2.certificates import (
    CertificateInstallationReq,
    CertificateInstallationRes,
    CertificateUpdateReq,
    CertificateUpdateRes,
)
from harness.messages.iso2.charging import ChargeParameterDiscoveryRes, MeteringReceiptReq, MeteringReceiptRes
from harness.messages.iso2.codes import PaymentOption
from harness.messages.iso2.payment import (
    AuthorizationReq,
    AuthorizationRes,
    PaymentDetailsReq,
    PaymentDetailsRes,
    PaymentServiceSelectionReq,
)
from harness.messages.iso2.service import ServiceDiscoveryRes
from harness.messages.problems import problems
from harness.pki.build import Pki
from harness.pki.flaws import Flaw
from harness.pki.recipe import DAY, ChainKind
from harness.security.authorization import common_name
from harness.security.signature import sign
from harness.trace.entry import Link, Seen
from harness.transports.clock import VIRTUAL_EPOCH
from tests.endpoints_iso2.conftest import AC, BOTH, CITY, DC, having, small

if TYPE_CHECKING:
    from tests.endpoints_iso2.conftest import Meet2, OldLab, Papers

ASKS: dict[str, type[Message]] = {"installation": CertificateInstallationReq, "update": CertificateUpdateReq}
REPLIES: dict[str, type[Message]] = {"installation": CertificateInstallationRes, "update": CertificateUpdateRes}
PNC = having(CITY, payments=BOTH, certificate_service=True)


def meet(meet2: Meet2, papers: Papers, ev: Any, settings: Any = PNC, **changes: Any) -> OldLab:
    port = papers.port(provider=papers.provider(**changes))
    return meet2(ev, settings=settings, port=port)


@pytest.mark.parametrize("observer", [Role.STATION, Role.EV])
@pytest.mark.parametrize("service", [AC, DC])
def test_contract_pays(meet2: Meet2, papers: Papers, service: int, observer: Role) -> None:
    ev = papers.ev(service, contract=papers.contract)
    lab = meet2(ev, settings=PNC, port=papers.port(), observer=observer)

    assert (lab.outcome.state, lab.violations(), lab.expired(), lab.refusals()) == ("finished", [], [], [])
    assert lab.asked()[3:6] == ["PaymentServiceSelection", "PaymentDetails", "Authorization"]
    assert lab.bodies(PaymentServiceSelectionReq)[0].selected_payment_option is PaymentOption.CONTRACT
    shown = lab.bodies(PaymentDetailsReq)[0]
    assert shown.emaid == common_name(papers.contract.chain[0])
    challenge = lab.bodies(PaymentDetailsRes)[0].gen_challenge
    first = lab.trace.first(AuthorizationReq)
    assert (len(challenge), first.message.gen_challenge) == (16, challenge)
    assert first.header.signature is not None
    said = [e for e in lab.trace if e.link is Link.V2G and isinstance(e.body, Seen)]
    assert [found for e in said if (found := problems(e.envelope))] == []


def test_account_is_what_the_backend_hears(meet2: Meet2, papers: Papers) -> None:
    lab = meet(meet2, papers, papers.ev(contract=papers.contract))

    tokens = [h.token for h in lab.heard if type(h).__name__ == "TokenPresented"]
    assert [(token.type, token.id_token) for token in tokens] == [("eMAID", common_name(papers.contract.chain[0]))]
    assert "AuthorisationWanted" not in lab.happenings()


def test_rejected_account_ends_the_session(meet2: Meet2, papers: Papers) -> None:
    lab = meet2(papers.ev(contract=papers.contract), settings=PNC, port=papers.port(), authorised="rejected")

    assert lab.refusals() == [("AuthorizationRes", "FAILED")]
    assert lab.outcome.state == "failed"


def test_waiting_for_the_backend_takes_no_second_signature(meet2: Meet2, papers: Papers) -> None:
    lab = meet2(papers.ev(contract=papers.contract), settings=PNC, port=papers.port(), authorised="pending")

    asks = lab.trace.all(AuthorizationReq)
    assert len(asks) > 50
    assert [entry.message.gen_challenge is None for entry in asks[:3]] == [False, True, True]
    assert [entry.header.signature is None for entry in asks[:3]] == [False, True, True]
    assert asks[-1].at - asks[0].at == pytest.approx(55.0)
    assert lab.refusals() == [("AuthorizationRes", "FAILED")]


def test_no_contract_without_tls(meet2: Meet2, papers: Papers) -> None:
    ev = small()
    ev = ev.having(iso2=msgspec.structs.replace(ev.iso2, contract=papers.contract))
    lab = meet2(ev, settings=PNC)

    offered = lab.bodies(ServiceDiscoveryRes)[0]
    assert offered.payment_option_list.payment_option == (PaymentOption.EXTERNAL_PAYMENT,)
    assert offered.service_list is None
    assert (lab.outcome.state, lab.bodies(PaymentDetailsReq)) == ("finished", [])


@pytest.mark.parametrize("get", ["installation", "update"])
def test_contract_comes_over_the_cable(meet2: Meet2, papers: Papers, get: str) -> None:
    fresh = papers.pki.contract_chain("DEHARCFRESH0019")
    old = None if get == "installation" else papers.contract
    ev = papers.ev(contract=old, provisioning=papers.provisioning, get=get)
    lab = meet(meet2, papers, ev, contract=fresh)

    assert (lab.outcome.state, lab.violations(), lab.refusals()) == ("finished", [], [])
    ask, reply = ASKS[get], REPLIES[get]
    assert (len(lab.bodies(ask)), len(lab.bodies(reply))) == (1, 1)
    assert lab.bodies(PaymentDetailsReq)[0].emaid == "DEHARCFRESH0019"
    delivered = lab.bodies(reply)[0]
    assert len(delivered.contract_signature_encrypted_private_key.value) == 48
    number = fresh.key.reveal().private_numbers().private_value.to_bytes(32, "big")  # type: ignore[union-attr]
    assert not any(isinstance(e.body, Seen) and number in e.body.data for e in lab.trace)
    said = [e for e in lab.trace if e.link is Link.V2G and isinstance(e.body, Seen)]
    assert [found for e in said if (found := problems(e.envelope))] == []


@pytest.mark.parametrize("get", ["installation", "update"])
def test_nothing_to_hand_out(meet2: Meet2, papers: Papers, get: str) -> None:
    ev = papers.ev(contract=papers.contract, provisioning=papers.provisioning, get=get)
    lab = meet(meet2, papers, ev, contract=None)

    reply = REPLIES[get]
    assert lab.refusals() == [(reply.name, "FAILED_NoCertificateAvailable")]
    assert problems(lab.trace.one(reply).envelope) == ()


@pytest.mark.parametrize(
    ("get", "ask", "name"),
    [
        ("installation", CertificateInstallationReq, "CertificateInstallationRes"),
        ("update", CertificateUpdateReq, "CertificateUpdateRes"),
    ],
)
@pytest.mark.parametrize("signature", [None, "another"])
def test_certificate_requests_must_be_signed(
    meet2: Meet2, papers: Papers, get: str, ask: Any, name: str, signature: str | None
) -> None:
    another = sign((AuthorizationReq(id="id1"),), papers.service.key.reveal(), schema="iso2")
    wrong = None if signature is None else another
    ev = papers.ev(contract=papers.contract, provisioning=papers.provisioning, get=get)
    lab = meet(meet2, papers, ev.but(ask, header__signature=wrong))

    assert lab.refusals() == [(name, "FAILED_SignatureError")]


@pytest.mark.parametrize("get", ["installation", "update"])
def test_certificate_requests_of_strangers_are_refused(meet2: Meet2, papers: Papers, get: str) -> None:
    ev = papers.ev(contract=papers.contract, provisioning=papers.provisioning, get=get)
    lab = meet(meet2, papers, ev, contract_roots=(), provisioning_roots=())

    assert [code for _, code in lab.refusals()] == ["FAILED_CertChainError"]


@pytest.mark.parametrize("get", ["installation", "update"])
def test_ev_takes_no_contract_that_nobody_signed(meet2: Meet2, papers: Papers, get: str) -> None:
    reply = REPLIES[get]
    ev = papers.ev(contract=papers.contract, provisioning=papers.provisioning, get=get)
    port = papers.port().but(reply, header__signature=None)
    lab = meet2(ev, settings=PNC, port=port)

    assert lab.outcome.state == "failed"
    assert "not signed by the provisioning service" in lab.outcome.why
    assert lab.names()[-1] == reply.name


def test_ev_takes_no_contract_of_an_unknown_service(meet2: Meet2, papers: Papers) -> None:
    ev = papers.ev(provisioning=papers.provisioning, get="installation")
    ev = ev.having(iso2=msgspec.structs.replace(ev.iso2, roots=papers.pki.mo_roots))
    lab = meet(meet2, papers, ev)

    assert "not trusted" in lab.outcome.why


def test_ev_takes_no_key_that_does_not_fit(meet2: Meet2, papers: Papers) -> None:
    def spoilt(_heard: Any, said: CertificateInstallationRes) -> Any:
        other = msgspec.structs.replace(said.contract_signature_encrypted_private_key, value=bytes(48))
        return msgspec.structs.replace(said, contract_signature_encrypted_private_key=other)

    ev = papers.ev(provisioning=papers.provisioning, get="installation")
    lab = meet2(ev, settings=PNC, port=papers.port().answering(CertificateInstallationRes, spoilt))

    assert lab.outcome.state == "failed"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"contract_roots": ()}, "FAILED_CertChainError"),
        ({"accounts": ("DEXYZC00000001",)}, "FAILED_CertificateNotAllowedAtThisEVSE"),
        ({"revoked": True}, "FAILED_CertificateRevoked"),
        ({"cancelled": True}, "FAILED_ContractCanceled"),
    ],
)
def test_contract_that_is_of_no_use(meet2: Meet2, papers: Papers, changes: dict[str, Any], code: str) -> None:
    if "revoked" in changes:
        changes = {"revoked": frozenset({papers.contract.chain[0]})}
    if "cancelled" in changes:
        changes = {"cancelled": (common_name(papers.contract.chain[0]),)}
    lab = meet(meet2, papers, papers.ev(contract=papers.contract), **changes)

    assert lab.refusals() == [("PaymentDetailsRes", code)]
    assert problems(lab.trace.one(PaymentDetailsRes).envelope) == ()
    assert lab.outcome.state == "failed"


def test_expired_contract(meet2: Meet2, papers: Papers) -> None:
    expired = papers.pki.contract_chain(flaw=Flaw.EXPIRED)
    lab = meet(meet2, papers, papers.ev(contract=expired))

    assert lab.refusals() == [("PaymentDetailsRes", "FAILED_CertificateExpired")]


def test_account_must_be_the_one_of_the_certificate(meet2: Meet2, papers: Papers) -> None:
    ev = papers.ev(contract=papers.contract).but(PaymentDetailsReq, emaid="DEXYZC000000017")
    lab = meet(meet2, papers, ev)

    assert lab.refusals() == [("PaymentDetailsRes", "FAILED_CertChainError")]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"gen_challenge": bytes(16)}, "FAILED_ChallengeInvalid"),
        ({"gen_challenge": None}, "FAILED_ChallengeInvalid"),
        ({"header__signature": None}, "FAILED_SignatureError"),
        ({"id": "id2"}, "FAILED_SignatureError"),
    ],
    ids=["another challenge", "no challenge", "no signature", "another id than was signed"],
)
def test_challenge_must_come_back_signed(meet2: Meet2, papers: Papers, fields: dict[str, Any], code: str) -> None:
    lab = meet(meet2, papers, papers.ev(contract=papers.contract).but(AuthorizationReq, nth=1, **fields))

    assert lab.refusals() == [("AuthorizationRes", code)]


def test_contract_was_not_offered(meet2: Meet2, papers: Papers) -> None:
    ev = small().but(PaymentServiceSelectionReq, selected_payment_option=PaymentOption.CONTRACT)
    lab = meet2(ev)

    assert lab.refusals() == [("PaymentServiceSelectionRes", "FAILED_PaymentSelectionInvalid")]


@pytest.mark.parametrize("service", [AC, DC])
def test_every_other_reading_is_signed(meet2: Meet2, papers: Papers, service: int) -> None:
    ev = papers.ev(service, contract=papers.contract).having(loops=6)
    lab = meet(meet2, papers, ev, settings=having(PNC, receipt_every=2))

    assert (lab.outcome.state, lab.violations(), lab.refusals()) == ("finished", [], [])
    receipts = lab.trace.all(MeteringReceiptReq)
    assert len(receipts) == len(lab.bodies(MeteringReceiptRes)) == 3
    for receipt in receipts:
        asked_for = lab.trace.until(receipt).entries[-1].message
        assert asked_for.receipt_required
        assert receipt.message.meter_info == asked_for.meter_info
        assert receipt.message.session_id == receipt.header.session_id
        assert receipt.header.signature is not None


def test_no_receipts_without_a_contract(meet2: Meet2) -> None:
    lab = meet2(small(), settings=having(CITY, receipt_every=1))

    assert lab.bodies(MeteringReceiptReq) == []
    assert lab.outcome.state == "finished"


@pytest.mark.parametrize(
    "fields",
    [{"meter_info__meter_reading": 999_999}, {"header__signature": None}, {"session_id": b"stranger"}],
    ids=["another reading", "no signature", "another session"],
)
def test_receipts_are_checked(meet2: Meet2, papers: Papers, fields: dict[str, Any]) -> None:
    ev = papers.ev(contract=papers.contract).but(MeteringReceiptReq, **fields)
    lab = meet(meet2, papers, ev, settings=having(PNC, receipt_every=1))

    assert lab.refusals() == [("MeteringReceiptRes", "FAILED_MeteringSignatureNotValid")]


def test_tariffs_are_signed_by_the_operator(meet2: Meet2, papers: Papers) -> None:
    priced = ScheduleTerms(prices=((0, 2), (1800, 1)))
    ev = papers.ev(contract=papers.contract)
    lab = meet(meet2, papers, ev, settings=having(PNC, schedules=(priced, priced)))

    offer = lab.trace.last(ChargeParameterDiscoveryRes)
    assert offer.header.signature is not None
    assert len(offer.header.signature.signed_info.reference) == 2
    tariff = offer.message.sa_schedules.sa_schedule_tuple[0].sales_tariff
    assert [entry.e_price_level for entry in tariff.sales_tariff_entry] == [2, 1]
    assert (lab.outcome.state, problems(offer.envelope)) == ("finished", ())


def test_unsigned_tariffs_are_noticed_and_borne(meet2: Meet2, papers: Papers) -> None:
    settings = having(PNC, schedules=(ScheduleTerms(prices=((0, 1),)),))
    lab = meet(meet2, papers, papers.ev(contract=papers.contract), settings=settings, tariff_signer=None)

    assert lab.trace.last(ChargeParameterDiscoveryRes).header.signature is None
    assert lab.outcome.state == "finished"


def test_nobody_sends_an_unsigned_authorization_in_vain(meet2: Meet2, papers: Papers) -> None:
    lab = meet(meet2, papers, papers.ev(contract=papers.contract))

    assert {reply.response_code for reply in lab.bodies(AuthorizationRes)} == {"OK"}


@pytest.mark.parametrize(("days", "code"), [(20, "OK_CertificateExpiresSoon"), (22, "OK")])
def test_contract_that_runs_out_soon(meet2: Meet2, papers: Papers, days: int, code: str) -> None:
    recipe = papers.pki.recipe(ChainKind.CONTRACT)
    leaf = msgspec.structs.replace(recipe.leaf, valid_until=days * DAY)
    contract = papers.pki.make(msgspec.structs.replace(recipe, leaf=leaf))
    lab = meet(meet2, papers, papers.ev(contract=contract))

    assert lab.bodies(PaymentDetailsRes)[0].response_code == code
    assert (lab.outcome.state, lab.violations()) == ("finished", [])


def test_no_successor_for_a_cancelled_contract(meet2: Meet2, papers: Papers) -> None:
    ev = papers.ev(contract=papers.contract, get="update")
    lab = meet(meet2, papers, ev, cancelled=(common_name(papers.contract.chain[0]),))

    assert lab.refusals() == [("CertificateUpdateRes", "FAILED_ContractCanceled")]


def test_station_may_ask_to_be_asked_again(meet2: Meet2, papers: Papers) -> None:
    ev = papers.ev(contract=papers.contract, get="update")
    lab = meet(meet2, papers, ev, settings=having(PNC, renew_after=3))

    assert lab.bodies(CertificateUpdateRes)[0].retry_counter == 3
    assert lab.outcome.state == "finished"


def test_papers_of_the_newer_protocol_serve_where_their_curve_does(meet2: Meet2, papers: Papers) -> None:
    newer = Pki.generate(VIRTUAL_EPOCH)
    for contract, paid in ((papers.contract, "Contract"), (newer.contract_chain(), "ExternalPayment")):
        lab = meet(meet2, papers, papers.ev().having(contract=contract))

        assert lab.bodies(PaymentServiceSelectionReq)[0].selected_payment_option == paid
        assert lab.outcome.state == "finished"
