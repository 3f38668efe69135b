"""An emulated EV with somebody at the wheel."""

from __future__ import annotations

import asyncio

from harness.cli.emulation.commands import Command, CommandError, Commands, choice, number
from harness.cli.emulation.screen import Screen
from harness.core.errors import UnreachableError
from harness.endpoints.ev.endpoint import NO_CONNECTION, NO_STATION, EvEndpoint, Outcome
from harness.endpoints.ev.ev import Ev
from harness.endpoints.ev.moves import SCHEDULE_RENEGOTIATION, SERVICE_RENEGOTIATION, STANDBY, Move
from harness.endpoints.ev.wheel import Wishes
from harness.trace.entry import Link, Operation
from harness.trace.recorder import Recorder
from harness.transports.clock import Clock

_RENEGOTIATIONS = {"schedule": SCHEDULE_RENEGOTIATION, "service": SERVICE_RENEGOTIATION}
_FAREWELL = 5.0
"""Seconds that a session has to end when somebody wants to leave the program."""


class Vehicle:
    """Follows commands; one session at a time."""

    def __init__(self, ev: Ev, endpoint: EvEndpoint, recorder: Recorder, clock: Clock, screen: Screen) -> None:
        """Nothing is plugged in yet."""
        self._wishes = Wishes()
        self._wishes.remark = lambda text: screen.say(text, "yellow")
        self._ev = ev.having(wishes=self._wishes)
        self._endpoint, self._recorder, self._clock, self._screen = endpoint, recorder, clock, screen
        self._session: asyncio.Task[None] | None = None
        self.broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Raises once something that a session needs is gone."""
        self._last: Outcome | None = None
        self.plugged = False
        self.commands = Commands(
            {
                "plug": Command(meaning="plug in and open a session", do=lambda _: self.plug()),
                "unplug": Command(meaning="pull the cable, whatever goes on", do=lambda _: self.unplug()),
                "stop": Command(meaning="end the session", do=lambda _: self._stop()),
                "pause": Command(meaning="end the session so that it can be joined again", do=lambda _: self._pause()),
                "resume": Command(meaning="join what was paused, or leave standby", do=lambda _: self._resume()),
                "limit": Command(usage="W [A] | off", meaning="take and give no more than that", do=self._limit),
                "renegotiate": Command(
                    usage="[schedule | service]",
                    meaning="ask for another schedule, or choose services anew",
                    do=self._renew,
                ),
                "standby": Command(usage="[SECONDS]", meaning="take no power for a while", do=self._stand_by),
                "show": Command(meaning="how things stand", do=lambda _: self.show()),
                "quit": Command(meaning="end the session and leave", do=lambda _: ""),
            }
        )

    @property
    def busy(self) -> bool:
        """Whether a session runs."""
        return self._session is not None and not self._session.done()

    async def rest(self) -> None:
        """Returns once no session runs."""
        if self._session is not None:
            await asyncio.wait({self._session})

    def plug(self) -> str:
        """Plug in and open a session; a paused one is joined again.

        Raises:
            CommandError: a session runs.
        """
        if self.busy:
            raise CommandError("a session runs already", do="stop or unplug first")
        if not self.plugged:
            self._operate("plug")
            self.plugged = True
        self._wishes.begin()
        paused = self._last is not None and self._last.state == "paused"
        ev = self._ev
        if paused and self._last is not None:
            ev = ev.having(resume=self._last.session_id, resume_evse_id=self._last.evse_id)
        self._session = asyncio.create_task(self._lead(ev))
        self._session.add_done_callback(self._ended)
        return "joins the paused session again" if paused else "plugged in"

    def unplug(self) -> str:
        """Pull the cable: the connection breaks, and nothing stays paused.

        Raises:
            CommandError: nothing is plugged in.
        """
        if not self.plugged:
            raise CommandError("nothing is plugged in", do="plug first")
        if self._session is not None:
            self._session.cancel()
        self._operate("unplug")
        self.plugged, self._last = False, None
        return "unplugged"

    def show(self) -> str:
        """How things stand."""
        battery = self._endpoint.battery
        charge = self._ev.car.soc if battery is None else battery.soc
        power = battery.power if battery is not None and self.busy else 0.0
        state = "in a session" if self.busy else self._last.state if self._last else "no session yet"
        bound = "" if self._wishes.power is None else f", held to {self._wishes.power:g} W"
        plug = "plugged in" if self.plugged else "unplugged"
        return f"{plug}, {state}; battery {charge:.2f} %, {power:.0f} W into it{bound}"

    async def leave(self) -> None:
        """End the session, in good order if the other side lets it."""
        if self.busy and self._session is not None:
            self._wishes.stop = True
            await self._clock.wait_for_any((self._session,), self._clock.now() + _FAREWELL)
        if self._session is not None:
            if not self._session.done():
                self._session.cancel()
            await asyncio.wait({self._session})

    def unreached(self) -> UnreachableError | None:
        """What kept the last session from beginning; None if it began."""
        if self._last is None or self._last.state not in {NO_STATION, NO_CONNECTION}:
            return None
        return UnreachableError(self._last.why, do="see that a station is there, on the same interface and SDP port")

    async def _lead(self, ev: Ev) -> None:
        self._last = await self._endpoint.run(ev)
        told = f"session {self._last.state}" + (f": {self._last.why}" if self._last.why else "")
        self._screen.say(f"{told}; battery {self._last.soc:.2f} %")
        self._screen.judge()

    def _ended(self, session: asyncio.Task[None]) -> None:
        problem = None if session.cancelled() else session.exception()
        if problem is not None and not self.broken.done():
            self.broken.set_exception(problem)

    def _stop(self) -> str:
        if not self.busy and self._last is not None and self._last.state == "paused":
            self._last = None
            return "the paused session will not be joined again"
        self._need_session()
        self._wishes.stop = True
        return "ends the session"

    def _pause(self) -> str:
        self._need_session()
        self._wishes.pause = True
        if self._ev.car.dynamic:
            return "pauses the session; in Dynamic control mode it is the station's to say, which may refuse"
        return "pauses the session"

    def _resume(self) -> str:
        if self.busy:
            self._wishes.exits_standby = True
            return "wants power again"
        if self._last is None or self._last.state != "paused":
            raise CommandError("no session is paused", do="plug to begin one")
        return self.plug()

    def _limit(self, words: list[str]) -> str:
        if not words:
            raise CommandError("how much?", do="write limit W, limit W A, or limit off")
        if words[0] == "off":
            self._wishes.limit(None)
            return "takes what it can"
        power, current = number(words, 0, "W"), number(words, 1, "A")
        self._wishes.limit(power, current)
        return f"takes and gives {power:g} W at most" + ("" if current is None else f", {current:g} A")

    def _renew(self, words: list[str]) -> str:
        kind = choice(words, tuple(_RENEGOTIATIONS))
        self._need_session()
        self._wishes.move(Move(do=_RENEGOTIATIONS[kind], after=0))
        return f"asks for another {kind}"

    def _stand_by(self, words: list[str]) -> str:
        seconds = number(words, 0, "s")
        self._need_session()
        self._wishes.move(Move(do=STANDBY, after=0, lasting=30.0 if seconds is None else seconds))
        return "stands by"

    def _need_session(self) -> None:
        if not self.busy:
            raise CommandError("no session runs", do="plug first")

    def _operate(self, action: str) -> None:
        self._recorder.add(self._clock.now(), Link.PLUG, None, Operation(action=action))
