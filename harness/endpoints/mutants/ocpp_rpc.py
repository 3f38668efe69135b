"""Stations and backends with one fault each in how they speak OCPP-J."""

from __future__ import annotations

import re
from typing import Any

from harness.core.case import Role
from harness.endpoints.csms.csms import Csms
from harness.endpoints.mutants.mutant import Mutant, series
from harness.endpoints.ocpp_terms import LinkTerms
from harness.endpoints.station.ocpp.half import BackendHalf
from harness.endpoints.station.station import Station
from harness.framing.ocppj import Call, CallError, Malformed, parse
from harness.messages.ocpp_schema import problems
from harness.sessions.events import Expired, Violation
from harness.sessions.ocpp.csms import CsmsSession
from harness.sessions.ocpp.station import StationSession

_station = series(Station, Role.STATION, ids="ocpp-station-rpc-", cases="OCPP-STN-RPC-")
_csms = series(Csms, Role.CSMS, ids="ocpp-csms-rpc-", cases="OCPP-CSMS-RPC-")
_ERROR_CODE = re.compile(rb'^(\[4,"[^"]*",)"(\w+)"')
_OLD = {b"FormatViolation": b"FormationViolation", b"OccurrenceConstraintViolation": b"OccurenceConstraintViolation"}


def _offends(data: bytes) -> bool:
    """Whether a frame is odd, or about what the device cannot do."""
    impossible = b'"PublishFirmware"' in data or b'"GetBaseReport"' in data
    frame = parse(data)
    wrong = isinstance(frame, Call) and bool(problems(frame.action, "request", frame.payload))
    return impossible or wrong or isinstance(frame, Malformed | CallError)


class OffendedStation(StationSession):
    """Hears nothing more once it heard something odd, or not what it waited for."""

    offended = False

    def receive(self, data: bytes, at: float) -> None:
        """Listen, or no longer."""
        if not self.offended:
            super().receive(data, at)
            self.offended = _offends(data) or self._upset()

    def expire(self, at: float) -> None:
        """An answer that never comes offends as well."""
        super().expire(at)
        self.offended = self.offended or self._upset()

    def _upset(self) -> bool:
        return any(isinstance(event, Violation | Expired) for event in self._events)


class OffendedCsms(CsmsSession):
    """Hears nothing more once it heard something odd."""

    offended = False

    def receive(self, data: bytes, at: float) -> None:
        """Listen, or no longer."""
        if not self.offended:
            super().receive(data, at)
            self.offended = _offends(data) or self._upset()

    def expire(self, at: float) -> None:
        """An answer that never comes offends as well."""
        super().expire(at)
        self.offended = self.offended or self._upset()

    def _upset(self) -> bool:
        return any(isinstance(event, Violation | Expired) for event in self._rpc._events)


class VagueStation(StationSession):
    """Has one error code for everything."""

    def outbox(self) -> list[bytes]:
        """What is to be sent, vaguely."""
        return [_ERROR_CODE.sub(rb'\1"GenericError"', data) for data in super().outbox()]


class VagueCsms(CsmsSession):
    """Has one error code for everything."""

    def outbox(self) -> list[bytes]:
        """What is to be sent, vaguely."""
        return [_ERROR_CODE.sub(rb'\1"GenericError"', data) for data in super().outbox()]


def _old(data: bytes) -> bytes:
    return _ERROR_CODE.sub(lambda found: found[1] + b'"' + _OLD.get(found[2], found[2]) + b'"', data)


class OldStation(StationSession):
    """Spells error codes as OCPP 1.6 does."""

    def outbox(self) -> list[bytes]:
        """What is to be sent, in the old spelling."""
        return [_old(data) for data in super().outbox()]


class OldCsms(CsmsSession):
    """Spells error codes as OCPP 1.6 does."""

    def outbox(self) -> list[bytes]:
        """What is to be sent, in the old spelling."""
        return [_old(data) for data in super().outbox()]


class Ids:
    """The message ids of calls that came before."""

    def __init__(self) -> None:
        """None came."""
        self._seen: set[str] = set()

    def known(self, data: bytes) -> bool:
        """Whether this is a call whose id came before; from now on it did."""
        frame = parse(data)
        if not isinstance(frame, Call):
            return False
        known = frame.message_id in self._seen
        self._seen.add(frame.message_id)
        return known


