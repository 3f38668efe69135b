"""What a station remembers of how an EV pays: what was offered, what is to be signed, what was handed out."""

from __future__ import annotations

from harness.messages.iso20.common import Authorization

CHALLENGE = 16
"""Octets of GenChallenge (V2G20-697)."""


class Papers:
    """The state of one connection."""

    def __init__(self) -> None:
        """Nothing offered yet."""
        self.offered: tuple[Authorization, ...] = ()
        """Ways of authorization, as AuthorizationSetupRes told them."""
        self.installs = False
        """CertificateInstallation was offered as well."""
        self.challenge = b""
        """What the EV has to sign to pay by its contract."""
        self.asked_about = ""
        """The contract that somebody decides on, or decided on, by its EMAID."""
        self.installation_rounds: int | None = None
        """So many answers to CertificateInstallationReq will still say Ongoing; None: nobody has asked."""
        self.handed_out = 0
        """Contracts that went to the EV in this session."""
