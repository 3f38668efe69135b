"""Sessions that EVs paused: what is kept of them, and whether somebody may come back to one."""

from __future__ import annotations

from hashlib import sha512

from msgspec import Struct

from harness.endpoints.variant import Variant
from harness.messages.iso20.common import ScheduleTuple


class Visit(Struct, kw_only=True):
    """What stays with a service session from its setup to its end, pauses included."""

    session_id: bytes
    evcc_id: str
    service_id: int = 0
    parameter_set_id: int = 0
    control_mode: str = ""
    variant: Variant = Variant()
    """What the parameter set says."""
    schedules: tuple[ScheduleTuple, ...] = ()
    leaves_at: float | None = None
    """Unix time of the departure, where it is the station that knows it."""
    value_added: tuple[tuple[int, int], ...] = ()
    """Services beside energy that the EV selected, each with its parameter set."""
    sent_to_pause: bool = False
    contract: tuple[bytes, ...] = ()
    """The contract chain that pays, leaf first; empty: somebody else does."""
    import_wh: float = 0.0
    """The meter's registers at the beginning: MeterInfo counts from there (V2G20-902)."""
    export_wh: float = 0.0


def identity_of(certificate: bytes | None, evcc_id: str) -> bytes:
    """Who an EV is: its vehicle certificate (V2G20-2677), or what it calls itself where TLS told nothing."""
    return certificate if certificate is not None else evcc_id.encode()


def binding(session_id: bytes, identity: bytes) -> bytes:
    """Ties a session to an EV, by the standard's own example (V2G20-2550, V2G20-2554)."""
    return sha512(session_id + sha512(identity).digest()).digest()


class PausedSessions:
    """The sessions of one station that may be resumed."""

    def __init__(self) -> None:
        """None yet."""
        self._kept: dict[bytes, tuple[bytes, Visit]] = {}

    def __contains__(self, session_id: object) -> bool:
        return session_id in self._kept

    def keep(self, visit: Visit, identity: bytes) -> None:
        """Remember a session that was paused."""
        self._kept[visit.session_id] = (binding(visit.session_id, identity), visit)

    def join(self, session_id: bytes, identity: bytes) -> Visit | None:
        """Take a session up again; None if there is none of that id, or it is another EV's (V2G20-2545)."""
        bound, visit = self._kept.get(session_id, (b"", None))
        if visit is None or bound != binding(session_id, identity):
            return None
        del self._kept[session_id]
        return visit

    def forget(self) -> None:
        """Lose all, as a station does that restarts."""
        self._kept.clear()
