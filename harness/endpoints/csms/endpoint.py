"""Runs an emulated backend on a network: the WebSocket server, its stations, its outages."""

from __future__ import annotations

import asyncio

from harness.core.case import Role
from harness.endpoints.bending import Bender
from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.doorman import PATIENCE, Doorman, Visitor, station_of
from harness.endpoints.csms.known import Known
from harness.endpoints.csms.mind import Agenda, CsmsMind
from harness.endpoints.farewell import say_goodbye
from harness.endpoints.identifiers import counted_uuids
from harness.endpoints.ocpp_pump import OcppPump
from harness.endpoints.ocpp_record import OcppRecord
from harness.faults.injector import Injector
from harness.framing.ocppj import Dialect
from harness.messages.ocpp import OcppMessage
from harness.sessions.ocpp.registration import Registration
from harness.trace.recorder import Recorder
from harness.transports.base import ConnectionLost, Listener, Network, Stream
from harness.transports.clock import Clock
from harness.transports.tls.report import TlsRefused
from harness.transports.websocket import WebSocket, WebSocketRefused, accept_websocket


class _Place:
    """One station's place at the backend: what outlives its connections."""

    def __init__(self, csms: Csms, station_id: str, started_at: float) -> None:
        self.known = Known(station_id)
        self.agenda = Agenda(csms.script)
        self.ids = counted_uuids("csms", station_id, started_at)
        self.bender = Bender(csms.bends)
        self.socket: WebSocket | None = None
        self.mind: CsmsMind | None = None


class CsmsEndpoint:
    """An emulated backend; `open` it, then `run` it until it is cancelled."""

    def __init__(
        self,
        csms: Csms,
        network: Network,
        clock: Clock,
        recorder: Recorder,
        *,
        host: str,
        port: int = 0,
        injector: Injector | None = None,
        observe: bool = True,
    ) -> None:
        """Prepare.

        Args:
            csms: what the backend is.
            network: where stations come from.
            clock: real or virtual time.
            recorder: takes what is seen.
            host: the address to listen on.
            port: 0 takes a free one.
            injector: faults on this link; of two sides of ours only the one that observes lets them strike.
            observe: whether this side records frames.
        """
        self._csms, self._network, self._clock = csms, network, clock
        self._record = OcppRecord(recorder, clock, observe=observe)
        self._doorman = Doorman(csms, clock, self._record, given=self._password_of)
        self._host, self._port = host, port
        self._injector = injector if observe else None
        self._started_at = clock.now()
        self._places: dict[str, _Place] = {}
        self._listener: Listener | None = None
        self._connections: asyncio.TaskGroup | None = None
        self._down_until = 0.0

    @property
    def url(self) -> str:
        """Where stations connect to, without their id; known once `open` has returned."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        scheme = "wss" if self._csms.security.profile.secured else "ws"
        return f"{scheme}://{host}:{self._port}{self._csms.path}"

    @property
    def known(self) -> dict[str, Known]:
        """What was learnt, by station id."""
        return {station_id: place.known for station_id, place in self._places.items()}

    @property
    def connected(self) -> dict[str, Registration]:
        """The stations that are connected, and whether each was accepted."""
        return {name: place.mind.registration for name, place in self._places.items() if place.mind is not None}

    async def open(self) -> str:
        """Listen; returns `url`.

        Raises:
            UnreachableError: the port is taken.
        """
        self._listener = await self._network.listen(self._host, self._port)
        self._port = self._listener.port
        return self.url

    async def run(self) -> None:
        """Take stations for as long as the backend lives."""
        if self._listener is None:
            await self.open()
        try:
            async with asyncio.TaskGroup() as connections:
                self._connections = connections
                while True:
                    await self._accept(connections)
        finally:
            if self._listener is not None:
                await self._listener.close()

    def ask(self, call: OcppMessage, station_id: str | None = None) -> None:
        """Make a call now, to one station or to every one that is connected."""
        for name, place in self._places.items():
            if place.mind is not None and station_id in {None, name}:
                place.mind.ask(call)

    async def outage(self, seconds: float) -> None:
        """Stop listening and drop every connection for so long."""
        self._down_until = self._clock.now() + seconds
        if self._listener is not None:
            await self._listener.close()
        for place in self._places.values():
            if place.socket is not None:
                place.socket.abort()

    def _password_of(self, station_id: str) -> str | None:
        place = self._places.get(station_id)
        return None if place is None else place.known.password

    async def _accept(self, connections: asyncio.TaskGroup) -> None:
        assert self._listener is not None  # noqa: S101 - `run` opened it
        try:
            stream = await self._listener.accept()
        except ConnectionLost:
            if self._clock.now() >= self._down_until:
                raise
            await self._clock.wait_until(self._down_until)
            await self.open()
            return
        connections.create_task(self._serve(stream))

    async def _serve(self, stream: Stream) -> None:
        try:
            visitor = await self._doorman.meet(stream)
        except TlsRefused:
            return
        except ConnectionLost as problem:
            self._record.link(Role.CSMS, "refused", str(problem))
            return
        socket = await self._open(visitor)
        if socket is None:
            return
        dialect = self._csms.link.spoken(socket.subprotocol)
        if dialect is None:
            self._record.link(Role.CSMS, "refused", "no common subprotocol")
            await say_goodbye(socket, self._clock, 1002, "no common subprotocol")
            return
        await self._converse(socket, station_of(socket.path), visitor, dialect)

    async def _open(self, visitor: Visitor) -> WebSocket | None:
        terms = self._csms.link
        try:
            async with asyncio.timeout(PATIENCE):
                return await accept_websocket(
                    visitor.stream,
                    check=visitor.check,
                    choose=terms.choose,
                    deflate=terms.deflate is not False,
                    max_size=terms.max_size,
                )
        except (WebSocketRefused, ConnectionLost) as problem:
            self._doorman.refused()
            self._record.link(Role.CSMS, "refused", visitor.objection or str(problem))
        except TimeoutError:
            visitor.stream.abort()
            self._record.link(Role.CSMS, "refused", f"no upgrade request within {PATIENCE:g} s")
        return None

    async def _converse(self, socket: WebSocket, station_id: str, visitor: Visitor, dialect: Dialect) -> None:
        place = self._places.setdefault(station_id, _Place(self._csms, station_id, self._started_at))
        self._take_over(place)
        place.known.certificate_name, place.known.url = visitor.name, self.url
        registration = place.known.registration
        session = self._csms.session(
            ids=place.ids, timeout=self._csms.message_timeout, registration=registration, dialect=dialect
        )
        mind = CsmsMind(self._csms, place.known, place.agenda, session)
        place.socket, place.mind = socket, mind
        pump = OcppPump(
            mind,
            session,
            self._clock,
            self._record,
            role=Role.CSMS,
            bender=place.bender,
            injector=self._injector,
            mute=self._csms.mute,
            terms=self._csms.link,
        )
        parting = await pump.converse(socket)
        if place.socket is socket:
            place.socket = place.mind = None
        if parting.down_for > 0:
            await self.outage(parting.down_for)

    def _take_over(self, place: _Place) -> None:
        """A station that comes again while it is connected has lost the older connection; the newer one counts."""
        if place.socket is None or place.mind is None or self._connections is None:
            return
        what = f"{place.known.station_id} connects again while it is connected; the older connection is closed"
        self._record.violation(Role.STATION, "two-connections", what)
        place.mind.disconnected(self._clock.now())
        self._connections.create_task(say_goodbye(place.socket, self._clock, 1008, "a newer connection took over"))
        place.socket = place.mind = None
