"""The station's link to its backend: connects, backs off, reconnects, and never stops keeping what is to be told."""

from __future__ import annotations

import asyncio
from urllib.parse import quote, urlsplit
from zlib import crc32

from msgspec.structs import replace

from harness.core.case import Role
from harness.core.errors import UnreachableError, UserError
from harness.endpoints.basic_auth import basic_auth
from harness.endpoints.bending import Bender
from harness.endpoints.errand_runner import ErrandRunner
from harness.endpoints.farewell import say_goodbye
from harness.endpoints.identifiers import counted_uuids
from harness.endpoints.ocpp_pump import OcppPump
from harness.endpoints.ocpp_record import OcppRecord
from harness.endpoints.ocpp_security import SecurityProfile
from harness.endpoints.station.certificate_store import CSMS_ROOT
from harness.endpoints.station.certificate_terms import STATION
from harness.endpoints.station.ocpp.network import SLOTS
from harness.endpoints.station.ocpp.security import StationSecurity, secure_backend
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.station import Station
from harness.faults.injector import Injector
from harness.framing.ocppj import Dialect
from harness.trace.recorder import Recorder
from harness.transports.base import ConnectionLost, Network, Stream
from harness.transports.clock import Clock
from harness.transports.tls.report import TlsEvent, TlsRefused
from harness.transports.websocket import WebSocket, WebSocketRefused, connect_websocket

_FOREVER = float("inf")
_PORTS = {"ws": 80, "wss": 443}


