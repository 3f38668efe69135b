"""As much of HTTP as revocation needs, from bytes that come in any pieces and from anybody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from harness.endpoints.plain_http import (
    MOST_BODY,
    MOST_HEAD,
    HttpMessage,
    HttpProblem,
    HttpReader,
    http_answer,
    http_request,
)


def read(data: bytes, *, answer: bool, pieces: int = 10**9, over: bool = False) -> HttpMessage | None:
    reader = HttpReader(answer=answer)
    for start in range(0, len(data), pieces):
        message = reader.feed(data[start : start + pieces])
        if message is not None:
            return message
    return reader.feed(b"") if over else None


@given(some.binary(min_size=1, max_size=200), some.integers(1, 50))
def test_a_request_survives_any_pieces(body: bytes, pieces: int) -> None:
    message = read(http_request("POST", "/here", "host", kind="a/b", body=body), answer=False, pieces=pieces)

    assert message is not None
    assert message.start == ("POST", "/here", "HTTP/1.0")
    assert (message.body, message.headers["content-type"], message.headers["host"]) == (body, "a/b", "host")


@given(some.binary(max_size=200), some.integers(1, 50))
def test_an_answer_survives_any_pieces(body: bytes, pieces: int) -> None:
    message = read(http_answer(200, kind="a/b", body=body), answer=True, pieces=pieces)

    assert message is not None
    assert (message.status, message.body) == (200, body)


def test_an_answer_without_a_length_ends_with_the_connection() -> None:
    head = b"HTTP/1.1 200 OK\r\n\r\n"

    assert read(head + b"all of it", answer=True) is None
    message = read(head + b"all of it", answer=True, over=True)
    assert message is not None
    assert message.body == b"all of it"


def test_a_request_without_a_length_has_no_body() -> None:
    message = read(b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n", answer=False)

    assert message == HttpMessage(start=("GET", "/x", "HTTP/1.1"), headers={"host": "a"})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x01\xfe\x80\x01\r\n\r\n", "not a message of HTTP/1"),
        (b"GET /x HTTP/2.0\r\n\r\n", "not a message of HTTP/1"),
        (b"GET /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "in chunks"),
        (b"POST /x HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "a length of"),
        (b"POST /x HTTP/1.1\r\nContent-Length: 9999999999\r\n\r\n", "a length of"),
        (b"POST /x HTTP/1.1\r\nContent-Length: 999999999\r\n\r\n", "a body of 999999999"),
        (b"POST /x HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc", "after 3 of 5 bytes"),
        (b"POST /x HTTP/1.1\r\nHost", "within the head"),
        (b"", "within the head"),
        (b"x" * (MOST_HEAD + 1), "a head without end"),
    ],
)
def test_what_is_no_request_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(HttpProblem, match=words):
        read(data, answer=False, over=True)


def test_a_body_without_end_is_refused() -> None:
    reader = HttpReader(answer=True)
    reader.feed(b"HTTP/1.1 200 OK\r\n\r\n")

    with pytest.raises(HttpProblem, match="more than"):
        reader.feed(bytes(MOST_BODY + 1))


@pytest.mark.parametrize(("said", "status"), [("200", 200), ("abc", 0), ("20", 0), ("２００", 0)])
def test_a_status_that_is_none_is_zero(said: str, status: int) -> None:
    assert HttpMessage(start=("HTTP/1.1", said, "OK")).status == status


@given(some.binary(max_size=300), some.booleans())
def test_any_bytes_are_a_message_or_a_problem(data: bytes, answer: bool) -> None:
    try:
        message = read(data, answer=answer, over=True)
    except HttpProblem:
        return
    assert message is not None
