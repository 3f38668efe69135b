"""The vehicle side of an emulated station: it answers discovery, takes connections and serves one EV at a time."""

from __future__ import annotations

import asyncio

from harness.core.case import Role
from harness.endpoints.behaviour import Say, SayRaw, Step
from harness.endpoints.bending import Bender
from harness.endpoints.driver import Driver
from harness.endpoints.sides import Ending, StationSide
from harness.endpoints.station.agreement import serves_plain
from harness.endpoints.station.certificate_store import V2G_ROOT
from harness.endpoints.station.desk import Entropy
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.resumption import PausedSessions
from harness.endpoints.station.station import Station
from harness.endpoints.station.stock import provider_of, shown_to_evs, stapled
from harness.endpoints.station.vehicle_status import status_objection
from harness.endpoints.status_asking import StatusAsker
from harness.endpoints.tls_entries import tls_body
from harness.faults.injector import Injector
from harness.framing.sdp import SDP_GROUP, SDP_PORT, SdpFault, SdpRequest, SdpResponse, decode_datagram
from harness.framing.v2gtp import PayloadType
from harness.sessions.v2g.session import V2gSession
from harness.sessions.v2g.timers import LOOP_SEQUENCES, Timer
from harness.trace.entry import Body, Link, LinkSeen, Note, Seen
from harness.trace.recorder import Recorder
from harness.transports.base import Address, ConnectionLost, Datagrams, Listener, Network, Stream
from harness.transports.clock import Clock
from harness.transports.tls.profile import TlsVersion
from harness.transports.tls.report import TlsEvent, TlsRefused
from harness.transports.tls.secure import secure_server
from harness.transports.tls.stream import TlsStream


