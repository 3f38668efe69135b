"""PaymentServiceSelection of ISO 15118-2: what was not offered cannot be had."""

from __future__ import annotations

from typing import Any

import pytest

from harness.kit import Bench, Feature, Judge, Role, answered, asks_for, case, leaves, replace, stopping_in, unoffered
from harness.kit.older import on_iso2
from harness.kit.older_matrix import Iso2State
from harness.kit.turning_off import Here
from harness.messages.iso2.codes import PaymentOption, ResponseCode
from harness.messages.iso2.payment import (
    AuthorizationReq,
    PaymentServiceSelectionReq,
    PaymentServiceSelectionRes,
    SelectedService,
    SelectedServiceList,
)
from harness.messages.iso2.service import ServiceDiscoveryRes

DONE = answered(PaymentServiceSelectionRes)
CONTROL = "ISO2-STN-PAY-001"


def selecting(*services: SelectedService) -> SelectedServiceList:
    """These services."""
    return SelectedServiceList(selected_service=services)


@case(
    "ISO2-STN-PAY-001",
    "An EV may pick charging and leave paying to others",
    sut=Role.STATION,
    cites=("V2G2-550",),
    needs=Feature.ISO2,
)
async def test_charging_is_picked(bench: Bench, judge: Judge) -> None:
    """The EV selects ExternalPayment and the charging service, as the station offered them."""
    trace = await bench.run(on_iso2(bench.ev), until=DONE)

    asked = trace.first(PaymentServiceSelectionReq)
    judge.coded(trace, asked, PaymentServiceSelectionRes, ResponseCode.OK)


@case(
    "ISO2-STN-PAY-002",
    "A way of paying that was not offered is refused",
    sut=Role.STATION,
    cites=("V2G2-465", "V2G2-635"),
    needs=Feature.ISO2,
    control=CONTROL,
)
async def test_unoffered_payment(bench: Bench, judge: Judge) -> None:
    """Without TLS the EV says that its contract pays; afterwards it goes on as if it had been granted that."""
    ev = on_iso2(bench.ev).having(tls=False)
    ev = ev.but(PaymentServiceSelectionReq, selected_payment_option=PaymentOption.CONTRACT)

    trace = await bench.run(ev, until=DONE)

    offer = trace.first(ServiceDiscoveryRes)
    if PaymentOption.CONTRACT in offer.message.payment_option_list.payment_option:
        judge.inconclusive("refusal", "the station offers contracts without TLS, see ISO2-STN-SVC-002", at=offer)
        return
    invalid = ResponseCode.FAILED_PAYMENT_SELECTION_INVALID
    judge.coded(trace, trace.first(PaymentServiceSelectionReq), PaymentServiceSelectionRes, invalid)


@pytest.mark.parametrize("charging", [True, False], ids=["beside_charging", "instead_of_charging"])
@case(
    "ISO2-STN-PAY-003",
    "A service that was not offered is refused",
    sut=Role.STATION,
    cites=("V2G2-465",),
    needs=Feature.ISO2,
    control=CONTROL,
)
async def test_unoffered_service(bench: Bench, judge: Judge, charging: bool) -> None:  # noqa: FBT001
    """The EV selects an id that nobody named, beside charging or in its place."""

    def pick(heard: ServiceDiscoveryRes, usual: Any) -> Any:
        beside = heard.service_list.service if heard.service_list else ()
        known = [heard.charge_service.service_id, *(one.service_id for one in beside)]
        kept = usual.selected_service_list.selected_service if charging else ()
        strange = SelectedService(service_id=unoffered(known))
        return replace(usual, selected_service_list=selecting(*kept, strange))

    trace = await bench.run(on_iso2(bench.ev).answering(PaymentServiceSelectionReq, pick), until=DONE)

    usual = (ResponseCode.FAILED_SERVICE_SELECTION_INVALID, ResponseCode.FAILED_NO_CHARGE_SERVICE_SELECTED)
    judge.refused(trace, trace.first(PaymentServiceSelectionReq), PaymentServiceSelectionRes, *usual)


@case(
    "ISO2-STN-PAY-004",
    "Behind a refused selection nothing is served",
    sut=Role.STATION,
    cites=("V2G2-538", "V2G2-539"),
    needs=Feature.ISO2,
    control=CONTROL,
)
async def test_refused_selection_pays_for_nothing(bench: Bench, judge: Judge) -> None:
    """Without TLS the EV says that its contract pays, is refused, and asks for authorization all the same.

    Peers disagree whether an ordinary FAILED ends a session; even one that goes on has nobody to authorize yet.
    """

    def picks_a_contract(here: Here) -> Any:
        return here.request(PaymentServiceSelectionReq, PaymentOption.CONTRACT)

    ev, authorizing = on_iso2(bench.ev).having(tls=False), asks_for(AuthorizationReq)

    trace = await bench.run(stopping_in(ev, Iso2State.SERVICES_OFFERED, picks_a_contract, authorizing, leaves))

    asked = trace.first(PaymentServiceSelectionReq, sent_by=Role.EV)
    reply = judge.refused(trace, asked, PaymentServiceSelectionRes, ResponseCode.FAILED_PAYMENT_SELECTION_INVALID)
    if reply:
        judge.nothing_served(trace.since(reply))
