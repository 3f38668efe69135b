"""Which timer runs when: the EV's and the station's."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from harness.messages.field import Message
from harness.sessions.v2g.state import State
from harness.sessions.v2g.streams import MAIN
from harness.sessions.v2g.timers import (
    EV_COMMUNICATION_SETUP,
    SIDE_MESSAGES,
    STATION_COMMUNICATION_SETUP,
    TIMING_20,
    Timers,
    Timing,
    is_finished,
    is_ongoing,
)


class Timekeeper(Protocol):
    """Starts and stops the timers of one role."""

    timers: Timers
    timing: Timing
    """The timers of the protocol that is spoken."""

    def connected(self, at: float) -> None:
        """The connection is up."""

    def said(self, message: Message, at: float, stream: int = MAIN) -> None:
        """A message of our own went out in a stream."""

    def heard(self, message: Message, state: StrEnum, at: float, stream: int = MAIN) -> None:
        """A message of the peer came in a stream; `state` is where it led."""


class EvTimekeeper:
    """The EV's timers: for each response, for what stays ongoing, for cable check and pre-charge as a whole."""

    def __init__(self, factor: float) -> None:
        """Every limit is multiplied by `factor`."""
        self.timers = Timers(factor)
        self.timing = TIMING_20

    def connected(self, at: float) -> None:
        """See `Timekeeper.connected`."""
        self.timers.start(EV_COMMUNICATION_SETUP, at)

    def said(self, message: Message, at: float, stream: int = MAIN) -> None:
        """See `Timekeeper.said`."""
        timing = self.timing
        if stream != MAIN:
            self.timers.start(SIDE_MESSAGES[stream], at)
            return
        self.timers.start(timing.message_timer(message), at)
        if isinstance(message, timing.cable_check_ask):
            self.timers.start_once(timing.cable_check, at)
        elif isinstance(message, timing.pre_charge_ask):
            self.timers.start_once(timing.pre_charge, at)
        elif isinstance(message, timing.power_delivery_ask):
            self.timers.stop(timing.pre_charge)
            if timing.ready is not None:
                self.timers.stop(timing.ready)

    def heard(self, message: Message, state: StrEnum, at: float, stream: int = MAIN) -> None:
        """See `Timekeeper.heard`."""
        self.timers.stop(self.timing.message if stream == MAIN else SIDE_MESSAGES[stream])
        timing = self.timing
        if isinstance(message, timing.set_up):
            self.timers.stop(EV_COMMUNICATION_SETUP)
            if timing.ready is not None:
                self.timers.start(timing.ready, at)
        elif isinstance(message, timing.may_be_ongoing):
            # Nobody knows how long a customer takes, so that this wait has no limit.
            if is_ongoing(message):
                self.timers.start_once(timing.ongoing, at)
            else:
                self.timers.stop(timing.ongoing)
        elif isinstance(message, timing.cable_check_reply) and is_finished(message):
            self.timers.stop(timing.cable_check)
        elif state is State.PRE_CHARGED:
            self.timers.stop(timing.pre_charge)


class StationTimekeeper:
    """The station's timers: for each next request, and for the first one."""

    def __init__(self, factor: float) -> None:
        """Every limit is multiplied by `factor`."""
        self.timers = Timers(factor)
        self.timing = TIMING_20

    def connected(self, at: float) -> None:
        """See `Timekeeper.connected`."""
        self.timers.start(STATION_COMMUNICATION_SETUP, at)

    def said(self, message: Message, at: float, stream: int = MAIN) -> None:
        """See `Timekeeper.said`; behind a response beside the main stream no other request is owed."""
        if isinstance(message, self.timing.set_up):
            self.timers.stop(STATION_COMMUNICATION_SETUP)
        if stream == MAIN or _failed(message):
            self.timers.start(self.timing.sequence_timer(message), at)

    def heard(self, message: Message, state: StrEnum, at: float, stream: int = MAIN) -> None:
        """See `Timekeeper.heard`."""
        if stream == MAIN:
            self.timers.stop(self.timing.sequence)


def _failed(response: Message) -> bool:
    return str(getattr(response, "response_code", "")).startswith("FAILED")
