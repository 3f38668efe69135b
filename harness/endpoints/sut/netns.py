"""A network namespace for a device on this machine, and the veth pair that stands for the charging cable."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from harness.core.errors import UnreachableError
from harness.core.units import Seconds

_MARK = "v2x-harness"
"""Alias of the interfaces we make, so that nothing of somebody else's is ever removed."""

_RIGHTS = "run as root (CAP_NET_ADMIN and CAP_SYS_ADMIN are needed; a container needs --privileged)"
_USABLE_WITHIN = Seconds(10.0)


class VehicleLink:
    """One end of a veth pair stays here, the other is alone with `lo` in a namespace of its own.

    Use as a context manager. What a crashed run left under the same names is removed first; a run that is still
    alive keeps its names to itself.

    Args:
        namespace: name of the namespace to make.
        host_interface: name of our end.
        device_interface: name of the device's end.
    """

    def __init__(self, namespace: str, host_interface: str, device_interface: str) -> None:
        self.namespace = namespace
        self.host_interface = host_interface
        self.device_interface = device_interface
        self._claim: socket.socket | None = None

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def open(self) -> None:
        """Make the namespace and wait until both ends have a usable link-local address.

        Raises:
            UnreachableError: no right to do so, no `ip` command, no IPv6, or another run uses the names.
        """
        if shutil.which("ip") is None:
            raise UnreachableError(
                "there is no `ip` command to make a network namespace with", do="apt-get install iproute2"
            )
        self._claim = self._claimed()
        try:
            self._sweep()
            self._make()
            self._await_addresses()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Remove namespace and link, end what still runs inside; closing again does nothing."""
        if self._claim is None:
            return
        try:
            self._sweep()
        finally:
            self._claim.close()
            self._claim = None

    @property
    def inside(self) -> tuple[str, ...]:
        """The words that run the command behind them in the device's namespace."""
        return ("ip", "netns", "exec", self.namespace)

    def _claimed(self) -> socket.socket:
        """An abstract socket is a lock that goes away with its process, however that ends."""
        claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            claim.bind(f"\0{_MARK}/{self.namespace}")
        except OSError as error:
            claim.close()
            raise UnreachableError(
                f"another run is using network namespace {self.namespace}",
                do="wait for it, or give this device another namespace and interfaces in its [launch] table",
            ) from error
        return claim

    def _make(self) -> None:
        _ip("netns", "add", self.namespace)
        inside = ("-n", self.namespace, "link")
        _ip(*inside, "add", self.host_interface, "type", "veth", "peer", "name", self.device_interface)
        # Marked before it comes here, so that what a crash leaves is either marked or gone with the namespace.
        _ip(*inside, "set", "dev", self.host_interface, "alias", _MARK)
        _ip(*inside, "set", "dev", self.host_interface, "netns", str(os.getpid()))
        # Without duplicate address detection the address can be used at once; where the kernel does not let us
        # switch it off, it takes a second or two longer.
        for interface in (self.host_interface, self.device_interface):
            settings = f"/proc/sys/net/ipv6/conf/{interface}"
            script = f"echo 0 > {settings}/disable_ipv6; echo 0 > {settings}/accept_dad"
            shell = ["sh", "-c", script]
            where = shell if interface == self.host_interface else [*self.inside, *shell]
            subprocess.run(where, capture_output=True, check=False)  # noqa: S603 - names of our own profile
        _ip(*inside, "set", "dev", "lo", "up")
        _ip(*inside, "set", "dev", self.device_interface, "up")
        _ip("link", "set", "dev", self.host_interface, "up")

    def _await_addresses(self) -> None:
        until = time.monotonic() + _USABLE_WITHIN
        waiting: list[tuple[str, ...]] = [
            ("-j", "addr", "show", "dev", self.host_interface),
            ("-n", self.namespace, "-j", "addr", "show", "dev", self.device_interface),
        ]
        while waiting:
            if _usable(json.loads(_ip(*waiting[0]))):
                del waiting[0]
            elif time.monotonic() > until:
                raise UnreachableError(
                    f"{waiting[0][-1]} got no usable IPv6 link-local address within {_USABLE_WITHIN:g} s",
                    do="check that IPv6 is not disabled: sysctl net.ipv6.conf.all.disable_ipv6",
                )

    def _sweep(self) -> None:
        """Remove what stands under our names: processes in the namespace, the namespace, the link."""
        known = {line.split()[0] for line in _ip("netns", "list").splitlines() if line.strip()}
        if self.namespace in known:
            for process in _ip("netns", "pids", self.namespace).split():
                with suppress(ProcessLookupError):
                    os.kill(int(process), signal.SIGKILL)
            _ip("netns", "delete", self.namespace)
        try:
            alias = Path("/sys/class/net", self.host_interface, "ifalias").read_text(encoding="utf-8").strip()
        except OSError:
            return  # It went away together with the namespace, or was never there.
        if alias != _MARK:
            raise UnreachableError(
                f"interface {self.host_interface} exists and was not made by this harness",
                do="name another host_interface in the [launch] table of the device profile",
            )
        with suppress(UnreachableError):  # It may be going away at this very moment.
            _ip("link", "delete", "dev", self.host_interface)


def _usable(shown: list[dict[str, Any]]) -> bool:
    addresses = [address for interface in shown for address in interface.get("addr_info", [])]
    return any(
        address.get("family") == "inet6" and address.get("scope") == "link" and not address.get("tentative")
        for address in addresses
    )


def _ip(*words: str) -> str:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)  # noqa: S603, S607
    if done.returncode:
        told = done.stderr.strip() or f"exit status {done.returncode}"
        denied = any(word in told.lower() for word in ("not permitted", "permission denied"))
        raise UnreachableError(
            f"`ip {' '.join(words)}` failed: {told}", do=_RIGHTS if denied else "see the message of `ip`"
        )
    return done.stdout
