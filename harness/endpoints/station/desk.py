"""What a station remembers while it serves one connection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from harness.endpoints.behaviour import Moment
from harness.endpoints.station.agreed import Agreed
from harness.endpoints.station.announcements import METERING_CONFIRMATION, PAUSE
from harness.endpoints.station.approach import Approach
from harness.endpoints.station.beside import Beside
from harness.endpoints.station.iso2.provider import Provider
from harness.endpoints.station.papers import Papers
from harness.endpoints.station.plant import Plant
from harness.endpoints.station.power import PowerStage
from harness.endpoints.station.quantities import Needs
from harness.endpoints.station.resumption import PausedSessions, Visit, identity_of
from harness.messages.field import Message
from harness.messages.iso20.common import ChannelSelection, ScheduleExchangeRes
from harness.messages.iso20.energy import Flow
from harness.messages.iso20.types import EvseNotification, EvseStatus, MessageHeader, ResponseCode
from harness.security.meter import MeterKey

NO_SESSION = bytes(8)
SignPrices = Callable[[ScheduleExchangeRes], ScheduleExchangeRes]

Entropy = Callable[[int], bytes]
"""Gives so many random bytes."""

_NOTIFICATIONS = {one.name.lower(): one for one in EvseNotification}


class Desk:
    """The state of one connection, and what all its answers need."""

    def __init__(
        self,
        plant: Plant,
        paused: PausedSessions,
        entropy: Entropy,
        *,
        secure: bool,
        certificate: bytes | None,
        schedule_rounds: int,
        cable_check_rounds: int,
    ) -> None:
        """Open for one EV.

        Args:
            plant: the EVSE.
            paused: sessions that may be resumed.
            entropy: where session ids come from.
            secure: the connection qualifies for ISO 15118-20.
            certificate: DER of the vehicle certificate, if TLS showed one.
            schedule_rounds: answers to ScheduleExchangeReq that say Ongoing before one says Finished.
            cable_check_rounds: the same for DC_CableCheckReq.
        """
        self.plant, self.paused, self.secure = plant, paused, secure
        self._entropy, self._certificate = entropy, certificate
        self.stage = PowerStage()
        self.visit = Visit(session_id=NO_SESSION, evcc_id="")
        self.needs = Needs()
        self.protected = secure
        """TLS protects the connection, of whatever version."""
        self.flow: Flow | None = None
        """The messages that were settled on before the session."""
        self.agreed: Agreed | None = None
        """The power profile that the EV announced."""
        self.channel: ChannelSelection | None = None
        """The power channel that the EV means, where there are two."""
        self.sign_prices: SignPrices | None = None
        """Signs the absolute price schedules of a response (by their Ids), in its header; None: they go unsigned."""
        self.provider = Provider()
        """What is known of contracts."""
        self.papers = Papers()
        """How the EV pays."""
        self.meter_key: MeterKey | None = None
        """Signs what the meter reads; None: readings go unsigned."""
        self.approach = Approach()
        """How far a vehicle has come that must come near first."""
        self.schedule_rounds = schedule_rounds
        self.cable_check_rounds = cable_check_rounds
        self.authorising_since: float | None = None
        """When the EV first heard that its authorization is ongoing."""
        self._rounds = schedule_rounds, cable_check_rounds
        self.meter_shown = False
        """The EV need not be shown the meter unless it asks."""
        self.pause_asked = False
        self.beside = Beside()
        """What accompanies the transfer of energy."""
        self._asking: tuple[str, float] | None = None
        """What the EV is asked for, and since when."""
        self.farewell = False
        """The EV ended or paused its session."""

    @property
    def identity(self) -> bytes:
        """Who the EV is."""
        return identity_of(self._certificate, self.visit.evcc_id)

    def identity_as(self, evcc_id: str) -> bytes:
        """Who the EV is if it calls itself `evcc_id`."""
        return identity_of(self._certificate, evcc_id)

    def new_session_id(self, *taken: bytes) -> bytes:
        """Eight random bytes that are neither zero nor in use (V2G20-2106, V2G20-2621)."""
        while (fresh := self._entropy(8)) in {NO_SESSION, *taken} or fresh in self.paused:
            continue
        return fresh

    def chance(self, size: int) -> bytes:
        """So many random bytes."""
        return self._entropy(size)

    def header(self, moment: Moment) -> MessageHeader:
        """The header of a response."""
        return MessageHeader(session_id=moment.session_id, time_stamp=int(moment.at))

    def begin_rounds(self) -> None:
        """Schedule and cable check take their rounds anew."""
        self.schedule_rounds, self.cable_check_rounds = self._rounds

    def status(self, at: float, *, metered: bool = True) -> EvseStatus | None:
        """What the EV is asked for, if anything, and in how many seconds; `metered` if MeterInfo can go with it."""
        wanted = self.plant.notification(at)
        if wanted is None or (wanted == METERING_CONFIRMATION and not metered):
            self._asking = None
            return None
        if self._asking is None or self._asking[0] != wanted:
            self._asking = wanted, at
        self.pause_asked = self.pause_asked or wanted == PAUSE
        if wanted == METERING_CONFIRMATION:
            self.meter_shown = False
        left = self.plant.settings.notification_delay - int(at - self._asking[1])
        return EvseStatus(notification_max_delay=max(0, left), evse_notification=_NOTIFICATIONS[wanted])

    def go_to_pause(self) -> bool | None:
        """Whether the EV is sent into a pause with its schedule, which happens once in a session."""
        if not self.plant.settings.go_to_pause or self.visit.sent_to_pause:
            return None
        self.visit.sent_to_pause = self.pause_asked = True
        return True


Reply = Message | ResponseCode
"""A response, or the code of a refusal."""
Handler = Callable[[Desk, Any, Moment], Reply]
Handlers = Mapping[type[Message], Handler]
"""What to answer to a request, by its class."""