class V2gListener:
    """Serves EVs, one after the other; sessions that were paused outlive their connections."""

    def __init__(
        self,
        station: Station,
        plant: Plant,
        network: Network,
        clock: Clock,
        recorder: Recorder,
        *,
        entropy: Entropy,
        injector: Injector | None = None,
        observe: bool = True,
        paused: PausedSessions | None = None,
        sdp_port: int = SDP_PORT,
        asker: StatusAsker | None = None,
    ) -> None:
        """Prepare; nothing is opened yet.

        Args:
            station: how to meet EVs.
            plant: the EVSE behind it; the settings are its own.
            network: where EVs are.
            clock: real or virtual time.
            recorder: takes what is seen.
            entropy: where session ids come from.
            injector: deliberate faults on what leaves.
            observe: whether this side records frames; of two emulated sides one does.
            paused: what an earlier listener of this station kept.
            sdp_port: UDP port where discovery is answered; 0 takes a free one.
            asker: asks whether a vehicle's chain was revoked; by default in the network of the EVs.
        """
        self._station, self._plant, self._network = station, plant, network
        self._clock, self._recorder, self._observe = clock, recorder, observe
        self._entropy, self._injector, self._sdp_port = entropy, injector, sdp_port
        self._asker = asker or StatusAsker(network)
        self.paused = paused or PausedSessions()
        self.endings: list[Ending] = []
        """How the connections so far came to their ends."""
        self._tls: Listener | None = None
        self._plain: Listener | None = None
        self._discovery: Datagrams | None = None
        self._busy = False
        self._current: Stream | None = None
        """The connection of the EV that is served."""

    async def open(self) -> None:
        """Open the ports.

        Raises:
            UnreachableError: a port is taken.
        """
        host = self._network.local_address
        if self._station.credentials is not None:
            self._tls = await self._network.listen(host)
        if serves_plain(self._plant.settings):
            self._plain = await self._network.listen(host)
        self._discovery = await self._network.datagrams(self._sdp_port, group=SDP_GROUP)

    async def serve(self) -> None:
        """Serve until cancelled; `open` comes first. A connection that runs then is torn down."""
        async with asyncio.TaskGroup() as group:
            if self._discovery is not None:
                group.create_task(self._answer_discovery(self._discovery))
            for listener, secure in ((self._tls, True), (self._plain, False)):
                if listener is not None:
                    group.create_task(self._accept(listener, group, secure=secure))

    def cut(self) -> None:
        """The cable is out: the connection that runs, if there is one, is torn down."""
        if self._current is not None:
            self._current.abort()

    async def close(self) -> None:
        """Close the ports."""
        for owner in (self._tls, self._plain, self._discovery):
            if owner is not None:
                await owner.close()
        self._tls = self._plain = self._discovery = None

    @property
    def discovery_port(self) -> int | None:
        """UDP port where discovery is answered; None while it is not."""
        return self._discovery.local.port if self._discovery else None

    @property
    def tls_port(self) -> int | None:
        """Where TLS is served; None if it is not."""
        return self._tls.port if self._tls else None

    @property
    def plain_port(self) -> int | None:
        """Where plain TCP is served; None if it is not."""
        return self._plain.port if self._plain else None

    async def _answer_discovery(self, socket: Datagrams) -> None:
        server = self._station.discovery(
            host=self._network.local_address,
            tls_port=self.tls_port,
            plain_port=self.plain_port,
        )
        bender = Bender(self._station.bends)
        while True:
            try:
                data, sender = await socket.receive()
            except ConnectionLost:
                return
            seen = decode_datagram(data)
            problem = seen.what if isinstance(seen, SdpFault) else ""
            message = None if isinstance(seen, SdpFault) else seen
            self._record(Link.SDP, Role.EV, _datagram(data, message, problem))
            heard = server.read(data)
            response = server.answer(heard) if isinstance(heard, SdpRequest) else None
            for step in bender.bend(heard, (Say(message=response),)) if response else ():
                await self._answer(socket, step, sender)

    async def _answer(self, socket: Datagrams, step: Step, to: Address) -> None:
        """Say it, or other bytes in its place; a case bends an `SdpResponse` as it bends a message."""
        if isinstance(step, Say):
            data, response, problem = step.message.frame().encode(), step.message, ""
            deliberate = step.deliberate
        elif isinstance(step, SayRaw):
            data, heard, deliberate = step.data, decode_datagram(step.data), True
            response = None if isinstance(heard, SdpFault) else heard
            problem = heard.what if isinstance(heard, SdpFault) else ""
        else:
            return
        await self._clock.wait_until(self._clock.now() + step.after)
        self._record(Link.SDP, Role.STATION, _datagram(data, response, problem), deliberate=deliberate)
        await socket.send(data, to)

    async def _accept(self, listener: Listener, group: asyncio.TaskGroup, *, secure: bool) -> None:
        while True:
            try:
                stream = await listener.accept()
            except ConnectionLost:
                return
            if self._busy:
                detail = f"{stream.peer}: another EV is being served"
                self._record(Link.V2G, Role.STATION, LinkSeen(state="refused", detail=detail))
                await stream.close()
                continue
            self._busy = True
            group.create_task(self._receive(stream, secure=secure))

    async def _receive(self, stream: Stream, *, secure: bool) -> None:
        try:
            if not secure:
                await self._converse(stream, secure=False, qualified=False, certificate=None)
                return
            secured = await self._secure(stream)
            report = secured.report
            if not await self._lets_in(secured):
                return
            certificate = report.peer_chain[0] if report.peer_chain else None
            qualified = report.version == TlsVersion.TLS13
            await self._converse(secured, secure=True, qualified=qualified, certificate=certificate)
        except TlsRefused:
            # The refusal is in the trace already, by way of `_note_tls`.
            if not self._station.survives_refusal:
                await self.close()
        finally:
            self._busy, self._current = False, None

    async def _secure(self, stream: Stream) -> TlsStream:
        credentials = shown_to_evs(self._station, self._plant.certificates)
        if credentials is None:
            raise ValueError("a TLS port without credentials")
        return await secure_server(
            stream,
            credentials,
            self._plant.certificates.trusted(V2G_ROOT, self._station.trust),
            self._station.tls_profile,
            now=self._clock.now,
            timeout=self._station.handshake_limit,
            check=self._station.tls_check,
            asks_certificate=self._station.asks_certificate,
            on_event=self._note_tls,
            staples=stapled(self._station, self._plant.certificates) if self._station.minds_status else (),
            tickets=self._station.tickets,
            adversary=self._station.tls_adversary,
            keylog=self._station.keylog,
        )

    async def _lets_in(self, secured: TlsStream) -> bool:
        """Whether the vehicle may talk, as far as revocation goes; the connection ends where it may not."""
        objection = await status_objection(self._station, secured.report.peer_chain, self._asker, self._clock.now())
        if objection is not None:
            told = Note(text=f"the vehicle is let go: {objection.text} ({objection.code}, depth {objection.depth})")
            self._record(Link.V2G, Role.STATION, told)
            await secured.close()
        return objection is None

    async def _converse(self, stream: Stream, *, secure: bool, qualified: bool, certificate: bytes | None) -> None:
        self._current = stream
        session = V2gSession(Role.STATION, factor=self._station.factor, limits=self._limits())
        behaviour = self._station.secc(
            self._plant,
            session.sequence,
            self.paused,
            self._entropy,
            secure=qualified,
            certificate=certificate,
            schedule_rounds=self._station.schedule_rounds,
            cable_check_rounds=self._station.cable_check_rounds,
            protected=secure,
            provider=provider_of(self._station, self._plant.certificates),
        )
        behaviour.desk.beside.verify_metering = self._station.verify_metering
        behaviour.desk.meter_key = self._station.meter_key
        driver = Driver(
            StationSide(behaviour, delay=self._station.response_delay),
            session,
            stream,
            self._clock,
            self._recorder,
            bent=self._station,
            injector=self._injector,
            observe=self._observe,
            patient=self._station.patient,
        )
        ending = await driver.run()
        self.endings.append(ending)
        if ending.outage:
            await self._clock.wait_until(self._clock.now() + ending.outage)

    def _limits(self) -> dict[Timer, float]:
        """Timers that differ from those of the standard."""
        patience = self._station.loop_patience
        return {} if patience is None else dict.fromkeys(LOOP_SEQUENCES, patience)

    def _note_tls(self, event: TlsEvent) -> None:
        self._record(Link.V2G, Role.STATION if event.sent else Role.EV, tls_body(event))

    def _record(self, link: Link, sender: Role, body: Body, *, deliberate: bool = False) -> None:
        if self._observe:
            self._recorder.add(self._clock.now(), link, sender, body, deliberate=deliberate)


def _datagram(data: bytes, message: SdpRequest | SdpResponse | None, problem: str = "") -> Seen:
    payload_type = PayloadType.SDP_RESPONSE if isinstance(message, SdpResponse) else PayloadType.SDP_REQUEST
    return Seen(data=data, payload_type=payload_type, message=message, problem=problem)
