"""A key log is kept only where somebody asked for it, and nobody else can read it."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import pytest

from harness.core.errors import UserError
from harness.pki.build import Pki
from harness.transports.clock import VIRTUAL_EPOCH, run, running_clock
from harness.transports.contract import connected
from harness.transports.memory import MemoryNetwork
from harness.transports.tls.keylog import KeyLogFile
from harness.transports.tls.profile import STRICT_20
from harness.transports.tls.report import HandshakeReport
from harness.transports.tls.secure import secure_client, secure_server

PKI = Pki.generate(VIRTUAL_EPOCH)


def meet(keylog: KeyLogFile | None) -> tuple[HandshakeReport, HandshakeReport]:
    async def both() -> tuple[HandshakeReport, HandshakeReport]:
        ours, theirs = await connected(MemoryNetwork())
        now = running_clock().now
        client, server = await asyncio.gather(
            secure_client(ours, PKI.vehicle_chain(), PKI.v2g_roots, STRICT_20, now=now),
            secure_server(theirs, PKI.secc_chain(), PKI.oem_roots, STRICT_20, now=now, keylog=keylog),
        )
        return client.report, server.report

    return run(both(), virtual=True)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_file_and_its_folder_are_for_this_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir(mode=0o755)

    with KeyLogFile(folder) as keylog:
        client, server = meet(keylog)

    lines = keylog.path.read_text().splitlines()
    assert (mode(folder), mode(keylog.path)) == (0o700, 0o600)
    assert len(lines) == keylog.lines
    assert {line.split()[0] for line in lines} >= {"CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0"}
    assert all(len(line.split()) == 3 for line in lines)
    assert server.facts()["keylog"] is True
    assert client.facts()["keylog"] is False
    secrets = [line.split()[2] for line in lines]
    assert not any(secret in str(server.facts()) or secret in repr(keylog) for secret in secrets)


def test_the_environment_switches_nothing_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "leak"))

    client, server = meet(None)

    assert client.complete
    assert not server.facts()["keylog"]
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_key_log_is_not_written_over(tmp_path: Path) -> None:
    KeyLogFile(tmp_path).close()

    with pytest.raises(UserError, match="cannot be begun") as told:
        KeyLogFile(tmp_path)

    assert "remove the old key log" in told.value.do


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(UserError, match="folder for the key log"):
        KeyLogFile(tmp_path / "file")
