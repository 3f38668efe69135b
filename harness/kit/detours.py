"""Detours of the emulated EV: requests that it would not make by itself, on its way through a session."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from harness.endpoints.ev.ev import Ev
from harness.messages.iso20.common import (
    ServiceDetailReq,
    ServiceDiscoveryRes,
    ServiceSelectionReq,
    SessionStopReq,
)


def asking_for_every_service(ev: Ev) -> Ev:
    """The same EV, which asks for the details of every energy transfer service, its own last, before it selects one.

    Having asked for others it may think that nothing suits it; it asks on all the same.
    """
    left: list[int] = []

    def begin(heard: Any, usual: ServiceDetailReq) -> ServiceDetailReq:
        if not isinstance(heard, ServiceDiscoveryRes):
            return usual
        offered = (each.service_id for each in heard.energy_transfer_service_list.service)
        left[:] = [*(each for each in offered if each != usual.service_id), usual.service_id]
        return ServiceDetailReq(header=usual.header, service_id=left.pop(0))

    def go_on(_: Any, usual: ServiceSelectionReq | SessionStopReq) -> Any:
        return ServiceDetailReq(header=usual.header, service_id=left.pop(0)) if left else usual

    asking = ev.answering(ServiceDetailReq, begin)
    return asking.answering(ServiceSelectionReq, go_on).answering(SessionStopReq, go_on)


def unoffered(offered: Iterable[int]) -> int:
    """The smallest number above zero that is not among those offered."""
    taken = set(offered)
    return next(number for number in range(1, len(taken) + 2) if number not in taken)
