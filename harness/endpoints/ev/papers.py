"""What an EV remembers of how it pays: its contract, what the station offers, and what came of the attempts."""

from __future__ import annotations

from harness.endpoints.ev.ev import Ev
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationReq,
    AuthorizationSetupRes,
    CertificateInstallationReq,
    PncAsResAuthorizationMode,
)
from harness.pki.credentials import Credentials
from harness.security.authorization import common_name, provider_of

CHALLENGE = 16
"""Octets of GenChallenge (V2G20-697)."""


class Papers:
    """The state of one connection."""

    def __init__(self, ev: Ev) -> None:
        """With the contract that the EV brings, if it has one."""
        self.ev = ev
        self.wish = ev.car.authorization
        self.contract: Credentials | None = ev.contract
        self.installed: list[Credentials] = []
        """Contracts that came over the cable in this session."""
        self.protected = ev.tls
        """TLS protects the connection."""
        self.offered: tuple[Authorization, ...] = ()
        self.installs = False
        """The station hands out contract certificates."""
        self.challenge = b""
        """What to sign; empty where Plug and Charge is not to be had."""
        self.providers: tuple[str, ...] | None = None
        """Whose contracts the station takes; None: it does not tell."""
        self.said: AuthorizationReq | CertificateInstallationReq | None = None
        """What is repeated while the station works on it."""
        self.failed: set[str] = set()
        """What was tried in vain: `pnc`, `eim`, `installation`."""
        self.renew = False
        """The station's warning calls for another contract (V2G20-2221)."""
        self.paying = False
        """The session is authorized by the contract."""
        self.why = ""
        """Why the last attempt came to nothing."""

    def hear(self, answer: AuthorizationSetupRes) -> None:
        """Take note of what is offered; Plug and Charge with all that belongs to it, or not at all."""
        self.offered, self.installs = answer.authorization_services, answer.certificate_installation_service
        self.challenge, self.providers, self.failed = b"", None, set()
        self.paying = False
        block = answer.authorization_mode
        offered = Authorization.PNC in self.offered and isinstance(block, PncAsResAuthorizationMode)
        if not offered or not isinstance(block, PncAsResAuthorizationMode):
            self.why = "the station offers no Plug and Charge"
        elif not self.protected:
            self.why = "the station offers Plug and Charge without TLS"
        elif len(block.gen_challenge) != CHALLENGE:
            self.why = f"GenChallenge has {len(block.gen_challenge)} octets"
        else:
            self.challenge = block.gen_challenge
            known = block.supported_providers
            self.providers = None if known is None else tuple(provider_of(one) for one in known.provider_id)

    @property
    def can_pay(self) -> bool:
        """Whether to pay by the contract now; one of a provider that is not listed only if there is no other way."""
        if self.contract is None or self.wish == "eim" or not self.challenge or "pnc" in self.failed:
            return False
        listed = self.providers is None or provider_of(common_name(self.contract.chain[0])) in self.providers
        return listed or self.wish == "pnc"

    @property
    def can_install(self) -> bool:
        """Whether to ask for a contract now."""
        wanted = self.wish != "eim" and (self.contract is None or self.renew)
        there = self.installs and bool(self.challenge) and self.ev.provisioning is not None
        return wanted and there and "installation" not in self.failed

    @property
    def can_be_identified(self) -> bool:
        """Whether to have somebody beside the EV pay."""
        return self.wish != "pnc" and Authorization.EIM in self.offered and "eim" not in self.failed

    def take(self, contract: Credentials) -> None:
        """A contract came; the first one of a session pays."""
        self.installed.append(contract)
        self.contract, self.renew = self.installed[0], False
        self.failed.discard("pnc")
