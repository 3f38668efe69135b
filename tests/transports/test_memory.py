"""The network in memory: any name, its own addresses, groups, and streams cut as one likes."""

from __future__ import annotations

import pytest

from harness.core.errors import UnreachableError
from harness.transports.base import Address, ConnectionLost, LossKind
from harness.transports.clock import run
from harness.transports.contract import connected
from harness.transports.memory import MemoryNetwork, Segmentation, as_sent, in_pieces, joined


@pytest.mark.parametrize(
    ("segmentation", "received"),
    [
        (as_sent, [b"ab", b"cdef", b"g"]),
        (joined, [b"abcdefg"]),
        (in_pieces(3), [b"abc", b"def", b"g"]),
        (in_pieces(1), [b"a", b"b", b"c", b"d", b"e", b"f", b"g"]),
        (lambda _: 0, [b"a", b"b", b"c", b"d", b"e", b"f", b"g"]),
    ],
)
def test_streams_are_cut_as_they_are_told(segmentation: Segmentation, received: list[bytes]) -> None:
    async def talk() -> list[bytes]:
        one, other = await connected(MemoryNetwork(segmentation=segmentation))
        for data in (b"ab", b"", b"cdef", b"g"):
            await one.send(data)
        await one.close()
        return [await other.receive() for _ in range(len(received) + 1)]

    assert run(talk(), virtual=True) == [*received, b""]


def test_segmentation_may_change_for_streams_to_come() -> None:
    async def talk() -> bytes:
        network = MemoryNetwork()
        network.segmentation = joined
        one, other = await connected(network)
        await one.send(b"a")
        await one.send(b"b")
        return await other.receive()

    assert run(talk(), virtual=True) == b"ab"


def test_a_listener_without_host_answers_to_any_name() -> None:
    async def talk() -> None:
        network = MemoryNetwork()
        listener = await network.listen("", 9000)
        for host in ("csms.example", "127.0.0.1", "fe80::7"):
            stream = await network.connect(host, 9000)
            assert stream.peer == str(Address(host, 9000))
            assert (await listener.accept()).peer == stream.local
        await network.close()

    run(talk(), virtual=True)


def test_a_listener_with_a_host_answers_to_that_only() -> None:
    async def talk() -> None:
        network = MemoryNetwork()
        await network.listen("FE80::0:5%memory", 9000)
        await network.listen("localhost", 9000)
        await network.connect("fe80::5", 9000)
        await network.connect("::1", 9000)
        with pytest.raises(UnreachableError, match=r"nobody listens at \[fe80::6\]:9000"):
            await network.connect("fe80::6", 9000)
        with pytest.raises(UnreachableError, match="nobody listens"):
            await network.connect("fe80::5", 9001)
        with pytest.raises(UnreachableError, match="port 9000 is taken"):
            await network.listen("", 9000)
        await network.close()

    run(talk(), virtual=True)


def test_ends_of_one_network_have_their_own_addresses() -> None:
    async def talk() -> None:
        station = MemoryNetwork("fe80::5ecc%memory")
        vehicle = station.at("fe80::e5%memory")
        serving = await station.datagrams(15118, group="ff02::1%memory")
        asking = await vehicle.datagrams(15118)
        await asking.send(b"?", Address(vehicle.sdp_destination, 15118))
        assert await serving.receive() == (b"?", Address("fe80::e5%memory", 15118))
        await serving.send(b"!", asking.local)
        assert await asking.receive() == (b"!", Address("fe80::5ecc%memory", 15118))
        listener = await station.listen("")
        stream = await vehicle.connect(station.local_address, listener.port)
        assert stream.local.startswith("[fe80::e5%memory]:")
        assert vehicle.scoped("fe80::5ecc") == station.local_address
        assert vehicle.scoped("csms.example") == "csms.example"
        await vehicle.close()
        with pytest.raises(ConnectionLost):
            await listener.accept()

    run(talk(), virtual=True)


def test_datagrams_reach_members_and_the_addressed_only() -> None:
    async def talk() -> list[bytes]:
        network = MemoryNetwork()
        outsider = await network.at("fe80::2").datagrams(15118)
        member = await network.at("fe80::3").datagrams(15118, group="ff02::1")
        sender = await network.datagrams()
        for host, data in (("ff02::1", b"to the group"), ("fe80::2", b"to one"), ("fe80::9", b"to nobody")):
            await sender.send(data, Address(host, 15118))
        await sender.send(b"last", Address("fe80::3", 15118))
        heard = [(await member.receive())[0], (await member.receive())[0], (await outsider.receive())[0]]
        await network.close()
        return heard

    assert run(talk(), virtual=True) == [b"to the group", b"last", b"to one"]


def test_what_was_sent_before_an_abort_is_still_evidence() -> None:
    async def talk() -> None:
        one, other = await connected(MemoryNetwork())
        await one.send(b"last words")
        one.abort()
        assert await other.receive() == b"last words"
        with pytest.raises(ConnectionLost, match="reset: by") as caught:
            await other.receive()
        assert caught.value.how is LossKind.RESET
        with pytest.raises(ConnectionLost, match="reset"):
            await other.send(b"?")

    run(talk(), virtual=True)


def test_an_ipv4_address_is_printed_without_brackets() -> None:
    assert str(Address("127.0.0.1", 80)) == "127.0.0.1:80"
    assert str(Address("fe80::1%lo", 80)) == "[fe80::1%lo]:80"
