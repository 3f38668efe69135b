"""What passes between an EV and the backend when contracts are fetched there: one request at a time."""

from __future__ import annotations

from msgspec import Struct

INSTALL, UPDATE = "Install", "Update"
"""What an EV asks for (CertificateActionEnumType)."""


class Letter(Struct, frozen=True, kw_only=True):
    """A request of an EV, for the backend to answer."""

    action: str
    schema: str
    """Namespace of the protocol, which tells the backend how to read it."""
    exi: bytes
    """As the EV sent it."""


class ContractPost:
    """Where the V2G half leaves requests and the backend half leaves answers."""

    def __init__(self) -> None:
        """Nothing is asked for."""
        self.letter: Letter | None = None
        self._answer: bytes | None = None
        self._answered = False
        self._since = 0.0

    def send(self, letter: Letter, at: float) -> bool:
        """Leave a request, unless one waits for its answer; whether it was left."""
        if self.letter is not None:
            return False
        self.letter, self._since = letter, at
        self._answer, self._answered = None, False
        return True

    def answer(self, exi: bytes | None) -> None:
        """The backend answered; None: it did not, or has nothing."""
        if self.letter is not None:
            self._answer, self._answered = exi, True

    def arrived(self, at: float, *, within: float) -> bool:
        """Whether there is an answer, or none will come any more."""
        return self._answered or at - self._since >= within

    def take(self) -> bytes | None:
        """The answer (EXI) once there is one, None for a refusal; the next request may be left then."""
        answer = self._answer
        self.forget()
        return answer

    def forget(self) -> None:
        """The EV is gone; an answer that still comes is for nobody."""
        self.letter, self._answer, self._answered = None, None, False
