"""The kit of ISO 15118-2 and DIN SPEC 70121: matrices of requests that can be said, places, and papers."""

from __future__ import annotations

import pytest

from harness.endpoints.behaviour import Moment
from harness.endpoints.ev.battery import Battery
from harness.endpoints.ev.ev import Ev
from harness.endpoints.ev.evcc import Evcc
from harness.endpoints.ev.iso2.journey import Iso2Journey
from harness.kit.older import on_din, on_iso2, paying_on_iso2, provider_of
from harness.kit.older_matrix import Iso2State, OlderCell, din_cells, iso2_cells, iso2_wishes
from harness.kit.older_places import DIN_SESSION, IN_SESSION, WHOLE, older_confusions
from harness.kit.older_requests import older_request
from harness.messages.envelope import body_of
from harness.messages.iso20.energy import Flow
from harness.messages.namespaces import DIN_MESSAGE, ISO2_MESSAGE
from harness.messages.problems import problems
from harness.pki.build import Pki
from harness.security.keys import key_name
from harness.sessions.v2g.tables.din import DIN
from harness.sessions.v2g.tables.iso2 import ISO2
from harness.sessions.v2g.wire import look, write
from harness.transports.clock import VIRTUAL_EPOCH

SPOKEN = tuple(Iso2State)
CELLS = {
    "iso2": (*iso2_cells(Flow.DC, SPOKEN), *iso2_wishes(Flow.DC, SPOKEN)),
    "din": din_cells(SPOKEN),
}
KINDS = [
    (name, cell) for name, cells in CELLS.items() for cell in {(one.ask, one.variant): one for one in cells}.values()
]
MOMENT = Moment(at=VIRTUAL_EPOCH, session_id=bytes(range(8)))


def journey_of(name: str) -> Iso2Journey:
    ev = on_din(Ev()) if name == "din" else on_iso2(Ev())
    return Iso2Journey(Evcc(ev, Battery(ev.car)).journey)


@pytest.mark.parametrize(("name", "cell"), KINDS, ids=[f"{name}-{cell}" for name, cell in KINDS])
def test_every_request_of_a_matrix_can_be_said_and_read(name: str, cell: OlderCell) -> None:
    said = older_request(cell.ask, journey_of(name), MOMENT, cell.variant)

    assert type(body_of(said)) is cell.ask
    heard = look(write(said).data, DIN_MESSAGE if name == "din" else ISO2_MESSAGE)
    assert (heard.problem, heard.message) == ("", said)
    assert [one for one in problems(said) if "Certificate" not in str(one)] == []


@pytest.mark.parametrize("name", CELLS)
def test_no_cell_of_a_matrix_is_foreseen(name: str) -> None:
    table = DIN if name == "din" else ISO2
    journey = journey_of(name)

    foreseen = [
        str(cell)
        for cell in CELLS[name]
        if table.rows_for(cell.state, body_of(older_request(cell.ask, journey, MOMENT, cell.variant)), flow=Flow.DC)
    ]
    assert foreseen == []
    assert len({(cell.state, cell.ask, cell.variant) for cell in CELLS[name]}) == len(CELLS[name])


def test_an_ev_of_the_older_protocols_offers_nothing_else() -> None:
    assert [one.protocol_namespace for one in on_iso2(Ev()).offers] == [ISO2_MESSAGE]
    assert [one.protocol_namespace for one in on_din(Ev()).offers] == [DIN_MESSAGE]
    assert (on_iso2(Ev()).tls, on_din(Ev()).tls) == (False, False)


def test_papers_are_on_the_curve_of_the_protocol() -> None:
    pki = Pki.generate(VIRTUAL_EPOCH)
    contract = paying_on_iso2(Ev(), pki).iso2.contract

    assert contract is not None
    assert key_name(contract.key.reveal()) == "secp256r1"
    assert provider_of(pki).contract_roots == pki.earlier.mo_roots
    assert set(pki.earlier.mo_roots) & set(pki.mo_roots) == set()


def test_every_place_is_confused_with_every_other_response() -> None:
    confusions = older_confusions(WHOLE)

    kinds = {place.response for place in WHOLE}
    assert len(confusions) == sum(len(kinds - {place.response}) for place in WHOLE)
    assert len({str(one) for one in confusions}) == len(confusions)
    assert [place.name for place in DIN_SESSION if place.patience > 2.0] == []
    assert {place.name for place in IN_SESSION if place.patience > 2.0} == {"power_start", "power_stop"}
