"""Sockets end and reset on the wire as they say, and every mistake is named with what to do about it."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import struct
import subprocess
import sys

import pytest

from harness.core.errors import UnreachableError
from harness.transports.base import Address, ConnectionLost, LossKind
from harness.transports.clock import run
from harness.transports.network import SocketNetwork
from harness.transports.tcp import TcpStream
from harness.transports.udp import interface_index, multicast_works_on

LO = socket.if_nametoindex("lo")
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


async def with_plain_peer(network: SocketNetwork) -> tuple[TcpStream, socket.socket]:
    """A stream of ours and, at its other end, a socket that knows nothing of us."""
    listener = await network.listen("::1")
    plain = socket.create_connection(("::1", listener.port))
    stream = await listener.accept()
    await listener.close()
    return stream, plain


async def test_an_abort_is_a_reset_on_the_wire() -> None:
    network = SocketNetwork("lo")
    stream, plain = await with_plain_peer(network)
    stream.abort()
    with plain, pytest.raises(ConnectionResetError):
        plain.recv(1)
    await network.close()


async def test_a_close_is_an_orderly_end_on_the_wire_even_on_unread_bytes() -> None:
    network = SocketNetwork("lo")
    stream, plain = await with_plain_peer(network)
    with plain:
        plain.sendall(b"never read")
        await stream.send(b"last words")
        await stream.close()
        assert plain.recv(100) == b"last words"
        assert plain.recv(100) == b""
    await network.close()


async def test_a_reset_of_the_peer_comes_after_what_it_had_sent() -> None:
    network = SocketNetwork("lo")
    stream, plain = await with_plain_peer(network)
    plain.sendall(b"last words")
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    plain.close()

    assert await stream.receive() == b"last words"
    with pytest.raises(ConnectionLost, match="connection reset: Connection reset by peer") as caught:
        await stream.receive()
    assert caught.value.how is LossKind.RESET
    await network.close()


async def test_a_half_closed_peer_can_still_be_answered() -> None:
    network = SocketNetwork("lo")
    stream, plain = await with_plain_peer(network)
    with plain:
        plain.shutdown(socket.SHUT_WR)
        assert await stream.receive() == b""
        await stream.send(b"answer")
        assert plain.recv(100) == b"answer"
    await network.close()


async def test_small_messages_are_not_held_back() -> None:
    network = SocketNetwork("lo")
    stream, plain = await with_plain_peer(network)
    with plain:
        assert stream._watched.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    await network.close()


async def test_an_empty_host_takes_both_families() -> None:
    network = SocketNetwork()
    listener = await network.listen("")
    peers = []
    for host in ("127.0.0.1", "::1", "localhost"):
        client = await network.connect(host, listener.port)
        server = await listener.accept()
        assert client.local == server.peer
        peers.append(client.peer)
    assert peers[:2] == [f"127.0.0.1:{listener.port}", f"[::1]:{listener.port}"]
    await network.close()


async def test_a_taken_port_is_named_with_advice() -> None:
    network = SocketNetwork("lo")
    listener = await network.listen("::1")
    with pytest.raises(UnreachableError) as caught:
        await network.listen("::1", listener.port)
    assert caught.value.what == f"TCP port {listener.port} is taken"
    assert "or choose another port" in caught.value.do
    datagrams = await network.datagrams()
    with pytest.raises(UnreachableError, match=f"UDP port {datagrams.local.port} is taken"):
        await network.datagrams(datagrams.local.port)
    await network.close()


async def test_a_free_port_is_a_dynamic_one_and_none_is_given_twice() -> None:
    network = SocketNetwork("lo")
    listeners = [await network.listen("::1") for _ in range(40)]
    ports = {listener.port for listener in listeners}
    await network.close()
    assert len(ports) == len(listeners)
    assert min(ports) >= 49152


async def test_connecting_in_vain_says_what_was_tried() -> None:
    network = SocketNetwork()
    with pytest.raises(UnreachableError, match=r"cannot connect to \[::1\]:9 \(::1: Connection refused\)"):
        await network.connect("::1", 9)
    with pytest.raises(UnreachableError, match=r"cannot connect to localhost:9 .*127\.0\.0\.1: Connection refused"):
        await network.connect("localhost", 9)
    with pytest.raises(UnreachableError, match="cannot be resolved"):
        await network.connect("x" * 64, 9)


async def test_an_address_that_is_not_ours_cannot_be_listened_on() -> None:
    with pytest.raises(UnreachableError, match="choose an address of this machine"):
        await SocketNetwork().listen("2001:db8::1")


async def test_a_link_local_address_needs_its_interface() -> None:
    network = SocketNetwork("lo")
    assert network.scoped("fe80::1") == "fe80::1%lo"
    assert network.scoped("ff02::1") == "ff02::1%lo"
    assert network.scoped("fe80::1%eth7") == "fe80::1%eth7"
    assert network.scoped("::1") == "::1"
    assert network.scoped("csms.example") == "csms.example"
    assert SocketNetwork().scoped("fe80::1") == "fe80::1"
    with pytest.raises(UnreachableError, match="there is no network interface 'eth7x'"):
        await network.connect("fe80::1%eth7x", 9)


def test_an_unknown_interface_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnreachableError, match=r"choose one of .*lo"):
        SocketNetwork("eth7x")
    assert interface_index("lo") == LO
    assert interface_index(str(LO)) == LO


def test_loopback_says_where_sdp_goes() -> None:
    network = SocketNetwork("lo")
    expected = "ff02::1%lo" if multicast_works_on(LO, "ff02::1") else "::1"
    assert network.sdp_destination == expected
    assert SocketNetwork().sdp_destination == SocketNetwork().local_address == "::1"


async def test_a_datagram_that_cannot_be_sent_says_so() -> None:
    network = SocketNetwork("lo")
    datagrams = await network.datagrams()
    with pytest.raises(UnreachableError, match=r"cannot send to \[ff02::1%99999\]:15118"):
        await datagrams.send(b"x", Address("ff02::1%99999", 15118))
    await datagrams.close()
    with pytest.raises(ConnectionLost):
        await datagrams.send(b"x", Address("::1", 15118))


def test_a_stream_may_be_aborted_while_it_waits_to_send() -> None:
    async def abort_while_sending() -> None:
        network = SocketNetwork("lo")
        stream, plain = await with_plain_peer(network)
        with plain:
            sending = asyncio.ensure_future(stream.send(bytes(50_000_000)))
            done, _ = await asyncio.wait([sending], timeout=5)
            assert not done
            stream.abort()
            with pytest.raises(ConnectionLost) as caught:
                await sending
            assert caught.value.how is LossKind.ABORTED
        await network.close()

    run(abort_while_sending(), virtual=True)


ON_A_CABLE = """
import asyncio, subprocess
from harness.transports.base import Address
from harness.transports.clock import VIRTUAL_EPOCH, run, running_clock
from harness.transports.contract import NETWORK_CONTRACT, STREAM_CONTRACT, connected
from harness.transports.clock import run
from harness.transports.network import SocketNetwork

