"""Runs a whole station: its vehicle side and its backend side around one EVSE."""

from __future__ import annotations

import asyncio

from harness.endpoints.operations import Operation
from harness.endpoints.station.desk import Entropy
from harness.endpoints.station.meter import Meter
from harness.endpoints.station.ocpp.link import BackendLink
from harness.endpoints.station.operating import Operator
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.station import Station
from harness.endpoints.station.stock import store_of
from harness.endpoints.station.v2g_listener import V2gListener
from harness.endpoints.status_asking import StatusAsker
from harness.faults.injector import Injector
from harness.framing.sdp import SDP_PORT
from harness.messages.ocpp import OcppMessage
from harness.trace.recorder import Recorder
from harness.transports.base import Address, Network
from harness.transports.clock import Clock


class StationEndpoint:
    """One emulated station; `open` it, then `run` it until it is cancelled, then `close` it."""

    def __init__(
        self,
        station: Station,
        network: Network,
        clock: Clock,
        recorder: Recorder,
        *,
        entropy: Entropy,
        backend_url: str | None = None,
        backend_network: Network | None = None,
        injector: Injector | None = None,
        observe_v2g: bool = True,
        observe_ocpp: bool = True,
        meter: Meter | None = None,
        sdp_port: int = SDP_PORT,
        responder: Address | None = None,
    ) -> None:
        """Prepare; nothing is opened yet.

        Args:
            station: what the station is.
            network: where EVs are.
            clock: real or virtual time.
            recorder: takes what is seen.
            entropy: where session ids come from.
            backend_url: `ws://host:port/path` without the station's id; None: tokens are accepted on the spot.
            backend_network: where the backend is, if not where EVs are.
            injector: deliberate faults; on OCPP they strike if this side observes.
            observe_v2g: whether this side records the EV's link.
            observe_ocpp: whether this side records the backend's link.
            meter: a meter with a past.
            sdp_port: UDP port where discovery is answered; 0 takes a free one (`v2g.discovery_port`).
            responder: where OCSP responders are asked, whatever certificates name; None: where these say.
        """
        if backend_url is None:
            station = station.set(backend=False)
        self.plant = Plant(station.settings, meter, store_of(station))
        self.v2g = V2gListener(
            station,
            self.plant,
            network,
            clock,
            recorder,
            entropy=entropy,
            injector=injector,
            observe=observe_v2g,
            sdp_port=sdp_port,
            asker=StatusAsker(backend_network or network, at=responder),
        )
        self.backend = BackendLink(
            station,
            self.plant,
            backend_network or network,
            clock,
            recorder,
            url=backend_url,
            injector=injector,
            observe=observe_ocpp,
        )
        self._clock = clock
        self._operator = Operator(self.plant, self.backend)

    def operate(self, operation: Operation) -> bool:
        """Let somebody do something at the station; False: nobody there knows how."""
        return self._operator.do(operation, self._clock.now())

    def say(self, call: OcppMessage) -> None:
        """Make a call to the backend now, whatever the station thinks of it."""
        self.backend.half.say(call)

    async def open(self) -> None:
        """Open the ports towards EVs.

        Raises:
            UnreachableError: a port is taken.
        """
        await self.v2g.open()

    async def run(self) -> None:
        """Serve EVs and keep the backend informed until cancelled; `open` comes first."""
        async with asyncio.TaskGroup() as halves:
            halves.create_task(self.backend.run())
            halves.create_task(self.v2g.serve())

    async def close(self) -> None:
        """Close the ports."""
        await self.v2g.close()
