"""A station takes an EV's request for a contract to its backend, and brings the answer back (M01, M02)."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode

from harness.endpoints.station.contract_post import Letter
from harness.endpoints.station.happenings import ContractWanted, Happening
from harness.endpoints.station.ocpp.block import Block
from harness.endpoints.station.ocpp.deed import Payload
from harness.messages.ocpp import Get15118EVCertificate, OcppMessage

_ACTION = "Get15118EVCertificate"
_LONGEST = 5_600
"""Characters of exiRequest."""


class Contracts(Block):
    """Forwards what it does not look into (M01.FR.01, M02.FR.01)."""

    def happened(self, what: Happening) -> None:
        """An EV may want a contract."""
        if isinstance(what, ContractWanted):
            self._wanted(what.letter)

    def _wanted(self, letter: Letter) -> None:
        request = b64encode(letter.exi).decode()
        if not self.parts.online() or len(request) > _LONGEST:
            self.parts.plant.post.answer(None)
            return
        self.parts.say(
            Get15118EVCertificate(iso15118SchemaVersion=letter.schema, action=letter.action, exiRequest=request)
        )

    def answered(self, call: OcppMessage, payload: Payload, at: float) -> None:
        """The backend answered; the EV may be another one by now."""
        if call.action != _ACTION:
            return
        letter = self.parts.plant.post.letter
        if letter is None or call.payload["exiRequest"] != b64encode(letter.exi).decode():
            return
        try:
            exi = b64decode(payload["exiResponse"], validate=True)
        except (binascii.Error, ValueError):
            exi = b""
        self.parts.plant.post.answer(exi if exi and payload["status"] == "Accepted" else None)

    def failed(self, call: OcppMessage, at: float) -> None:
        """The backend did not answer, or with an error."""
        letter = self.parts.plant.post.letter
        if (
            call.action == _ACTION
            and letter is not None
            and call.payload["exiRequest"] == b64encode(letter.exi).decode()
        ):
            self.parts.plant.post.answer(None)
