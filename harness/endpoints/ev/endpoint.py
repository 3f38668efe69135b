"""An emulated EV from the plug to the end of its session: discovery, connection, conversation."""

from __future__ import annotations

import asyncio
import math

from msgspec import Struct

from harness.core.case import Role
from harness.core.errors import UnreachableError
from harness.endpoints.driver import Driver
from harness.endpoints.ev.battery import Battery
from harness.endpoints.ev.ev import Ev
from harness.endpoints.ev.evcc import Evcc
from harness.endpoints.ev.moves import Kept
from harness.endpoints.ev.papers import Papers
from harness.endpoints.sides import EvSide
from harness.endpoints.tls_entries import tls_body
from harness.faults.injector import Injector
from harness.framing.sdp import SDP_PORT, SdpFault, SdpRequest, SdpResponse, Security, decode_datagram
from harness.framing.v2gtp import PayloadType
from harness.messages.namespaces import DIN_MESSAGE, ISO2_MESSAGE
from harness.pki.credentials import Credentials
from harness.sessions.discovery import SdpClient
from harness.sessions.v2g.session import NO_SESSION, V2gSession
from harness.trace.entry import Body, Link, LinkSeen, Note, Seen
from harness.trace.recorder import Recorder
from harness.transports.base import Address, Datagrams, Network, Stream
from harness.transports.clock import Clock
from harness.transports.tls.report import TlsEvent, TlsRefused
from harness.transports.tls.secure import secure_client
from harness.transports.tls.setup import Revocation

NO_STATION, NO_CONNECTION, REFUSED = "no station", "no connection", "refused"
LOST, TIMEOUT = "lost", "timeout"


class Outcome(Struct, frozen=True, kw_only=True):
    """How far an EV got.

    `state` is `finished` or `paused` after a farewell, `unfinished` after one before its time, `failed` after a FAILED
    response or another reason to break off, `lost` or `timeout` in between, `refused` by TLS, `no connection`, or
    `no station` where nobody answered discovery.
    """

    state: str
    why: str = ""
    session_id: bytes = NO_SESSION
    evse_id: str = ""
    soc: float = 0.0
    """Percent, at the end."""


