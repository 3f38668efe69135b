"""An emulated station with somebody beside it."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from harness.cli.emulation.commands import Command, CommandError, Commands, choice, number
from harness.cli.emulation.screen import Screen
from harness.endpoints.station import happenings as happen
from harness.endpoints.station.announcements import PAUSE, SCHEDULE_RENEGOTIATION, SERVICE_RENEGOTIATION, TERMINATE
from harness.endpoints.station.endpoint import StationEndpoint
from harness.endpoints.station.plant import ACCEPTED, REJECTED
from harness.endpoints.station.quantities import Token
from harness.trace.entry import Entry, Link, LinkSeen, Operation
from harness.trace.recorder import Recorder
from harness.transports.clock import Clock

_ASKS = {"schedule": SCHEDULE_RENEGOTIATION, "service": SERVICE_RENEGOTIATION}


class Post:
    """Follows commands; serves whoever comes."""

    def __init__(self, endpoint: StationEndpoint, recorder: Recorder, clock: Clock, screen: Screen) -> None:
        """Nothing is plugged in yet; the endpoint is open."""
        self._endpoint, self._plant = endpoint, endpoint.plant
        self._recorder, self._clock, self._screen = recorder, clock, screen
        self._serving = asyncio.create_task(endpoint.run())
        self._over, self._plugged = asyncio.Event(), False
        self._plant.listen(self._happened)
        recorder.listen(self._seen)
        self.commands = Commands(
            {
                "plug": Command(meaning="plug the cable in", do=lambda _: self.plug()),
                "unplug": Command(meaning="pull the cable, whatever goes on", do=lambda _: self._unplug()),
                "stop": Command(meaning="ask the EV to end the session", do=lambda _: self._ask(TERMINATE)),
                "pause": Command(meaning="ask the EV to pause", do=lambda _: self._ask(PAUSE)),
                "limit": Command(usage="W | off", meaning="let no more than that flow, either way", do=self._limit),
                "renegotiate": Command(
                    usage="[schedule | service]", meaning="ask the EV to settle anew", do=self._renew
                ),
                "accept": Command(usage="[TOKEN]", meaning="hold a token to the reader", do=self._accept),
                "reject": Command(meaning="refuse the EV that waits", do=lambda _: self._reject()),
                "show": Command(meaning="how things stand", do=lambda _: self.show()),
                "quit": Command(meaning="close the ports and leave", do=lambda _: ""),
            }
        )

    @property
    def broken(self) -> asyncio.Future[None]:
        """Ends only if something of ours breaks."""
        return self._serving

    async def rest(self) -> None:
        """Returns once a session has come to its end; at once where nothing was plugged in."""
        if self._plugged:
            await self._over.wait()

    async def leave(self) -> None:
        """Close the ports; a connection that runs is torn down."""
        self._endpoint.v2g.cut()
        self._serving.cancel()
        with suppress(asyncio.CancelledError):
            await self._serving
        await self._endpoint.close()
        self._screen.judge()

    def plug(self) -> str:
        """Plug the cable in.

        Raises:
            CommandError: it is in.
        """
        if self._plant.connected:
            raise CommandError("the cable is in already", do="unplug first")
        self._operate("plug")
        self._plugged = True
        self._plant.plugged(self._clock.now())
        return "plugged in"

    def show(self) -> str:
        """How things stand."""
        plant, now = self._plant, self._clock.now()
        limits = plant.limits(now)
        who = plant.evcc_id or ("somebody" if plant.connected else "nobody")
        charge = "" if plant.soc is None else f", battery {plant.soc:g} %"
        what = "" if plant.service_id is None else f", service {plant.service_id}, {plant.control_mode}"
        return (
            f"{plant.charging_state(now)}: {who} plugged in, authorisation {plant.authorisation}{what}{charge}; "
            f"{plant.meter.power_w:.0f} W to the EV, limit {limits.max_charge_power:g} W"
        )

    def _unplug(self) -> str:
        if not self._plant.connected:
            raise CommandError("nothing is plugged in", do="plug first")
        self._operate("unplug")
        self._endpoint.v2g.cut()
        self._plant.unplugged(self._clock.now())
        return "unplugged"

    def _ask(self, wish: str) -> str:
        if self._plant.evcc_id is None:
            raise CommandError("no session runs", do="wait for an EV")
        self._plant.ask(wish)
        return f"asks the EV: {wish.replace('_', ' ')}"

    def _limit(self, words: list[str]) -> str:
        if not words:
            raise CommandError("how much?", do="write limit W, or limit off")
        watts = None if words[0] == "off" else number(words, 0, "W")
        self._plant.hold_to(watts, self._clock.now())
        return "lets flow what its ratings allow" if watts is None else f"lets {watts:g} W flow at most"

    def _renew(self, words: list[str]) -> str:
        return self._ask(_ASKS[choice(words, tuple(_ASKS))])

    def _accept(self, words: list[str]) -> str:
        if self._plant.authorisation == ACCEPTED:
            raise CommandError("the EV is authorised already", do="stop ends its session")
        token = Token(id_token=words[0]) if words else Token(id_token="0123456789ABCD")  # noqa: S106 - no password
        self._operate("present_token")
        self._plant.token_presented(token, self._clock.now())
        return f"token {token.id_token} presented"

    def _reject(self) -> str:
        if self._plant.authorisation == ACCEPTED:
            raise CommandError("the EV is authorised already", do="stop ends its session")
        self._plant.authorise(REJECTED, self._clock.now())
        return "refuses the EV"

    def _happened(self, what: happen.Happening) -> None:
        if isinstance(what, happen.AuthorisationWanted) and self._plant.settings.token is None:
            self._screen.say("the EV waits for authorisation: accept or reject", "bold yellow")
        elif isinstance(what, happen.AuthorisationChanged):
            self._screen.say(f"authorisation {what.authorisation}", "dim")

    def _seen(self, entry: Entry) -> None:
        """A connection came to its end; so has the session, unless the EV paused it."""
        gone = isinstance(entry.body, LinkSeen) and entry.body.state in {"closed", "reset"}
        if entry.link is Link.V2G and gone:
            self._screen.say("session paused" if self._plant.paused else "session over")
            self._screen.judge()
            if not self._plant.paused:
                self._over.set()

    def _operate(self, action: str) -> None:
        self._recorder.add(self._clock.now(), Link.PLUG, None, Operation(action=action))
