"""What a backend knows of tokens: whether each may charge, where, and whose group it belongs to (C01, C09, C16)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from harness.messages.ocpp_time import timestamp

GROUP = "V2X-GROUP"
MASTER_GROUP = "V2X-MASTER"
"""The group whose members stop every transaction and start none."""


class Account(Struct, frozen=True, kw_only=True):
    """One token as the backend keeps it."""

    id_token: str
    status: str = "Accepted"
    """An AuthorizationStatusEnumType."""
    type: str = ""
    """Of the token; empty: any."""
    group: str = ""
    evses: tuple[int, ...] = ()
    """Where it may charge; empty: everywhere (C01.FR.18)."""
    language: str = ""
    """The driver's, an RFC 5646 tag (C01.FR.10)."""
    message: str = ""
    """For the driver, where a language is known."""
    valid_for: float | None = None
    """Seconds for which a station may remember the verdict."""

    def info(self, at: float) -> dict[str, Any]:
        """The idTokenInfo."""
        said: dict[str, Any] = {"status": self.status}
        if self.group:
            said["groupIdToken"] = {"idToken": self.group, "type": "Central"}
        if self.evses and self.status == "Accepted":
            said["evseId"] = list(self.evses)
        if self.language:
            said["language1"] = self.language
        if self.message:
            said["personalMessage"] = {"format": "UTF8", "content": self.message}
        if self.valid_for is not None:
            said["cacheExpiryDateTime"] = timestamp(at + self.valid_for)
        return said


CARDS: Mapping[str, Account] = {
    "unknown": Account(id_token="04A1B2C3D4E501", status="Unknown"),  # noqa: S106 - no passwords here
    "invalid": Account(id_token="04A1B2C3D4E502", status="Invalid"),  # noqa: S106
    "blocked": Account(id_token="04A1B2C3D4E503", status="Blocked"),  # noqa: S106
    "expired": Account(id_token="04A1B2C3D4E504", status="Expired"),  # noqa: S106
    "member": Account(id_token="04A1B2C3D4E505", group=GROUP),  # noqa: S106
    "other_member": Account(id_token="04A1B2C3D4E506", group=GROUP),  # noqa: S106
    "bad_member": Account(id_token="04A1B2C3D4E507", status="Invalid", group=GROUP),  # noqa: S106
    "master": Account(id_token="04A1B2C3D4E508", group=MASTER_GROUP),  # noqa: S106
    "stranger": Account(id_token="04A1B2C3D4E509"),  # noqa: S106
    "cancelled": Account(id_token="CAV2XC00000001", status="Invalid"),  # noqa: S106
}
"""Cards that cases present, and a contract that no longer pays; a backend under test is asked to know them so."""


def account_of(accounts: tuple[Account, ...], id_token: str, kind: str) -> Account | None:
    """The account of a token, whatever the case of its number; the last one given counts."""
    for account in reversed(accounts):
        if account.id_token.lower() == id_token.lower() and account.type in {"", kind}:
            return account
    return None
