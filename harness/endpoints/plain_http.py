"""As much of HTTP as revocation and files need: one request and one answer a connection, of bounded size (RFC 9112)."""

from __future__ import annotations

from msgspec import Struct

from harness.core.errors import HarnessError

MOST_HEAD, MOST_BODY = 16_384, 4_194_304
_END = b"\r\n\r\n"
_WORDS = {
    200: "OK",
    201: "Created",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    500: "Internal Server Error",
}


class HttpProblem(HarnessError):
    """What came is no HTTP message, or more than anybody wants."""


class HttpMessage(Struct, frozen=True, kw_only=True):
    """A request or an answer."""

    start: tuple[str, str, str]
    """The three parts of its first line."""
    headers: dict[str, str] = {}
    """By names in small letters."""
    body: bytes = b""

    @property
    def status(self) -> int:
        """Of an answer; 0 if that is no number."""
        said = self.start[1]
        return int(said) if len(said) == 3 and said.isascii() and said.isdecimal() else 0


class HttpReader:
    """Puts one message together from pieces; a body without a stated length ends with the connection."""

    def __init__(self, *, answer: bool) -> None:
        """Begin.

        Args:
            answer: an answer is awaited, not a request; a request without a length has no body.
        """
        self._answer = answer
        self._data = b""
        self._head: HttpMessage | None = None
        self._length: int | None = None

    def feed(self, data: bytes) -> HttpMessage | None:
        """Take the next bytes, `b""` for the end of the connection; the message once it is whole.

        Raises:
            HttpProblem: it will never be one.
        """
        self._data += data
        if self._head is None and not self._read_head(over=not data):
            return None
        if self._head is None or len(self._data) > MOST_BODY:
            raise HttpProblem(f"a body of more than {MOST_BODY} bytes")
        if self._length is None:
            return None if data else HttpMessage(start=self._head.start, headers=self._head.headers, body=self._data)
        if len(self._data) < self._length:
            if not data:
                raise HttpProblem(f"the connection ended after {len(self._data)} of {self._length} bytes")
            return None
        return HttpMessage(start=self._head.start, headers=self._head.headers, body=self._data[: self._length])

    def _read_head(self, *, over: bool) -> bool:
        head, end, rest = self._data.partition(_END)
        if not end:
            if over or len(self._data) > MOST_HEAD:
                raise HttpProblem("the connection ended within the head" if over else "a head without end")
            return False
        first, *lines = head.decode("latin-1").split("\r\n")
        start = tuple(first.split(" ", 2))
        if len(start) != 3 or not (start[0] if self._answer else start[2]).startswith("HTTP/1."):
            raise HttpProblem("not a message of HTTP/1")
        pairs = [line.partition(":") for line in lines]
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        self._length = _length(headers, answer=self._answer)
        self._head, self._data = HttpMessage(start=(start[0], start[1], start[2]), headers=headers), rest
        return True


def http_request(method: str, target: str, host: str, *, kind: str = "", body: bytes = b"") -> bytes:
    """A request in HTTP/1.0, to which nobody answers in chunks."""
    lines = [f"{method} {target} HTTP/1.0", f"Host: {host}"]
    if body:
        lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode("latin-1") + _END + body


def http_answer(status: int, *, kind: str = "", body: bytes = b"") -> bytes:
    """An answer behind which the connection ends."""
    lines = [f"HTTP/1.1 {status} {_WORDS.get(status, 'Error')}", f"Content-Length: {len(body)}", "Connection: close"]
    if body:
        lines.append(f"Content-Type: {kind}")
    return "\r\n".join(lines).encode("latin-1") + _END + body


def _length(headers: dict[str, str], *, answer: bool) -> int | None:
    if "transfer-encoding" in headers:
        raise HttpProblem("a body in chunks, which nobody asked for")
    said = headers.get("content-length")
    if said is None:
        return None if answer else 0
    if not (said.isascii() and said.isdecimal()) or len(said) > 9:
        raise HttpProblem(f"a length of {said[:20]!r}")
    if int(said) > MOST_BODY:
        raise HttpProblem(f"a body of {said} bytes")
    return int(said)
