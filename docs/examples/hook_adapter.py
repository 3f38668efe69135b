"""A small adapter: takes operations from the harness by HTTP and has a bench do them.

Run it beside the device, `python hook_adapter.py 8900`, and name it in the device profile:
`hook = "http://127.0.0.1:8900/"`. Replace the functions of `BENCH` by what your bench can do.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = os.environ.get("V2X_HOOK_TOKEN", "")
"""Asked for if it is set."""


def plug_in(arguments: dict[str, Any]) -> str:
    """Close the relay that stands for a cable."""
    return f"relay of EVSE {arguments['evse_id']} closed"


def present_token(arguments: dict[str, Any]) -> str:
    """Hold a card to the reader."""
    if arguments["type"] != "ISO14443":
        raise RuntimeError("the robot holds RFID cards only")
    return "card held to the reader"


BENCH: dict[str, Callable[[dict[str, Any]], str]] = {"plug_in": plug_in, "present_token": present_token}


class Adapter(BaseHTTPRequestHandler):
    """Answers one operation a request."""

    def do_POST(self) -> None:
        """Do it, and say so."""
        if TOKEN and self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self.answer(401, {"done": False, "detail": "no or another token"})
            return
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        operation = BENCH.get(asked["operation"])
        if operation is None:
            self.answer(501, {"done": False, "detail": f"this bench cannot {asked['operation']}"})
            return
        try:
            self.answer(200, {"done": True, "detail": operation(asked["arguments"])})
        except RuntimeError as problem:
            self.answer(200, {"done": False, "detail": str(problem)})

    def answer(self, status: int, told: dict[str, Any]) -> None:
        """Send JSON."""
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def serve(port: int) -> ThreadingHTTPServer:
    """The adapter, which listens on this machine only; `serve_forever` makes it answer."""
    return ThreadingHTTPServer(("127.0.0.1", port), Adapter)


if __name__ == "__main__":
    serve(int(sys.argv[1])).serve_forever()