for command in (
    "ip link set lo up", "ip link add veth0 type veth peer name veth1",
    "ip link add veth2 type veth peer name veth3",
    *(f"sysctl -qw net.ipv6.conf.veth{n}.accept_dad=0" for n in range(4)),
    *(f"ip link set veth{n} up" for n in range(4)),
):
    subprocess.run(command.split(), check=True)

async def discover():
    vehicle, station, stranger = SocketNetwork("veth0"), SocketNetwork("veth1"), SocketNetwork("veth2")
    assert vehicle.sdp_destination == "ff02::1%veth0"
    assert station.local_address.startswith("fe80::") and station.local_address.endswith("%veth1")
    listening = await station.datagrams(15118, group="ff02::1")
    asking, strange = await vehicle.datagrams(), await stranger.datagrams()
    await strange.send(b"from another cable", Address(stranger.sdp_destination, 15118))
    await asking.send(b"request", Address(vehicle.sdp_destination, 15118))
    data, who = await listening.receive()
    assert (data, who.host.partition("%")[2]) == (b"request", "veth1"), (data, who)
    listener = await station.listen(station.local_address)
    await listening.send(b"response", who)
    assert (await asking.receive())[0] == b"response"
    announced = listener.address.partition("%")[0]
    client, server = await asyncio.gather(vehicle.connect(announced, listener.port), listener.accept())
    await client.send(b"hello")
    assert await server.receive() == b"hello"
    for network in (vehicle, station, stranger):
        await network.close()
    for promise in NETWORK_CONTRACT:
        await promise(vehicle)
        await vehicle.close()
    for promise in STREAM_CONTRACT:
        await promise(*await connected(vehicle))
        await vehicle.close()
    assert running_clock().now() == VIRTUAL_EPOCH

run(discover(), virtual=True)
print("discovered")
"""


def may_unshare() -> bool:
    """Whether this machine lets us have a network namespace of our own."""
    tools = shutil.which("unshare") and shutil.which("ip")
    return bool(tools) and subprocess.run(["unshare", "-rn", "true"], check=False).returncode == 0


@pytest.mark.skipif(not may_unshare(), reason="no right to make a network namespace, or no `ip`")
def test_a_vehicle_finds_its_station_on_a_cable_of_their_own() -> None:
    done = subprocess.run(
        ["unshare", "-rn", sys.executable, "-X", "dev", "-W", "error", "-c", ON_A_CABLE],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=os.environ | {"PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"},
    )
    assert (done.returncode, done.stdout) == (0, "discovered\n"), done.stderr
