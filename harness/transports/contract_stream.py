"""What every stream must do; each coroutine takes both ends of a fresh connection."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from harness.transports.base import ConnectionLost, LossKind, Stream
from harness.transports.contract_terms import ContractBroken, holds, loss, settle, started

_LARGE = bytes(range(256)) * 4096
_MANY = 1000
"""Sends after which the most patient transport must have noticed that its peer is gone."""


async def carries_bytes_both_ways(one: Stream, other: Stream) -> None:
    """Nothing is lost, repeated or reordered, however large."""
    sent = await asyncio.gather(
        one.send(_LARGE), other.send(_LARGE[::-1]), _read(other, len(_LARGE)), _read(one, len(_LARGE))
    )
    holds(sent[2] == _LARGE, "what the first sent is what the second received")
    holds(sent[3] == _LARGE[::-1], "what the second sent is what the first received")


async def keeps_sends_whole(one: Stream, other: Stream) -> None:
    """Sends of several tasks never mix."""
    blocks = [bytes([number]) * 50_000 for number in range(8)]
    sending = asyncio.gather(*(one.send(block) for block in blocks))
    received = await _read(other, 50_000 * len(blocks))
    await sending
    parts = [received[start : start + 50_000] for start in range(0, len(received), 50_000)]
    holds(sorted(parts) == sorted(blocks), "each send arrives in one piece")


async def ends_orderly(one: Stream, other: Stream) -> None:
    """What was sent before a close arrives; then comes the end, as often as one asks."""
    await one.send(b"last words")
    await one.close()
    holds(await _read_all(other) == b"last words", "bytes sent before a close arrive")
    holds(await other.receive() == b"", "the end stays the end")


async def closing_ends_our_receive(one: Stream, other: Stream) -> None:
    """A task that waits in `receive` while its own side closes gets the end."""
    waiting = await started(one.receive())
    await one.close()
    holds(await waiting == b"", "our own close ends our receive orderly")
    holds(await other.receive() == b"", "and that of the peer")


async def closing_on_unread_bytes_is_orderly(one: Stream, other: Stream) -> None:
    """Bytes that we never read do not turn our close into a reset."""
    await other.send(b"never read")
    await settle()
    await one.close()
    holds(await other.receive() == b"", "the peer sees an end, not a reset")


async def abort_is_seen_as_reset(one: Stream, other: Stream) -> None:
    """The peer of an abort gets a reset, while it waits or later."""
    waiting = await started(other.receive())
    one.abort()
    lost = await loss(waiting)
    holds(lost.how is LossKind.RESET, f"the peer sees a reset, not {lost.how}")
    again = await loss(other.receive())
    holds(again.how is LossKind.RESET, "a reset stays a reset")


async def abort_wakes_our_receive(one: Stream, other: Stream) -> None:
    """A task that waits in `receive` while its own side aborts is told so."""
    waiting = await started(one.receive())
    one.abort()
    lost = await loss(waiting)
    holds(lost.how is LossKind.ABORTED, f"our own abort is told apart from a reset, got {lost.how}")
    await loss(other.receive())


async def refuses_to_send_after_close(one: Stream, other: Stream) -> None:
    """Sending after our own close or abort fails at once."""
    await one.close()
    holds((await loss(one.send(b"x"))).how is LossKind.ABORTED, "sending after our own close fails")
    other.abort()
    holds((await loss(other.send(b"x"))).how is LossKind.ABORTED, "sending after our own abort fails")


async def notices_a_peer_that_is_gone(one: Stream, other: Stream) -> None:
    """Sending to a peer that has closed fails in the end."""
    await other.close()
    for _ in range(_MANY):
        try:
            await one.send(b"is anybody there?")
        except ConnectionLost as lost:
            holds(lost.how is LossKind.RESET, f"a peer that is gone is a reset, not {lost.how}")
            return
        await settle()
    raise ContractBroken(f"{_MANY} sends to a peer that is gone succeeded")


async def may_be_closed_twice(one: Stream, other: Stream) -> None:
    """Closing again, or aborting what is closed, does nothing."""
    await one.close()
    await one.close()
    one.abort()
    holds(await other.receive() == b"", "an abort after a close is no reset")


async def cancelling_loses_nothing(one: Stream, other: Stream) -> None:
    """A cancelled `receive` leaves the bytes for the next one."""
    for number in range(20):
        waiting = await started(other.receive())
        sending = asyncio.ensure_future(one.send(bytes([number])))
        waiting.cancel()
        await sending
        (outcome,) = await asyncio.gather(waiting, return_exceptions=True)
        data = outcome if isinstance(outcome, bytes) else await other.receive()
        holds(data == bytes([number]), f"byte {number} survives the cancellation")


async def names_its_ends(one: Stream, other: Stream) -> None:
    """Each end says where it is, and the ends agree."""
    holds(bool(one.local and one.peer and other.local and other.peer), "both ends have names")
    holds(other.peer == one.local, f"{other.peer} and {one.local} are the same end")


STREAM_CONTRACT: tuple[Callable[[Stream, Stream], Awaitable[None]], ...] = (
    carries_bytes_both_ways,
    keeps_sends_whole,
    ends_orderly,
    closing_ends_our_receive,
    closing_on_unread_bytes_is_orderly,
    abort_is_seen_as_reset,
    abort_wakes_our_receive,
    refuses_to_send_after_close,
    notices_a_peer_that_is_gone,
    may_be_closed_twice,
    cancelling_loses_nothing,
    names_its_ends,
)


async def _read(stream: Stream, count: int) -> bytes:
    received = bytearray()
    while len(received) < count:
        data = await stream.receive()
        holds(data != b"", f"{count} bytes come before the end, got {len(received)}")
        received += data
    return bytes(received)


async def _read_all(stream: Stream) -> bytes:
    received = bytearray()
    while data := await stream.receive():
        received += data
    return bytes(received)
