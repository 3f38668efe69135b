"""An emulated backend with an operator: commands from the terminal, requests over HTTP."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any

from harness.cli.emulation.commands import Command, CommandError, Commands, number
from harness.cli.emulation.policy import DELAY, ERROR, KINDS, PAYLOAD, Desk, Policy, known_action
from harness.cli.emulation.screen import Screen
from harness.core.case import Role
from harness.endpoints.csms.endpoint import CsmsEndpoint
from harness.messages.ocpp import Action, Kind, OcppMessage
from harness.trace.entry import Entry
from harness.trace.recorder import Recorder

_ALL = "*"


class Backend:
    """Follows commands; takes whatever stations come."""

    def __init__(self, endpoint: CsmsEndpoint, desk: Desk, recorder: Recorder, screen: Screen) -> None:
        """The endpoint listens; from now on it takes connections."""
        self._endpoint, self._desk, self._screen = endpoint, desk, screen
        self._serving = asyncio.create_task(endpoint.run())
        self._awaited: list[_Awaited] = []
        self._outage: asyncio.Task[None] | None = None
        recorder.listen(self._heard)
        self.commands = Commands(
            {
                "call": Command(usage="[STATION] ACTION [JSON]", meaning="make a request", do=self._call),
                "answer": Command(
                    usage="ACTION accept | reject | silent | wrong | delay S | error [CODE] | JSON",
                    meaning="answer an action so from now on",
                    do=self._answer,
                ),
                "token": Command(usage="ID [STATUS]", meaning="what is said of a token; usual without", do=self._token),
                "tariff": Command(usage="PRICE | off", meaning="price of a kWh, told as cost so far", do=self._tariff),
                "outage": Command(usage="SECONDS", meaning="be away for so long", do=self._away),
                "show": Command(meaning="the stations, and what was changed", do=lambda _: self.show()),
                "quit": Command(meaning="close the port and leave", do=lambda _: ""),
            }
        )

    @property
    def broken(self) -> asyncio.Future[None]:
        """Ends only if something of ours breaks."""
        return self._serving

    async def rest(self) -> None:
        """Never: a backend waits for whoever comes, until it is told to leave."""
        await asyncio.Event().wait()

    async def leave(self) -> None:
        """Close the port and every connection."""
        for task in (self._outage, self._serving):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        self._screen.judge()

    def state(self) -> dict[str, Any]:
        """How things stand, as plain values."""
        connected = self._endpoint.connected
        stations = {
            station_id: {
                "connected": station_id in connected,
                "registration": connected.get(station_id, known.registration).value,
                "boots": len(known.boots),
                "connectors": {f"{evse}.{connector}": said for (evse, connector), said in known.statuses.items()},
                "transactions": {
                    one.transaction_id: {"ended": one.ended, "chargingState": one.charging_state}
                    for one in known.transactions.values()
                },
                "securityEvents": len(known.security_events),
            }
            for station_id, known in self._endpoint.known.items()
        }
        return {
            "url": self._endpoint.url,
            "stations": stations,
            "answers": {action: str(policy) for action, policy in self._desk.answers.items()},
            "tokens": dict(self._desk.tokens),
            "price": self._desk.price,
        }

    def show(self) -> str:
        """How things stand, a line for each station and each change."""
        state = self.state()
        rows = [_row(name, one) for name, one in state["stations"].items()] or ["no station was here yet"]
        rows += [f"answers {action}: {policy}" for action, policy in state["answers"].items()]
        rows += [f"token {token}: {status}" for token, status in state["tokens"].items()]
        if state["price"] is not None:
            rows.append(f"a kWh costs {state['price']:g}")
        return "\n".join(rows)

    def ask(self, action: str, payload: dict[str, Any], station_id: str = "") -> asyncio.Future[dict[str, Any]]:
        """Make a request; the future gets the answer as plain values. What no schema allows goes out all the same.

        Args:
            action: of OCPP 2.0.1.
            payload: as it travels.
            station_id: whom to ask; empty: the one that is connected.

        Raises:
            CommandError: there is no such action, nobody of that name is connected, or several are.
        """
        call = Action(known_action(action))(**payload)
        station_id = self._meant(station_id)
        for objection in call.problems():
            self._screen.say(f"sent all the same: {objection}", "yellow")
        awaited = _Awaited(action)
        self._awaited.append(awaited)
        self._endpoint.ask(call, station_id)
        return awaited.answer

    def change(self, action: str, policy: Policy) -> str:
        """Answer an action so from now on; says what was changed.

        Raises:
            CommandError: see `Desk.set`.
        """
        self._desk.set(action, policy)
        return f"answers {action}: {policy}"

    def account(self, token: str, status: str) -> str:
        """Say this of a token from now on; the usual again for an empty status."""
        if status:
            self._desk.tokens[token] = status
        else:
            self._desk.tokens.pop(token, None)
        return f"token {token}: {status or 'as usual'}"

    def charge(self, price: float | None) -> str:
        """Take this for a kWh from now on; None: tell no cost."""
        self._desk.price = price
        return "tells no cost" if price is None else f"a kWh costs {price:g}"

    def _meant(self, station_id: str) -> str:
        connected = list(self._endpoint.connected)
        if station_id and station_id not in connected:
            raise CommandError(f"{station_id} is not connected", do=f"connected: {', '.join(connected) or 'nobody'}")
        if not station_id and len(connected) != 1:
            here = ", ".join(connected)
            raise CommandError(
                f"several stations are connected: {here}" if connected else "no station is connected",
                do="name one" if connected else "wait until one is",
            )
        return station_id or connected[0]

    def _call(self, words: list[str]) -> str:
        named = words[:1] if words and words[0] in self._endpoint.known else []
        action, *rest = words[len(named) :] or [""]
        if not action:
            raise CommandError("which request?", do='write call GetVariables {"getVariableData": [...]}')
        self.ask(action, _json(" ".join(rest)), *named)
        return f"asks {action}"

    def _answer(self, words: list[str]) -> str:
        if len(words) < 2:
            raise CommandError("answer what, and how?", do=f"write answer ACTION and one of {', '.join(KINDS)}")
        action, kind, *rest = words
        if kind.startswith("{"):
            return self.change(action, Policy(kind=PAYLOAD, payload=_json(" ".join([kind, *rest]))))
        if kind == DELAY:
            seconds = number(rest, 0, "s")
            return self.change(action, Policy(kind=DELAY, seconds=5.0 if seconds is None else seconds))
        if kind == ERROR and rest:
            return self.change(action, Policy(kind=ERROR, code=rest[0]))
        return self.change(action, Policy(kind=kind))

    def _token(self, words: list[str]) -> str:
        if not words:
            raise CommandError("which token?", do="write token ID STATUS")
        return self.account(words[0], words[1] if len(words) > 1 else "")

    def _tariff(self, words: list[str]) -> str:
        if not words:
            raise CommandError("how much?", do="write tariff 0.35, or tariff off")
        return self.charge(None if words[0] == "off" else number(words, 0, "a currency"))

    def _away(self, words: list[str]) -> str:
        seconds = number(words, 0, "s") or 10.0
        self._outage = asyncio.create_task(self._endpoint.outage(seconds))
        return f"is away for {seconds:g} s"

    def _heard(self, entry: Entry) -> None:
        message = entry.message
        if not isinstance(message, OcppMessage):
            return
        for awaited in self._awaited:
            if awaited.takes(message, by=entry.sender):
                break
        self._awaited = [one for one in self._awaited if not one.answer.done()]


class _Awaited:
    """A request on its way: first its CALL is seen, then what answers it."""

    def __init__(self, action: str) -> None:
        self.answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._action, self._message_id = action, ""

    def takes(self, message: OcppMessage, *, by: Role | None) -> bool:
        """Whether a message belongs to it."""
        if self.answer.done():
            return False
        if not self._message_id and message.kind is Kind.REQUEST and by is Role.CSMS:
            self._message_id = message.message_id if message.action == self._action else ""
            return bool(self._message_id)
        if by is Role.STATION and message.kind is not Kind.REQUEST and message.message_id == self._message_id:
            self.answer.set_result({"kind": message.kind.value, "payload": message.payload})
            return True
        return False


def _row(name: str, one: dict[str, Any]) -> str:
    going = [known for known, told in one["transactions"].items() if not told["ended"]]
    connectors = ", ".join(f"{place} {status}" for place, status in one["connectors"].items())
    here = "connected" if one["connected"] else "away"
    return f"{name}: {here}, {one['registration']}; {connectors or 'no status yet'}; {len(going)} transactions"


def _json(text: str) -> dict[str, Any]:
    if not text:
        return {}
    try:
        found = json.loads(text)
    except ValueError as problem:
        raise CommandError(f"the payload is no JSON: {problem}", do='write {"key": value}') from problem
    if not isinstance(found, dict):
        raise CommandError("the payload is no JSON object", do='write {"key": value}')
    return found
