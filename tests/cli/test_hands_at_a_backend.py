"""A backend under test is told what to do by its adapter, over HTTP; without one its cases are not tested."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from harness.core.verdict import Verdict
from harness.runner.setup import find_profile
from harness.store.reader import RunReader
from harness.store.run import Run
from tests.cli.console import Console
from tests.cli.test_emulating_a_backend import _control, _url

CASE = "TC_F_20_CSMS"


class _Adapter(BaseHTTPRequestHandler):
    """What a vendor would write: it has a backend send what is asked for, by the backend's own interface."""

    backend = 0

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        given = asked["arguments"]
        body = json.dumps({"action": given["action"], "payload": given["payload"], "station": given["station_id"]})
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.backend}/call", body.encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as answer:
            told = json.dumps({"done": answer.status == 200, "detail": "sent"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def adapter(backend: int) -> Iterator[str]:
    _Adapter.backend = backend
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Adapter)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    thread.join()


def judged(tmp_path: Path, url: str, actuators: str, name: str) -> Run:
    """A run of one case against the backend at `url`."""
    text = find_profile("emulated-csms", "devices").read_text(encoding="utf-8")
    text = text.replace('kind = "emulated"', f'kind = "network"\ncsms_url = "{url}"')
    profile = tmp_path / f"{name}.toml"
    profile.write_text(f"{text}\n{actuators}\n")
    command = ["run", "--device", str(profile), "--only", CASE, "--reports", str(tmp_path / name), "--name", "it"]
    with Console(tmp_path, *command, typed=False) as run:
        run.ends()
    (folder,) = (tmp_path / name).iterdir()
    return RunReader.verified(folder)


def test_an_adapter_has_the_backend_send_it(tmp_path: Path) -> None:
    with Console(tmp_path, "emulate", "csms", "--port", "0", "--control", "0") as backend:
        url, control = _url(backend), _control(backend)
        with adapter(control) as hook:
            run = judged(tmp_path, url, f'[actuators]\nhook = "{hook}"', "hooked")
        assert run.counted[CASE].verdict is Verdict.PASS
        alone = judged(tmp_path, url, "[actuators]\nhuman = true", "alone")
        backend.type("quit")
    result = alone.counted[CASE]
    assert result.verdict is Verdict.NOT_TESTED
    assert "is not asked: the run is unattended" in result.reason
    assert "Let the backend send TriggerMessage" in result.reason