class BackendLink:
    """Runs the backend half of a station on a network until it is cancelled."""

    def __init__(
        self,
        station: Station,
        plant: Plant,
        network: Network,
        clock: Clock,
        recorder: Recorder,
        *,
        url: str | None,
        bender: Bender | None = None,
        injector: Injector | None = None,
        observe: bool = True,
    ) -> None:
        """Prepare; `run` does the rest.

        Args:
            station: what the station is.
            plant: its EVSE, shared with the V2G half.
            network: where the backend is.
            clock: real or virtual time.
            recorder: takes what is seen.
            url: `ws://host:port/path` or `wss://...`, without the station's id; None: there is no backend.
            bender: the bends of this run, if shared with the V2G half.
            injector: faults on this link; of two sides of ours only the one that observes lets them strike.
            observe: whether this side records frames.
        """
        settings = station.settings
        now = clock.now()
        self._station, self._network, self._clock = station, network, clock
        self._attempts = 0
        self._away = 0.0
        """Seconds for which no connection is made once the present one is gone."""
        self._refused = False
        """Whether TLS has failed before."""
        self.session = station.session(
            ids=counted_uuids(settings.station_id, now, "message"),
            timeout=settings.message_timeout * station.factor,
            attempts=settings.message_attempts,
            attempt_interval=settings.message_attempt_interval,
            offline_queue=settings.offline_queue and url is not None,
            capacity=settings.transactions.queue_size,
        )
        self._plant = plant
        self.half = station.half(plant, self.session, started_at=now)
        self.half.certificates.renewed = self._renewed
        tuning = self.half.tuning
        tuning.ping_interval = station.link.ping_interval
        self.session.attempts = lambda: tuning.message_attempts
        self.session.attempt_interval = lambda: tuning.message_attempt_interval
        self._has_backend = url is not None
        if url is not None:
            self._begin(url)
        self._record = OcppRecord(recorder, clock, observe=observe)
        self._pump = OcppPump(
            self.half,
            self.session,
            clock,
            self._record,
            role=Role.STATION,
            bender=bender or Bender(station.bends),
            injector=injector if observe else None,
            mute=station.mute,
            terms=station.link,
        )

    async def run(self) -> None:
        """Keep the link up, and run errands, for as long as the station lives."""
        async with asyncio.TaskGroup() as group:
            runner = ErrandRunner(self._network, self._clock, group, lambda: self.half.on_step())
            self.half.errands.runner = runner.begin
            await self._live()

    async def _live(self) -> None:
        if not self._has_backend:
            await self._pump.idle(_FOREVER)
            return
        failures = 0
        while True:
            socket = await self._connect()
            if socket is None:
                failures += 1
                self.half.network.failed()
                if not self._station.security.comes_back:
                    await self._pump.idle(_FOREVER)
                await self._pump.idle(self._clock.now() + self._wait(failures))
                continue
            failures = 0
            self.half.network.connected()
            self._pump.terms = replace(self._station.link, ping_interval=self.half.tuning.ping_interval)
            self.session.connect(self._clock.now(), self._station.link.spoken(socket.subprotocol) or Dialect.OCPP201)
            parting = await self._pump.converse(socket)
            away, self._away = max(parting.down_for, self._away, self._wait(1)), 0.0
            await self._pump.idle(self._clock.now() + away)
            # The wait after a connection that broke is the first of the series.
            failures = 1

    def stay_away(self, seconds: float) -> None:
        """Once this connection is gone, make none for so long."""
        self._away = seconds

    def cut(self, seconds: float) -> None:
        """The line to the backend breaks, and is mended after so long."""
        self.stay_away(seconds)
        self._pump.cut()

    def _begin(self, url: str) -> None:
        """The network profile that the station comes with, and what it has for others."""
        network, security, store = self.half.network, self._station.security, self._plant.certificates
        network.begin(url, security.profile)
        network.has_certificate = lambda: security.credentials is not None or STATION in store.chains
        network.has_root = lambda: bool(store.trusted(CSMS_ROOT, security.roots or ()))

    def _wait(self, failures: int) -> float:
        """The back-off before the next attempt: doubled after each failure, up to a bound (Part 4, 5.3)."""
        tuning = self.half.tuning
        # Spread over stations and attempts, and the same in each run.
        share = crc32(f"{self._station.settings.station_id} {self._attempts}".encode()) / 2**32
        doubled = tuning.back_off_minimum * 2 ** min(failures - 1, tuning.back_off_repeats)
        return float(doubled + share * tuning.back_off_range)

    async def _connect(self) -> WebSocket | None:
        """A connection, or None; what is due meanwhile is done."""
        task = asyncio.create_task(self._open(*self._next()))
        try:
            await self._pump.idle(_FOREVER, task)
            return task.result()
        except (UnreachableError, WebSocketRefused, ConnectionLost) as problem:
            self._record.link(Role.STATION, _state_of(problem), str(problem))
            if rule := getattr(problem, "violation", ""):
                self._record.violation(Role.CSMS, rule, str(problem), "Part 4, 3.2")
            return None
        except TlsRefused as problem:
            self._refused = True
            self.half.security.refused(problem.report, self._clock.now())
            return None
        finally:
            task.cancel()

    def _next(self) -> tuple[str, StationSecurity]:
        """Address and security of the next connection, by the slot whose turn it is."""
        network = self.half.network
        security = self._station.security.at(self._attempts)
        self._attempts += 1
        slot = network.slots[network.active]
        if network.active != SLOTS[0]:
            security = replace(security, profile=slot.security)
        return f"{slot.url.rstrip('/')}/{quote(self._station.settings.station_id, safe='')}", security

    async def _open(self, url: str, security: StationSecurity) -> WebSocket:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or parts.hostname is None:
            raise UserError(f"cannot reach a backend at {url!r}", do="write ws://host:port/path or wss://...")
        stream = await self._network.connect(parts.hostname, parts.port or _PORTS[parts.scheme])
        if self._with_tls(parts.scheme, security):
            stream = await self._secure(stream, security, parts.hostname)
            url = f"wss{url.removeprefix(parts.scheme)}"
        headers = self._headers(security)
        terms = self._station.link
        offered = tuple(version.value for version in terms.versions)
        socket = await connect_websocket(
            stream, url, subprotocols=offered, headers=headers, deflate=bool(terms.deflate), max_size=terms.max_size
        )
        if terms.spoken(socket.subprotocol) is None:
            await say_goodbye(socket, self._clock, 1002, "no common subprotocol")
            raise WebSocketRefused(
                f"the backend names {socket.subprotocol!r} where it was offered {', '.join(offered)}",
                violation="subprotocol",
            )
        return socket

    def _with_tls(self, scheme: str, security: StationSecurity) -> bool:
        if security.falls_back and self._refused:
            return False
        return scheme == "wss" if security.tls is None else security.tls

    async def _secure(self, stream: Stream, security: StationSecurity, host: str) -> Stream:
        store = self._plant.certificates
        credentials = store.chains[STATION] if STATION in store.renewed else security.credentials
        roots = store.trusted(CSMS_ROOT, security.roots or ())
        security = replace(security, credentials=credentials, roots=roots)
        if security.opening:
            await stream.send(security.opening)
        return await secure_backend(stream, security, now=self._clock.now, on_event=self._note_tls, host=host)

    def _headers(self, security: StationSecurity) -> tuple[tuple[str, str], ...]:
        """Who the station is, where a password tells that."""
        usual = self.half.network.password or self._station.backend_password
        password = usual if security.password is None else security.password
        if password is None or not security.shows_password or security.profile is SecurityProfile.TLS_MUTUAL:
            return ()
        return (basic_auth(security.user or self._station.settings.station_id, password),)

    def _renewed(self, use: str, _at: float) -> None:
        """A new certificate counts from the next connection on, which is made at once (A02.FR.08)."""
        if use == STATION and self._station.security.profile is SecurityProfile.TLS_MUTUAL:
            self.half.reconnect()

    def _note_tls(self, event: TlsEvent) -> None:
        self._record.tls(event, Role.STATION)


def _state_of(problem: Exception) -> str:
    return "refused" if isinstance(problem, WebSocketRefused) else "unanswered"