class DedupingStation(StationSession):
    """Takes a call with a known id for one that it has answered."""

    def __init__(self, **terms: Any) -> None:
        super().__init__(**terms)
        self._ids_seen = Ids()

    def receive(self, data: bytes, at: float) -> None:
        """Listen to what is new."""
        if not self._ids_seen.known(data):
            super().receive(data, at)


class DedupingCsms(CsmsSession):
    """Takes a call with a known id for one that it has answered."""

    def __init__(self, **terms: Any) -> None:
        super().__init__(**terms)
        self._ids_seen = Ids()

    def receive(self, data: bytes, at: float) -> None:
        """Listen to what is new."""
        if not self._ids_seen.known(data):
            super().receive(data, at)


class OneLine(StationSession):
    """Listens on its first connection only."""

    lines = 0

    def receive(self, data: bytes, at: float) -> None:
        """Listen, or no longer."""
        if not self.lines:
            super().receive(data, at)

    def end(self, at: float, why: str = "") -> None:
        """A connection is gone."""
        self.lines += 1
        super().end(at, why)


class Restless(BackendHalf):
    """Hangs up a little after every connect."""

    def connected(self, at: float) -> None:
        """Talk, and hang up."""
        super().connected(at)
        self.reconnect()


class Absent(CsmsSession):
    """Hears nothing."""

    def receive(self, data: bytes, at: float) -> None:
        """Nobody listens."""


def _serves_once(good: Csms) -> Csms:
    """A backend that listens to a station's first connection only; forgotten with each new backend."""
    served: list[CsmsSession] = []

    def session(**terms: Any) -> CsmsSession:
        served.append(CsmsSession(**terms) if not served else Absent(**terms))
        return served[-1]

    return good.having(session=session)


MUTANTS: tuple[Mutant, ...] = (
    _station(
        "offended",
        "The station does not listen any more once it heard something odd",
        ("002", "003", "004", "005", "006"),
        lambda good: good.having(session=OffendedStation),
    ),
    _station(
        "vague",
        "The station has one error code for everything that a call says wrong",
        ("003", "004"),
        lambda good: good.having(session=VagueStation),
    ),
    _station(
        "old-spelling",
        "The station spells error codes as OCPP 1.6 does",
        ("003[empty_list]", "003[unknown_field]"),
        lambda good: good.having(session=OldStation),
    ),
    _station(
        "deduping",
        "The station leaves a call unanswered whose message id it knows",
        ("005",),
        lambda good: good.having(session=DedupingStation),
    ),
    _station(
        "restless",
        "The station hangs up two seconds after every connect",
        ("007",),
        lambda good: good.having(half=Restless),
    ),
    _station(
        "one-line",
        "The station listens on its first connection only",
        ("008",),
        lambda good: good.having(session=OneLine),
    ),
    _station(
        "unjoined",
        "The station takes each frame of a message for a message of its own",
        ("007[fragments]",),
        lambda good: good.having(link=LinkTerms(unjoined=True)),
    ),
    _station(
        "no-pongs",
        "The station does not answer pings",
        ("007[pings]",),
        lambda good: good.having(link=LinkTerms(withholds_pongs=True)),
    ),
    _csms(
        "unjoined",
        "The backend takes each frame of a message for a message of its own",
        ("007[fragments]",),
        lambda good: good.having(link=LinkTerms(unjoined=True)),
    ),
    _csms(
        "no-pongs",
        "The backend does not answer pings",
        ("007[pings]",),
        lambda good: good.having(link=LinkTerms(withholds_pongs=True)),
    ),
    _csms(
        "no-deflate",
        "The backend does not agree to compression",
        ("007[compressed]",),
        lambda good: good.having(link=LinkTerms(deflate=False)),
    ),
    _csms(
        "offended",
        "The backend does not listen any more once it heard something odd",
        ("002", "003", "004", "008"),
        lambda good: good.having(session=OffendedCsms),
    ),
    _csms(
        "vague",
        "The backend has one error code for everything that a call says wrong",
        ("003", "004"),
        lambda good: good.having(session=VagueCsms),
    ),
    _csms(
        "old-spelling",
        "The backend spells error codes as OCPP 1.6 does",
        ("003[empty_list]", "003[unknown_field]"),
        lambda good: good.having(session=OldCsms),
    ),
    _csms(
        "deduping",
        "The backend leaves a call unanswered whose message id it knows",
        ("005",),
        lambda good: good.having(session=DedupingCsms),
    ),
    _csms(
        "serves-once",
        "The backend listens to the first connection of a station only",
        ("006",),
        _serves_once,
    ),
)
