"""A station takes an EV's request for a contract to its backend, and brings the answer back (M01, M02)."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

from harness.endpoints.station.contract_post import Letter
from harness.endpoints.station.happenings import ContractWanted, Happening
from harness.endpoints.station.plant import Plant
from harness.messages.ocpp import Get15118EVCertificate, OcppMessage

_LONGEST = 5_600
"""Characters of exiRequest."""


class Contracts:
    """Forwards what it does not look into (M01.FR.01, M02.FR.01)."""

    def __init__(self, plant: Plant, *, say: Callable[[OcppMessage], None], online: Callable[[], bool]) -> None:
        """Nobody wants a contract.

        Args:
            plant: where requests are left, and answers are waited for.
            say: takes messages.
            online: whether the backend can be asked now.
        """
        self._plant, self._say, self._online = plant, say, online
        plant.listen(self._happened)

    def _happened(self, what: Happening) -> None:
        if isinstance(what, ContractWanted):
            self._wanted(what.letter)

    def _wanted(self, letter: Letter) -> None:
        request = b64encode(letter.exi).decode()
        if not self._online() or len(request) > _LONGEST:
            self._plant.post.answer(None)
            return
        self._say(Get15118EVCertificate(iso15118SchemaVersion=letter.schema, action=letter.action, exiRequest=request))

    def answered(self, call: OcppMessage, payload: dict[str, Any]) -> None:
        """The backend answered; the EV may be another one by now."""
        letter = self._plant.post.letter
        if letter is None or call.payload["exiRequest"] != b64encode(letter.exi).decode():
            return
        try:
            exi = b64decode(payload["exiResponse"], validate=True)
        except (binascii.Error, ValueError):
            exi = b""
        self._plant.post.answer(exi if exi and payload["status"] == "Accepted" else None)

    def failed(self, call: OcppMessage) -> None:
        """The backend did not answer, or with an error."""
        letter = self._plant.post.letter
        if letter is not None and call.payload["exiRequest"] == b64encode(letter.exi).decode():
            self._plant.post.answer(None)
