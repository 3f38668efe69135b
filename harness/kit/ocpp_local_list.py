"""The local authorization list: sending it, and asking for its version."""

from __future__ import annotations

from typing import Any

from harness.endpoints.csms.tokens import CARDS
from harness.kit.ocpp_states import CARD, variable_set
from harness.kit.scene import Scene, asks
from harness.messages.ocpp import GetLocalListVersion, SendLocalList
from harness.trace.entry import Entry
from harness.trace.trace import Trace

FULL, DIFFERENTIAL = "Full", "Differential"
LIST_VERSION = 7
"""Version of the list that cases begin with; any other they send is greater."""

Item = dict[str, Any]


def entry(token: str, status: str = "Accepted", group: str = "") -> Item:
    """One element of localAuthorizationList."""
    info: Item = {"status": status}
    if group:
        info["groupIdToken"] = {"idToken": group, "type": "Central"}
    return {"idToken": {"idToken": token, "type": "ISO14443"}, "idTokenInfo": info}


def gone(token: str) -> Item:
    """An element of a differential update that takes a token off the list."""
    return {"idToken": {"idToken": token, "type": "ISO14443"}}


def card(name: str) -> Item:
    """One of our cards, as the backend knows it."""
    account = CARDS[name]
    return entry(account.id_token, account.status, account.group)


GOOD: Item = {"idToken": CARD, "idTokenInfo": {"status": "Accepted"}}
"""The card that most cases use."""


def sent(*items: Item, version: int = LIST_VERSION, update: str = FULL) -> Scene:
    """The backend sends entries; where there are none, the list is left out, for the schema has no empty one."""
    more = {"localAuthorizationList": list(items)} if items else {}
    return asks(SendLocalList(versionNumber=version, updateType=update, **more))


def asked_for_version() -> Scene:
    """The backend asks for the version."""
    return asks(GetLocalListVersion())


def listing(*items: Item) -> Scene:
    """The station has this list and goes by it (LocalPreAuthorize)."""
    enabled = variable_set("LocalAuthListCtrlr", "Enabled", "true")
    return enabled + sent(*items) + variable_set("AuthCtrlr", "LocalPreAuthorize", "true")


def unlisted() -> Scene:
    """Puts back what `listing` set, with an empty list."""
    return variable_set("AuthCtrlr", "LocalPreAuthorize", "false") + sent(version=LIST_VERSION + 90)


def version_told(trace: Trace, nth: int = 1) -> tuple[Entry, Any]:
    """The nth answer to the question for the version, and what it says.

    Raises:
        Unreached: there was none.
    """
    reply = trace.answer_to(trace.nth(GetLocalListVersion, nth))
    return reply, reply.payload.get("versionNumber")
