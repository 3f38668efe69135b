"""EVs with one fault each in Plug and Charge and in the installation of contracts."""

from __future__ import annotations

from typing import Any

from harness.core.case import Role
from harness.endpoints.ev.ev import Ev
from harness.endpoints.mutants.careless_papers import (
    BelievesAnyService,
    DiesSoon,
    GoesOnWhenWarned,
    GoesOnWithoutContract,
    KeepsItsOldContract,
    bloated,
    signing_anew,
)
from harness.endpoints.mutants.mutant import series
from harness.messages.iso20.common import Authorization, AuthorizationReq, CertificateInstallationReq
from harness.security.authorization import authorization_request
from harness.security.flaw import SignatureFlaw

mutant = series(Ev, Role.EV, ids="ev-pnc-", cases="ISO20-EV-")


def signing(flaw: SignatureFlaw) -> Any:
    """An EV that makes one mistake whenever it signs for its contract."""
    return lambda good: good.answering(AuthorizationReq, signing_anew(lambda: good.contract, flaw=flaw))


def insisting(good: Ev) -> Ev:
    """An EV that pays by its contract whatever is offered."""

    def change(_: Any, usual: AuthorizationReq) -> AuthorizationReq:
        by_contract = usual.selected_authorization_service is Authorization.PNC
        if by_contract or good.contract is None:
            return usual
        return authorization_request(usual.header, bytes(16), good.contract)

    return good.answering(AuthorizationReq, change)


_CONTRACTS = (
    mutant(
        "signs-wrongly",
        "makes signatures that are wrong by one bit",
        ("PNC-001", "PNC-004"),
        signing(SignatureFlaw.WRONG_VALUE),
    ),
    mutant(
        "signs-der",
        "writes its signatures as DER",
        ("PNC-001",),
        signing(SignatureFlaw.DER_VALUE),
    ),
    mutant(
        "signs-its-own-challenge",
        "signs another challenge than it was given",
        ("PNC-002", "PNC-009"),
        signing(SignatureFlaw.STALE_CHALLENGE),
    ),
    mutant(
        "shows-too-much",
        "shows a certificate above its contract with a byte behind its end",
        ("PNC-003",),
        lambda good: good.answering(AuthorizationReq, bloated),
    ),
    mutant(
        "signs-anew-while-waiting",
        "asks another question while the station works on the first",
        ("PNC-004",),
        lambda good: good.answering(AuthorizationReq, signing_anew(lambda: good.contract, id_="id2"), nth=2),
    ),
    mutant(
        "insists",
        "pays by its contract whatever is offered",
        ("PNC-005", "PNC-006"),
        insisting,
    ),
    mutant(
        "goes-on-when-warned",
        "takes a warning about its contract for an authorization",
        ("PNC-007",),
        lambda good: good.having(evcc=GoesOnWhenWarned),
    ),
    mutant(
        "dies-soon",
        "breaks off when its contract expires soon",
        ("PNC-008",),
        lambda good: good.having(evcc=DiesSoon),
    ),
    mutant(
        "confirms-unsigned",
        "confirms meter readings without a signature",
        ("PNC-010",),
        lambda good: good.having(sign_metering=lambda request: request),
    ),
)

_INSTALLATION = (
    mutant(
        "asks-unsigned",
        "asks for a contract without a signature",
        ("CIN-001",),
        lambda good: good.but(CertificateInstallationReq, header__signature=None),
    ),
    mutant(
        "never-asks",
        "asks for no contract, though it can",
        ("CIN-001",),
        lambda good: good.having(provisioning=None),
    ),
    mutant(
        "asks-otherwise",
        "shows another chain when it repeats its request for a contract",
        ("CIN-002",),
        lambda good: good.but(
            CertificateInstallationReq, nth=2, oem_provisioning_certificate_chain__sub_certificates=None
        ),
    ),
    mutant(
        "keeps-its-old-contract",
        "goes on paying by the contract that was refused",
        ("CIN-003",),
        lambda good: good.having(evcc=KeepsItsOldContract),
    ),
    mutant(
        "goes-on-without",
        "asks for services when it gets no contract",
        ("CIN-006",),
        lambda good: good.having(evcc=GoesOnWithoutContract),
    ),
    mutant(
        "believes-any-service",
        "pays by whatever contract it is given",
        ("CIN-004", "CIN-005"),
        lambda good: good.having(evcc=BelievesAnyService),
    ),
)

MUTANTS = (*_CONTRACTS, *_INSTALLATION)
