"""The charging cable of a device on this machine: made, usable at once, and gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.errors import UnreachableError
from harness.endpoints.sut.netns import VehicleLink

ECHO = """
import socket, struct, sys
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
s.bind(("::", 15118))
group = socket.inet_pton(socket.AF_INET6, "ff02::1") + struct.pack("@I", socket.if_nametoindex(sys.argv[1]))
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group)
print("up", flush=True)
said, who = s.recvfrom(99)
s.sendto(said[::-1], who)
"""

NUMBER = os.getpid() % 1_000_000
NAMES = (f"v2xt{NUMBER}", f"v2xh{NUMBER}", f"v2xd{NUMBER}")


def can_make_namespaces() -> str:
    """Why not, or an empty string."""
    if shutil.which("ip") is None:
        return "there is no `ip` command"
    probe = subprocess.run(["ip", "netns", "add", f"v2xp{NUMBER}"], capture_output=True, text=True, check=False)
    if probe.returncode:
        return f"no right to make a network namespace: {probe.stderr.strip()}"
    # In a chroot a namespace can be made, but not entered.
    probe = subprocess.run(["ip", "-n", f"v2xp{NUMBER}", "link"], capture_output=True, text=True, check=False)
    subprocess.run(["ip", "netns", "delete", f"v2xp{NUMBER}"], check=True)
    return f"no right to enter a network namespace: {probe.stderr.strip()}" if probe.returncode else ""


WHY_NOT = can_make_namespaces()
needs_namespaces = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "-")


@pytest.fixture
def fake_ip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@pytest.fixture
def link() -> Iterator[VehicleLink]:
    with VehicleLink(*NAMES) as made:
        yield made


def interfaces() -> set[str]:
    return {name for _, name in socket.if_nameindex()}


@needs_namespaces
def test_datagrams_pass_both_ways_as_soon_as_it_is_open(link: VehicleLink) -> None:
    command = [*link.inside, sys.executable, "-c", ECHO, link.device_interface]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as device:
        assert device.stdout is not None
        assert device.stdout.readline() == b"up\n"
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as ours:
            ours.settimeout(10)
            scope = socket.if_nametoindex(link.host_interface)
            ours.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, scope)
            ours.sendto(b"abc", ("ff02::1", 15118, 0, scope))
            assert ours.recvfrom(99)[0] == b"cba"


@needs_namespaces
def test_nothing_stays_behind_and_closing_twice_is_fine() -> None:
    link = VehicleLink(*NAMES)
    link.open()
    assert link.host_interface in interfaces()
    link.close()
    link.close()
    assert link.host_interface not in interfaces()
    listed = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True).stdout
    assert link.namespace not in listed.split()


@needs_namespaces
def test_what_a_crashed_run_left_is_removed_with_its_processes() -> None:
    namespace, ours, theirs = NAMES
    subprocess.run(["ip", "netns", "add", namespace], check=True)
    subprocess.run(["ip", "link", "add", ours, "type", "veth", "peer", "name", theirs, "netns", namespace], check=True)
    subprocess.run(["ip", "link", "set", "dev", ours, "alias", "v2x-harness"], check=True)
    command = ["ip", "netns", "exec", namespace, "cat"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as left:
        assert left.stdin is not None and left.stdout is not None
        # What comes back shows that it is in the namespace by now.
        left.stdin.write(b"here\n")
        assert left.stdout.readline() == b"here\n"
        with VehicleLink(*NAMES) as link:
            assert left.wait(10) == -9
            assert link.host_interface in interfaces()
        assert ours not in interfaces()


@needs_namespaces
def test_a_second_run_is_told_that_the_names_are_taken(link: VehicleLink) -> None:
    with pytest.raises(UnreachableError, match="another run is using network namespace"):
        VehicleLink(*NAMES).open()
    assert link.host_interface in interfaces()


@needs_namespaces
def test_an_interface_of_somebody_else_is_left_alone() -> None:
    other = f"v2xo{NUMBER}"
    subprocess.run(["ip", "link", "add", other, "type", "veth", "peer", "name", f"{other}p"], check=True)
    try:
        with pytest.raises(UnreachableError, match="was not made by this harness"):
            VehicleLink(NAMES[0], other, NAMES[2]).open()
        assert other in interfaces()
    finally:
        subprocess.run(["ip", "link", "delete", "dev", other], check=True)


def test_without_the_ip_command_the_user_is_told_what_to_install(fake_ip: Path) -> None:
    with pytest.raises(UnreachableError, match="iproute2") as told:
        VehicleLink(*NAMES).open()
    assert str(fake_ip) == os.environ["PATH"]
    assert "no `ip` command" in told.value.what


def test_without_the_right_the_user_is_told_which_one(fake_ip: Path) -> None:
    (fake_ip / "ip").write_text(
        '#!/bin/sh\n[ "$2" = list ] || { echo "mount failed: Operation not permitted" >&2; exit 1; }\n'
    )
    (fake_ip / "ip").chmod(0o755)
    link = VehicleLink(*NAMES)
    with pytest.raises(UnreachableError, match="CAP_NET_ADMIN") as told:
        link.open()
    assert f"`ip netns add {NAMES[0]}` failed: mount failed: Operation not permitted" in told.value.what


def test_without_ipv6_the_user_is_told_what_to_check(fake_ip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.endpoints.sut.netns._USABLE_WITHIN", 0.05)
    (fake_ip / "ip").write_text('#!/bin/sh\n[ "$1" != -j ] || echo "[{}]"\n')
    (fake_ip / "ip").chmod(0o755)
    (fake_ip / "sh").symlink_to("/bin/sh")
    with pytest.raises(UnreachableError, match="disable_ipv6"):
        VehicleLink(*NAMES).open()
