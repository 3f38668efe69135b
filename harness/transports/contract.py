"""What every transport must do, as coroutines that raise `ContractBroken` where one does not.

`STREAM_CONTRACT` takes both ends of a fresh connection, `NETWORK_CONTRACT` a network; tests run all of them over
each implementation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from harness.core.errors import HarnessError, UnreachableError
from harness.transports.base import Address, ConnectionLost, LossKind, Network, Stream

_LARGE = bytes(range(256)) * 4096
_MANY = 1000
"""Sends after which the most patient transport must have noticed that its peer is gone."""
_GROUP = "ff02::1"

Result = TypeVar("Result")


class ContractBroken(HarnessError):
    """A transport does not do what `harness.transports.base` promises."""


async def connected(network: Network) -> tuple[Stream, Stream]:
    """Both ends of a fresh connection: the connecting one, then the accepted one."""
    listener = await network.listen("")
    client, server = await asyncio.gather(network.connect(listener.address, listener.port), listener.accept())
    await listener.close()
    return client, server


async def carries_bytes_both_ways(one: Stream, other: Stream) -> None:
    """Nothing is lost, repeated or reordered, however large."""
    sent = await asyncio.gather(
        one.send(_LARGE), other.send(_LARGE[::-1]), _read(other, len(_LARGE)), _read(one, len(_LARGE))
    )
    _holds(sent[2] == _LARGE, "what the first sent is what the second received")
    _holds(sent[3] == _LARGE[::-1], "what the second sent is what the first received")


async def keeps_sends_whole(one: Stream, other: Stream) -> None:
    """Sends of several tasks never mix."""
    blocks = [bytes([number]) * 50_000 for number in range(8)]
    sending = asyncio.gather(*(one.send(block) for block in blocks))
    received = await _read(other, 50_000 * len(blocks))
    await sending
    parts = [received[start : start + 50_000] for start in range(0, len(received), 50_000)]
    _holds(sorted(parts) == sorted(blocks), "each send arrives in one piece")


async def ends_orderly(one: Stream, other: Stream) -> None:
    """What was sent before a close arrives; then comes the end, as often as one asks."""
    await one.send(b"last words")
    await one.close()
    _holds(await _read_all(other) == b"last words", "bytes sent before a close arrive")
    _holds(await other.receive() == b"", "the end stays the end")


async def closing_ends_our_receive(one: Stream, other: Stream) -> None:
    """A task that waits in `receive` while its own side closes gets the end."""
    waiting = await _started(one.receive())
    await one.close()
    _holds(await waiting == b"", "our own close ends our receive orderly")
    _holds(await other.receive() == b"", "and that of the peer")


async def closing_on_unread_bytes_is_orderly(one: Stream, other: Stream) -> None:
    """Bytes that we never read do not turn our close into a reset."""
    await other.send(b"never read")
    await _settle()
    await one.close()
    _holds(await other.receive() == b"", "the peer sees an end, not a reset")


async def abort_is_seen_as_reset(one: Stream, other: Stream) -> None:
    """The peer of an abort gets a reset, while it waits or later."""
    waiting = await _started(other.receive())
    one.abort()
    lost = await _loss(waiting)
    _holds(lost.how is LossKind.RESET, f"the peer sees a reset, not {lost.how}")
    again = await _loss(other.receive())
    _holds(again.how is LossKind.RESET, "a reset stays a reset")


async def abort_wakes_our_receive(one: Stream, other: Stream) -> None:
    """A task that waits in `receive` while its own side aborts is told so."""
    waiting = await _started(one.receive())
    one.abort()
    lost = await _loss(waiting)
    _holds(lost.how is LossKind.ABORTED, f"our own abort is told apart from a reset, got {lost.how}")
    await _loss(other.receive())


async def refuses_to_send_after_close(one: Stream, other: Stream) -> None:
    """Sending after our own close or abort fails at once."""
    await one.close()
    _holds((await _loss(one.send(b"x"))).how is LossKind.ABORTED, "sending after our own close fails")
    other.abort()
    _holds((await _loss(other.send(b"x"))).how is LossKind.ABORTED, "sending after our own abort fails")


async def notices_a_peer_that_is_gone(one: Stream, other: Stream) -> None:
    """Sending to a peer that has closed fails in the end."""
    await other.close()
    for _ in range(_MANY):
        try:
            await one.send(b"is anybody there?")
        except ConnectionLost as lost:
            _holds(lost.how is LossKind.RESET, f"a peer that is gone is a reset, not {lost.how}")
            return
        await _settle()
    raise ContractBroken(f"{_MANY} sends to a peer that is gone succeeded")


async def may_be_closed_twice(one: Stream, other: Stream) -> None:
    """Closing again, or aborting what is closed, does nothing."""
    await one.close()
    await one.close()
    one.abort()
    _holds(await other.receive() == b"", "an abort after a close is no reset")


async def cancelling_loses_nothing(one: Stream, other: Stream) -> None:
    """A cancelled `receive` leaves the bytes for the next one."""
    for number in range(20):
        waiting = await _started(other.receive())
        sending = asyncio.ensure_future(one.send(bytes([number])))
        waiting.cancel()
        await sending
        (outcome,) = await asyncio.gather(waiting, return_exceptions=True)
        data = outcome if isinstance(outcome, bytes) else await other.receive()
        _holds(data == bytes([number]), f"byte {number} survives the cancellation")


async def names_its_ends(one: Stream, other: Stream) -> None:
    """Each end says where it is, and the ends agree."""
    _holds(bool(one.local and one.peer and other.local and other.peer), "both ends have names")
    _holds(other.peer == one.local, f"{other.peer} and {one.local} are the same end")


async def says_that_nobody_listens(network: Network) -> None:
    """Connecting to a port where nobody listens names what was tried."""
    listener = await network.listen("")
    address, port = listener.address, listener.port
    await listener.close()
    _names_port(await _unreachable(network.connect(address, port)), port)


async def says_that_a_port_is_taken(network: Network) -> None:
    """A second listener or datagram socket on a port is refused, until the first is closed."""
    listener = await network.listen("")
    _names_port(await _unreachable(network.listen("", listener.port)), listener.port)
    await listener.close()
    await (await network.listen("", listener.port)).close()
    datagrams = await network.datagrams()
    port = datagrams.local.port
    _names_port(await _unreachable(network.datagrams(port)), port)
    await datagrams.close()
    await (await network.datagrams(port)).close()


async def closing_a_listener_wakes_and_resets(network: Network) -> None:
    """Who waits in `accept` is told; who connected and was never accepted is reset."""
    listener = await network.listen("")
    waiting = await _started(listener.accept())
    await listener.close()
    await _loss(waiting)
    listener = await network.listen("")
    client = await network.connect(listener.address, listener.port)
    await listener.close()
    await _loss(client.receive())
    client.abort()


async def answers_datagrams(network: Network) -> None:
    """A datagram says whom to answer, and the answer arrives."""
    asking, answering = await network.datagrams(), await network.datagrams()
    await asking.send(b"where?", Address(network.local_address, answering.local.port))
    question, who = await answering.receive()
    await answering.send(b"here", who)
    answer, _ = await asking.receive()
    _holds((question, answer) == (b"where?", b"here"), "question and answer arrive as they were sent")
    await asking.close()
    await answering.close()


async def finds_the_group(network: Network) -> None:
    """What goes to `sdp_destination` reaches a socket that joined the group, and the answer comes back."""
    station = await network.datagrams(group=_GROUP)
    vehicle = await network.datagrams()
    await vehicle.send(b"request", Address(network.sdp_destination, station.local.port))
    data, who = await station.receive()
    _holds(data == b"request", "the request arrives unchanged")
    _holds(who.port == vehicle.local.port, "the sender's port is the vehicle's")
    await station.send(b"response", who)
    _holds((await vehicle.receive())[0] == b"response", "the response comes back")
    await station.close()
    await vehicle.close()


async def closing_datagrams_wakes(network: Network) -> None:
    """Who waits for a datagram is told that the socket was closed."""
    datagrams = await network.datagrams()
    waiting = await _started(datagrams.receive())
    await datagrams.close()
    _holds((await _loss(waiting)).how is LossKind.ABORTED, "a closed socket ends the wait")
    await datagrams.close()


async def closes_everything(network: Network) -> None:
    """Closing the network closes what is open."""
    listener = await network.listen("")
    client = await network.connect(listener.address, listener.port)
    server = await listener.accept()
    datagrams = await network.datagrams()
    await network.close()
    for waiting in (client.receive(), server.receive(), listener.accept(), datagrams.receive()):
        await _loss(waiting)


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
NETWORK_CONTRACT: tuple[Callable[[Network], Awaitable[None]], ...] = (
    says_that_nobody_listens,
    says_that_a_port_is_taken,
    closing_a_listener_wakes_and_resets,
    answers_datagrams,
    finds_the_group,
    closing_datagrams_wakes,
    closes_everything,
)


def _holds(condition: bool, what: str) -> None:  # noqa: FBT001 - reads like an assertion
    if not condition:
        raise ContractBroken(f"it does not hold that {what}")


def _names_port(problem: UnreachableError, port: int) -> None:
    _holds(str(port) in str(problem), f"port {port} is named in {str(problem)!r}")
    _holds(bool(problem.do), "the error says what to do")


async def _started(coroutine: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
    """The coroutine as a task that has reached its first wait."""
    task = asyncio.ensure_future(coroutine)
    await _settle()
    return task


async def _settle() -> None:
    """Let other tasks, and bytes on loopback, move on."""
    loop = asyncio.get_running_loop()
    for _ in range(3):
        moved = loop.create_future()
        loop.call_soon(moved.set_result, None)
        await moved


async def _loss(waiting: Awaitable[object]) -> ConnectionLost:
    try:
        outcome = await waiting
    except ConnectionLost as lost:
        return lost
    raise ContractBroken(f"{outcome!r} came where the connection should have been lost")


async def _unreachable(waiting: Awaitable[object]) -> UnreachableError:
    try:
        await waiting
    except UnreachableError as problem:
        return problem
    raise ContractBroken("what cannot be reached was reached")


async def _read(stream: Stream, count: int) -> bytes:
    received = bytearray()
    while len(received) < count:
        data = await stream.receive()
        _holds(data != b"", f"{count} bytes come before the end, got {len(received)}")
        received += data
    return bytes(received)


async def _read_all(stream: Stream) -> bytes:
    received = bytearray()
    while data := await stream.receive():
        received += data
    return bytes(received)
