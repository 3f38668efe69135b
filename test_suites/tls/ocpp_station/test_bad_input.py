"""What a station gets instead of TLS, or of a WebSocket over it: survived, and tried again."""

from __future__ import annotations

import pytest

from harness.kit import Adversary, Bench, Feature, HandshakeMessage, Judge, Role, backend_links, case, ocpp_links, seen
from harness.messages.ocpp import BootNotification

BOOT = seen(BootNotification)
NEEDS = (Feature.OCPP201, Feature.OCPP_TLS)
CONTROL = "TLS-CST-002"
BREAKS = {
    "closes_at_hello": Adversary(close_at=HandshakeMessage.SERVER_HELLO),
    "closes_at_certificate": Adversary(close_at=HandshakeMessage.CERTIFICATE),
    "silent_at_certificate": Adversary(silent_at=HandshakeMessage.CERTIFICATE),
    "silent_at_finished": Adversary(silent_at=HandshakeMessage.FINISHED),
    "no_proof": Adversary(leave_out=(HandshakeMessage.CERTIFICATE_VERIFY,)),
    "wrong_proof": Adversary(wrong_signature=True),
}
"""Ways of a backend to break off, or to prove nothing."""


@pytest.mark.parametrize("what", backend_links.JUNK)
@case(
    "TLS-CST-040",
    "Junk in the place of TLS is survived",
    sut=Role.STATION,
    cites=("A00.FR.312",),
    needs=NEEDS,
    control=CONTROL,
)
async def test_junk(bench: Bench, judge: Judge, what: str) -> None:
    """Whoever answers at the backend's address says something that is no TLS, and closes."""
    secured = bench.secured(2)

    trace = await secured.run(
        secured.csms.at_first(opening=backend_links.JUNK[what]), plug=False, until=BOOT, limit=200.0
    )

    judge.any("boots at the good backend", trace.all(BootNotification))


@case(
    "TLS-CST-041",
    "A backend that says nothing to a hello is given up and tried again",
    sut=Role.STATION,
    cites=("A00.FR.312", "Part 4, 5.3"),
    needs=NEEDS,
    control=CONTROL,
)
async def test_silence(bench: Bench, judge: Judge) -> None:
    """The connection stays open without a word; five minutes are plenty to give it up."""
    secured = bench.secured(2)

    trace = await secured.run(secured.csms.at_first(silent=True), plug=False, until=BOOT, limit=300.0)

    judge.any("boots at the good backend", trace.all(BootNotification))


@pytest.mark.parametrize("status", (401, 403, 404, 500, 503))
@case(
    "TLS-CST-042",
    "A backend that refuses the upgrade is tried again",
    sut=Role.STATION,
    cites=("Part 4, 5.3",),
    needs=NEEDS,
    control=CONTROL,
)
async def test_refused_upgrade(bench: Bench, judge: Judge, status: int) -> None:
    """TLS is fine; the answer to the request for a WebSocket is an HTTP status."""
    secured = bench.secured(2)

    trace = await secured.run(secured.csms.at_first(status=status), plug=False, until=BOOT, limit=200.0)

    judge.any("boots at the good backend", trace.all(BootNotification))


@pytest.mark.parametrize("how", BREAKS)
@case(
    "TLS-CST-043",
    "A backend that breaks off in the middle of a handshake is tried again",
    sut=Role.STATION,
    cites=("A00.FR.312", "Part 4, 5.3"),
    needs=NEEDS,
    control=CONTROL,
)
async def test_broken_off(bench: Bench, judge: Judge, how: str) -> None:
    """It ends the connection, or says nothing more, or proves nothing, where one of its messages is due."""
    secured = bench.secured(2)

    trace = await secured.run(secured.csms.at_first(adversary=BREAKS[how]), plug=False, until=BOOT, limit=300.0)

    judge.take(ocpp_links.came_to_nothing(trace))
    judge.any("boots at the good backend", trace.all(BootNotification))
