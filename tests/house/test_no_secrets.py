"""After a whole run no key, no secret of a connection and no password lies in anything that it wrote or printed."""

from __future__ import annotations

import base64
import gzip
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa, x448
from msgspec import structs

import harness.endpoints.basic_auth as passwords
from harness.cli.main import main
from harness.pki import issue, mint
from harness.pki.credentials import SigningKey
from harness.transports.tls import secure
from harness.transports.tls.setup import TlsSetup

ROOT = Path(__file__).resolve().parents[2]
CASES = (
    "TLS-STN-00",
    "TLS-EV-00",
    "TLS-CSMS-00",
    "TLS-CST-00",
    "ISO20-STN-PNC-00",
    "ISO20-STN-CIN-00",
    "ISO20-EV-PNC-00",
)
"""Handshakes of either kind, contracts that pay, contract keys that travel encrypted, passwords of stations."""
SHORTEST = 8
"""Bytes: what is shorter could stand in a file by chance."""


class Planted:
    """Everything secret that came into being during a run, as bytes that may lie nowhere."""

    def __init__(self) -> None:
        self.secrets: dict[bytes, str] = {}

    def key(self, key: SigningKey | x448.X448PrivateKey) -> None:
        self.note(_scalar(key), f"a private key, {type(key).__name__}")

    def line(self, line: str) -> None:
        """One of a key log: label, client random, secret."""
        self.note(bytes.fromhex(line.split()[2]), f"a TLS secret, {line.split()[0]}")

    def note(self, secret: bytes, what: str) -> None:
        if len(secret) >= SHORTEST:
            self.secrets[secret] = what

    def found_in(self, data: bytes) -> list[str]:
        lower = data.lower()
        return [what for secret, what in self.secrets.items() if any(form in lower for form in _forms(secret))]


def _forms(secret: bytes) -> tuple[bytes, ...]:
    """How a secret may be written; the text around it is in lower case."""
    # Within something longer, base64 begins at any of three places in a group of three bytes.
    coded = [base64.b64encode(bytes(shift) + secret)[4 if shift else 0 : -4].lower() for shift in range(3)]
    return secret.lower(), secret.hex().encode(), secret.hex(":").encode(), *coded


def _scalar(key: SigningKey | x448.X448PrivateKey) -> bytes:
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.private_numbers().private_value.to_bytes(-(-key.curve.key_size // 8), "big").lstrip(b"\0")
    if isinstance(key, rsa.RSAPrivateKey):
        return key.private_numbers().d.to_bytes(-(-key.key_size // 8), "big").lstrip(b"\0")
    assert isinstance(key, ed448.Ed448PrivateKey | x448.X448PrivateKey)
    return key.private_bytes_raw().rstrip(b"\0")


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> Planted:
    """Listens where keys are made, connections are opened and passwords are sent."""
    found = Planted()
    make_key, engine_for, basic_auth = issue.new_key, secure.engine_for, passwords.basic_auth

    def noted(kind: Any) -> SigningKey:
        key = make_key(kind)
        found.key(key)
        return key

    def opened(setup: TlsSetup) -> Any:
        return engine_for(setup if setup.needs_adversary else structs.replace(setup, keylog=found.line))

    def sent(user: str, password: str) -> Any:
        found.note(password.encode(), "a password")
        return basic_auth(user, password)

    monkeypatch.setattr(mint, "new_key", noted)
    monkeypatch.setattr(secure, "engine_for", opened)
    for module in [one for one in list(sys.modules.values()) if getattr(one, "basic_auth", None) is basic_auth]:
        monkeypatch.setattr(module, "basic_auth", sent)
    return found


def written(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            yield path, gzip.decompress(data) if path.suffix == ".gz" else data


def test_nothing_secret_is_left_behind_by_a_run(
    planted: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    only = [word for case in CASES for word in ("--only", case)]
    words = ["v2x", "run", "--trio", "--network", "memory", "--programme", "first-look", *only]
    monkeypatch.setattr(
        sys, "argv", [*words, "--reports", str(tmp_path / "reports"), "--alluredir", str(tmp_path / "a")]
    )
    with pytest.raises(SystemExit):
        main()
    printed = capfd.readouterr()

    kinds = {what.split(",")[0] for what in planted.secrets.values()}
    assert kinds >= {"a private key", "a TLS secret"}, "the run made no secrets: this test looks at nothing"
    assert len(list(written(tmp_path))) > 10
    for path, data in (*written(tmp_path), (Path("printed"), (printed.out + printed.err).encode())):
        assert planted.found_in(data) == [], f"in {path}"
        assert b"PRIVATE KEY-----" not in data, f"in {path}"


def test_a_key_log_is_kept_on_request_and_in_its_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["v2x", "run", "--device", "emulated-ev", "--network", "memory", "--only", "TLS-EV-001", "--keylog"]
    monkeypatch.setattr(sys, "argv", [*words, "--reports", str(tmp_path)])
    with pytest.raises(SystemExit):
        main()
    (run,) = tmp_path.iterdir()
    log = run / "keys" / "tls_keys.log"
    planted = Planted()
    for line in log.read_text().splitlines():
        planted.line(line)

    assert planted.secrets
    assert (stat.S_IMODE(log.stat().st_mode), stat.S_IMODE(log.parent.stat().st_mode)) == (0o600, 0o700)
    others = [(path, data) for path, data in written(run) if path != log]
    assert [path for path, data in others if planted.found_in(data)] == []
    assert "secrets of the TLS connections" in (run / "report.html").read_text()


def test_a_planted_secret_would_be_found() -> None:
    planted = Planted()
    planted.key(ec.generate_private_key(ec.SECP521R1()))
    planted.line(f"CLIENT_TRAFFIC_SECRET_0 {'00' * 32} {'ab' * 48}")
    for secret in planted.secrets:
        for text in (secret, secret.hex().encode(), secret.hex().upper().encode(), base64.b64encode(b"!" + secret)):
            assert planted.found_in(b"before " + text + b" behind")
    assert planted.found_in(b"nothing here") == []


PEM = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=\s]{60,}")
KEY_LOG = re.compile(rb"(?:CLIENT|SERVER)_(?:RANDOM|HANDSHAKE_TRAFFIC_SECRET|TRAFFIC_SECRET_0) [0-9a-fA-F]{64} ")


def test_no_key_is_committed() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        path = ROOT / name
        data = path.read_bytes() if path.is_file() else b""
        assert not PEM.search(data), name
        assert not KEY_LOG.search(data), name
        assert path.suffix not in {".p12", ".pfx", ".jks", ".key"}, name
