"""The party under test in a run: our own good device, one of its mutants, a mute one, or a real device."""

from __future__ import annotations

from typing import Any

import msgspec

from harness.core.case import Role
from harness.endpoints.csms.csms import Csms
from harness.endpoints.ev.ev import Ev
from harness.endpoints.mutants.mutant import Mutant
from harness.endpoints.station.station import Station
from harness.sessions.discovery import SdpClient

Party = Ev | Station | Csms
ROLES: dict[type[Any], Role] = {Ev: Role.EV, Station: Role.STATION, Csms: Role.CSMS}


def faulty(good: Party, mutant: Mutant | None) -> Party:
    """The device that a mutant describes; the good one for None."""
    made: Party = mutant.make(good) if mutant is not None else good
    return made


def mute(good: Party) -> Party:
    """The same device, which takes connections and never says a word; an EV does not even look for a station."""
    if isinstance(good, Ev):
        return good.having(mute=True, search=_Unspoken)
    return msgspec.structs.replace(good, mute=True)


class _Unspoken(SdpClient):
    """A search in which nothing is asked."""

    def outbox(self) -> list[bytes]:
        """Nothing, ever."""
        super().outbox()
        return []
