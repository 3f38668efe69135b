"""HTTP Basic authentication as OCPP uses it (A00.FR.202 to .205)."""

from __future__ import annotations

import base64
import binascii

_SCHEME = "Basic "


def basic_auth(user: str, password: str) -> tuple[str, str]:
    """The Authorization header."""
    token = base64.b64encode(f"{user}:{password}".encode()).decode()
    return "Authorization", _SCHEME + token


def read_basic_auth(header: str | None) -> tuple[str, str] | None:
    """User and password of an Authorization header; None if it has none."""
    if header is None or not header.startswith(_SCHEME):
        return None
    try:
        text = base64.b64decode(header.removeprefix(_SCHEME), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    user, colon, password = text.partition(":")
    return (user, password) if colon else None
