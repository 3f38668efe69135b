"""How EV and station find each other and secure what they say."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from harness.core.case import Role
from harness.endpoints.ev.car import SCHEDULED, Car
from harness.endpoints.ev.ev import Ev
from harness.endpoints.station.settings import StationSettings
from harness.endpoints.station.station import Station
from harness.framing.sdp import SDP_PORT, SdpRequest, SdpResponse, Security
from harness.messages.iso20.common import SessionSetupRes
from harness.messages.iso20.types import ResponseCode
from harness.pki.build import Pki
from harness.pki.flaws import Flaw
from harness.trace.entry import Link, LinkSeen, TlsSeen
from harness.transports.base import Address
from harness.transports.clock import VIRTUAL_EPOCH, run
from tests.endpoints_v2g.conftest import LABORATORY, Lab

if TYPE_CHECKING:
    from tests.endpoints_v2g.conftest import Meet

SECURE = StationSettings(backend=False)
CAR = Car()


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki.generate(VIRTUAL_EPOCH)


@pytest.fixture
def port(pki: Pki) -> Station:
    return Station(credentials=pki.secc_chain(), trust=pki.oem_roots)


@pytest.fixture
def ev(pki: Pki) -> Ev:
    return Ev(credentials=pki.vehicle_chain(CAR.evcc_id), trust=pki.v2g_roots)


def tls_events(lab: Lab) -> list[str]:
    return [entry.body.event for entry in lab.trace if isinstance(entry.body, TlsSeen)]


@pytest.mark.parametrize("observer", [Role.STATION, Role.EV])
def test_session_over_mutual_tls(meet: Meet, ev: Ev, port: Station, observer: Role) -> None:
    lab = meet(ev, settings=SECURE, port=port, observer=observer)

    assert (lab.outcome.state, lab.violations()) == ("finished", [])
    handshake = next(entry.body for entry in lab.trace if isinstance(entry.body, TlsSeen))
    assert (handshake.event, handshake.facts["version"]) == ("handshake", "TLSv1.3")
    assert handshake.facts["peer_chain"]
    assert tls_events(lab)[-1] == "closed"


def test_flawed_vehicle_chain_is_refused(meet: Meet, ev: Ev, port: Station, pki: Pki) -> None:
    bad = ev.having(credentials=pki.vehicle_chain(CAR.evcc_id, flaw=Flaw.EXPIRED))
    lab = meet(bad, settings=SECURE, port=port, observer=Role.EV)

    assert lab.names() == []
    assert "refused" in tls_events(lab)
    assert lab.outcome.state == "refused"


def test_ev_refuses_a_station_it_has_no_root_for(meet: Meet, ev: Ev, port: Station, pki: Pki) -> None:
    lab = meet(ev.having(trust=pki.mo_roots), settings=SECURE, port=port)

    assert (lab.outcome.state, lab.names()) == ("refused", [])
    assert "refused" in tls_events(lab)


def test_resuming_takes_the_same_vehicle_certificate(ev: Ev, port: Station, pki: Pki) -> None:
    ev = ev.having(car=Car(control_mode=SCHEDULED))
    other = pki.vehicle_chain("WMXVEV0000000000000018")

    async def session(**changes: Any) -> Lab:
        lab = Lab(SECURE, port)
        await lab.drive(ev.having(pause=True))
        await lab.drive(ev.having(resume=lab.outcome.session_id, **changes))
        return lab

    joined = run(session(), virtual=True)
    strange = run(session(credentials=other), virtual=True)

    assert joined.said(SessionSetupRes)[1].response_code is ResponseCode.OK_OLD_SESSION_JOINED
    assert strange.said(SessionSetupRes)[1].response_code is ResponseCode.OK_NEW_SESSION_ESTABLISHED
    assert strange.said(SessionSetupRes)[1].header.session_id != strange.outcomes[0].session_id


def test_ev_without_tls_is_told_where_tls_is_and_leaves_it_to_itself(meet: Meet, port: Station) -> None:
    lab = meet(Ev(tls=False), settings=SECURE, port=port)

    answers = [m for m in (entry.message for entry in lab.trace) if isinstance(m, SdpResponse)]
    assert answers[0].security == Security.TLS
    assert lab.outcome.state == "refused"


def test_ev_that_asked_for_tls_does_not_take_less(meet: Meet, ev: Ev) -> None:
    lab = meet(ev.having(sdp_attempts=3), settings=LABORATORY, observer=Role.EV)

    asked = [entry for entry in lab.trace if isinstance(entry.message, SdpRequest)]
    assert [round(entry.at - VIRTUAL_EPOCH, 3) for entry in asked] == [0.0, 0.25, 0.5]
    assert lab.outcome.state == "no station"
    last = lab.trace.entries[-1]
    assert (last.link, last.body.state) == (Link.SDP, "unanswered")  # type: ignore[union-attr]
    assert last.at - VIRTUAL_EPOCH == pytest.approx(0.75)


def test_ev_may_be_told_to_take_less(meet: Meet, ev: Ev) -> None:
    lab = meet(ev.having(accept_plain=True), settings=LABORATORY, observer=Role.EV)

    assert lab.outcome.state == "finished"


def test_ev_gives_up_after_fifty_attempts(meet: Meet, ev: Ev) -> None:
    lab = meet(ev, settings=SECURE, observer=Role.EV)

    assert sum(isinstance(entry.message, SdpRequest) for entry in lab.trace) == 50
    assert lab.trace.entries[-1].at - VIRTUAL_EPOCH == pytest.approx(12.5)


def test_rubbish_on_the_discovery_port_is_kept_and_answered_with_nothing(meet: Meet) -> None:
    def shout(lab: Lab) -> None:
        async def rubbish() -> None:
            socket = await lab.network.at("fe80::3%memory").datagrams()
            await lab.clock.wait_until(lab.clock.now() + 0.5)
            await socket.send(b"who is there?", Address("ff02::1", SDP_PORT))
            udp = SdpRequest(Security.NONE, 0x10).frame().encode()
            await socket.send(udp, Address("ff02::1", SDP_PORT))

        lab.tasks = [asyncio.ensure_future(rubbish())]  # type: ignore[attr-defined]

    lab = meet(Ev(tls=False, loops=20), prepare=shout)

    seen = [entry for entry in lab.trace if entry.link is Link.SDP]
    assert [bool(entry.body.problem) for entry in seen] == [False, False, True, False]  # type: ignore[union-attr]
    assert lab.outcome.state == "finished"


def test_second_connection_is_refused_while_an_ev_is_served(meet: Meet) -> None:
    refused: list[bytes] = []

    def intrude(lab: Lab) -> None:
        async def second() -> None:
            await lab.clock.wait_until(lab.clock.now() + 1.0)
            assert lab.listener.plain_port is not None
            stream = await lab.network.at("fe80::3%memory").connect("fe80::1%memory", lab.listener.plain_port)
            refused.append(await stream.receive())

        lab.tasks = [asyncio.ensure_future(second())]  # type: ignore[attr-defined]

    lab = meet(Ev(tls=False, loops=20), prepare=intrude)

    assert refused == [b""]
    assert [e.body.state for e in lab.trace if isinstance(e.body, LinkSeen)] == ["open", "refused", "closed"]
    assert lab.outcome.state == "finished"


def test_evs_come_one_after_the_other(meet: Meet) -> None:
    plain = Ev(tls=False)
    lab = meet(plain, plain, plain)

    assert [outcome.state for outcome in lab.outcomes] == ["finished"] * 3
    assert len({outcome.session_id for outcome in lab.outcomes}) == 3
    assert [ending.how for ending in lab.listener.endings] == ["ended"] * 3


def test_ev_that_vanished_does_not_block_the_next(meet: Meet) -> None:
    plain = Ev(tls=False)
    lab = meet(plain.having(mute=True), plain)

    assert [outcome.state for outcome in lab.outcomes] == ["lost", "finished"]


def test_station_without_a_door_is_found_by_nobody(meet: Meet) -> None:
    closed = msgspec.structs.replace(LABORATORY, allow_plain_tcp=False)
    lab = meet(Ev(tls=False, sdp_attempts=2), settings=closed)

    assert lab.outcome.state == "no station"
    assert not any(isinstance(entry.message, SdpResponse) for entry in lab.trace)


def test_known_address_needs_no_discovery() -> None:
    async def session() -> Lab:
        lab = Lab()
        lab.ev._station = Address("fe80::1%memory", 9)
        await lab.drive(Ev(tls=False))
        return lab

    lab = run(session(), virtual=True)

    assert lab.outcome.state == "no connection"
    assert "9" in lab.outcome.why
    assert not any(entry.link is Link.SDP for entry in lab.trace)
