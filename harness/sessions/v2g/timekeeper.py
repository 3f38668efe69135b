"""Which timer runs when: the EV's and the station's."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from harness.messages.field import Message
from harness.messages.iso20.common import (
    AuthorizationRes,
    CertificateInstallationRes,
    PowerDeliveryReq,
    ScheduleExchangeRes,
    SessionSetupRes,
)
from harness.messages.iso20.dc import DcCableCheckReq, DcCableCheckRes, DcPreChargeReq
from harness.messages.iso20.types import Processing
from harness.sessions.v2g.state import State
from harness.sessions.v2g.timers import (
    CABLE_CHECK,
    EV_COMMUNICATION_SETUP,
    MESSAGE,
    ONGOING,
    PRE_CHARGE,
    SEQUENCE,
    STATION_COMMUNICATION_SETUP,
    Timers,
    message_timer,
    sequence_timer,
)


class Timekeeper(Protocol):
    """Starts and stops the timers of one role."""

    timers: Timers

    def connected(self, at: float) -> None:
        """The connection is up."""

    def said(self, message: Message, at: float) -> None:
        """A message of our own went out."""

    def heard(self, message: Message, state: StrEnum, at: float) -> None:
        """A message of the peer came; `state` is where it led."""


class EvTimekeeper:
    """The EV's timers: for each response, for what stays ongoing, for cable check and pre-charge as a whole."""

    def __init__(self, factor: float) -> None:
        """Every limit is multiplied by `factor`."""
        self.timers = Timers(factor)

    def connected(self, at: float) -> None:
        """See `Timekeeper.connected`."""
        self.timers.start(EV_COMMUNICATION_SETUP, at)

    def said(self, message: Message, at: float) -> None:
        """See `Timekeeper.said`."""
        self.timers.start(message_timer(message), at)
        if isinstance(message, DcCableCheckReq):
            self.timers.start_once(CABLE_CHECK, at)
        elif isinstance(message, DcPreChargeReq):
            self.timers.start_once(PRE_CHARGE, at)
        elif isinstance(message, PowerDeliveryReq):
            self.timers.stop(PRE_CHARGE)

    def heard(self, message: Message, state: StrEnum, at: float) -> None:
        """See `Timekeeper.heard`."""
        self.timers.stop(MESSAGE)
        if isinstance(message, SessionSetupRes):
            self.timers.stop(EV_COMMUNICATION_SETUP)
        elif isinstance(message, AuthorizationRes | ScheduleExchangeRes | CertificateInstallationRes):
            # Nobody knows how long a customer takes, so that this wait has no limit.
            if message.evse_processing is Processing.ONGOING:
                self.timers.start_once(ONGOING, at)
            else:
                self.timers.stop(ONGOING)
        elif isinstance(message, DcCableCheckRes) and message.evse_processing is Processing.FINISHED:
            self.timers.stop(CABLE_CHECK)
        elif state is State.PRE_CHARGED:
            self.timers.stop(PRE_CHARGE)


class StationTimekeeper:
    """The station's timers: for each next request, and for the first one."""

    def __init__(self, factor: float) -> None:
        """Every limit is multiplied by `factor`."""
        self.timers = Timers(factor)

    def connected(self, at: float) -> None:
        """See `Timekeeper.connected`."""
        self.timers.start(STATION_COMMUNICATION_SETUP, at)

    def said(self, message: Message, at: float) -> None:
        """See `Timekeeper.said`."""
        if isinstance(message, SessionSetupRes):
            self.timers.stop(STATION_COMMUNICATION_SETUP)
        self.timers.start(sequence_timer(message), at)

    def heard(self, message: Message, state: StrEnum, at: float) -> None:
        """See `Timekeeper.heard`."""
        self.timers.stop(SEQUENCE)