class EvEndpoint:
    """One EV at one plug; what it charged stays from run to run."""

    def __init__(
        self,
        network: Network,
        clock: Clock,
        recorder: Recorder,
        *,
        injector: Injector | None = None,
        observe: bool = True,
        station: Address | None = None,
        sdp_port: int = SDP_PORT,
    ) -> None:
        """Plug in.

        Args:
            network: where the station is.
            clock: real or virtual time.
            recorder: takes what is seen.
            injector: deliberate faults on what leaves.
            observe: whether this side records frames; of two emulated sides one does.
            station: connect there instead of asking over SDP.
            sdp_port: UDP port that discovery is sent to.
        """
        self._network, self._clock, self._recorder = network, clock, recorder
        self._injector, self._observe, self._station = injector, observe, station
        self._sdp_port = sdp_port
        self._battery: Battery | None = None
        self._kept = Kept()
        """What stays of a session that was paused."""
        self._installed: Credentials | None = None
        """A contract that came over the cable."""
        self._replaced: Credentials | None = None
        """The one that it takes the place of."""
        self._paid: bytes | None = None
        """The session that a contract pays for."""
        self._down_until = 0.0
        """A fault lets no connection come up before."""

    @property
    def battery(self) -> Battery | None:
        """The battery, as the sessions so far left it; None before the first."""
        return self._battery

    async def run(self, ev: Ev) -> Outcome:
        """Lead one session; whatever goes wrong on the way becomes part of the outcome."""
        if self._battery is None:
            self._battery = Battery(ev.car)
        await self._clock.wait_until(self._down_until)
        found = await self._discover(ev)
        if found is None:
            return self._outcome(NO_STATION, "nobody gave a usable answer to discovery")
        address, secure = found
        try:
            stream = await self._network.connect(address.host, address.port)
        except UnreachableError as error:
            self._record(Link.V2G, Role.STATION, LinkSeen(state="refused", detail=str(error)))
            return self._outcome(NO_CONNECTION, str(error))
        ev = ev if secure else _speaking_plain(ev)
        try:
            secured = await self._secure(ev, stream) if secure else stream
            return await self._converse(self._equipped(ev), secured, secure=secure)
        except TlsRefused as refused:
            return self._outcome(REFUSED, str(refused))

    async def _discover(self, ev: Ev) -> tuple[Address, bool] | None:
        """Where to connect, and whether with TLS."""
        if self._station is not None:
            return self._station, ev.tls
        security = Security.TLS if ev.tls else Security.NONE
        client = ev.search(
            SdpRequest(security),
            accept_plain=ev.accept_plain or ev.older_without_tls,
            retry=ev.sdp_retry,
            attempts=ev.sdp_attempts,
            factor=ev.factor,
        )
        socket = await self._network.datagrams()
        try:
            await self._search(client, socket)
        finally:
            await socket.close()
        if client.answer is None:
            detail = f"{client.sent} requests"
            self._record(Link.SDP, Role.EV, LinkSeen(state="unanswered", detail=detail))
            return None
        host = self._network.scoped(client.answer.host)
        return Address(host, client.answer.port), client.answer.security == Security.TLS

    async def _search(self, client: SdpClient, socket: Datagrams) -> None:
        to = Address(self._network.sdp_destination, self._sdp_port)
        client.begin(self._clock.now())
        receiving = asyncio.create_task(socket.receive())
        try:
            while client.answer is None and not client.exhausted:
                for datagram in client.outbox():
                    self._note_request(datagram, client.request)
                    await socket.send(datagram, to)
                await self._wait(receiving, client.deadline())
                if receiving.done():
                    self._hear(client, receiving.result()[0])
                    receiving = asyncio.create_task(socket.receive())
                client.expire(self._clock.now())
        finally:
            receiving.cancel()

    def _note_request(self, datagram: bytes, meant: SdpRequest) -> None:
        """Write what leaves; a search that a case bent may ask for something else, or for nothing that is a request."""
        said = decode_datagram(datagram)
        seen = Seen(data=datagram, problem=said.what) if isinstance(said, SdpFault) else _datagram(datagram, said)
        self._record(Link.SDP, Role.EV, seen, deliberate=said != meant)

    async def _wait(self, receiving: asyncio.Task[tuple[bytes, Address]], deadline: float | None) -> None:
        await self._clock.wait_for_any((receiving,), math.inf if deadline is None else deadline)

    def _hear(self, client: SdpClient, data: bytes) -> None:
        heard = client.receive(data)
        if isinstance(heard, SdpFault):
            self._record(Link.SDP, Role.STATION, Seen(data=data, problem=heard.what))
            return
        self._record(Link.SDP, Role.STATION, _datagram(data, heard.response))
        if heard.refusal:
            self._record(Link.SDP, Role.EV, Note(text=f"answer not used: {heard.refusal}"))

    async def _secure(self, ev: Ev, stream: Stream) -> Stream:
        return await secure_client(
            stream,
            ev.credentials,
            ev.trust,
            ev.tls_profile,
            now=self._clock.now,
            timeout=ev.handshake_limit,
            check=ev.tls_check,
            server_name=ev.server_name or None,
            on_event=self._note_tls,
            revocation=ev.revocation if ev.minds_status else Revocation.NONE,
            adversary=ev.tls_adversary,
            keylog=ev.keylog,
        )

    def _equipped(self, ev: Ev) -> Ev:
        """The EV with the contract that was installed on an earlier visit, in place of the one that it had then."""
        return ev.having(contract=self._installed) if self._installed and ev.contract == self._replaced else ev

    async def _converse(self, ev: Ev, stream: Stream, *, secure: bool) -> Outcome:
        behaviour = (ev.evcc or Evcc)(ev, self._battery)
        papers = behaviour.journey.papers
        papers.protected = secure
        papers.paying = ev.resume is not None and ev.resume == self._paid
        behaviour.journey.earlier = self._kept
        session = V2gSession(Role.EV, factor=ev.factor, session_id=ev.resume or NO_SESSION)
        driver = Driver(
            EvSide(behaviour, delay=ev.response_delay),
            session,
            stream,
            self._clock,
            self._recorder,
            bent=ev,
            injector=self._injector,
            observe=self._observe,
            patient=ev.patient,
        )
        ending = await driver.run()
        self._down_until = self._clock.now() + ending.outage
        journey = behaviour.journey
        self._kept = journey.keep()
        journey.battery.advance(self._clock.now(), 0.0)
        self._note_papers(papers, ev, ending.session_id)
        for remark in journey.remarks:
            self._record(Link.V2G, Role.EV, Note(text=remark))
        state, why = journey.result, journey.why
        if not journey.over:
            state = TIMEOUT if ending.how == TIMEOUT else LOST
            why = ending.detail or why
        return self._outcome(state, why, ending.session_id, journey.evse_id)

    def _note_papers(self, papers: Papers, ev: Ev, session_id: bytes) -> None:
        """Keep what outlasts a visit: a contract that was installed, and whether a contract pays for the session."""
        if papers.installed:
            self._replaced = ev.contract if ev.contract != self._installed else self._replaced
            self._installed = papers.contract
        self._paid = session_id if papers.paying else None

    def _outcome(self, state: str, why: str, session_id: bytes = NO_SESSION, evse_id: str = "") -> Outcome:
        soc = self._battery.soc if self._battery else 0.0
        return Outcome(state=state, why=why, session_id=session_id, evse_id=evse_id, soc=soc)

    def _note_tls(self, event: TlsEvent) -> None:
        self._record(Link.V2G, Role.EV if event.sent else Role.STATION, tls_body(event))

    def _record(self, link: Link, sender: Role, body: Body, *, deliberate: bool = False) -> None:
        if self._observe:
            self._recorder.add(self._clock.now(), link, sender, body, deliberate=deliberate)


def _datagram(data: bytes, message: SdpRequest | SdpResponse) -> Seen:
    payload_type = PayloadType.SDP_RESPONSE if isinstance(message, SdpResponse) else PayloadType.SDP_REQUEST
    return Seen(data=data, payload_type=payload_type, message=message)


def _speaking_plain(ev: Ev) -> Ev:
    """What an EV that wanted TLS is without it; it may have older protocols to fall back on."""
    older = tuple(offer for offer in ev.offers if offer.protocol_namespace in {ISO2_MESSAGE, DIN_MESSAGE})
    falls_back = ev.tls and ev.older_without_tls and not ev.accept_plain
    return ev.having(protocols=older) if falls_back and older else ev
