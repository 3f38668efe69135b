"""Security profiles of OCPP 2.0.1, as both ends of a link understand them (Part 2, A00)."""

from __future__ import annotations

from enum import IntEnum

from msgspec.structs import replace

from harness.transports.tls.profile import OCPP

ECDSA_SUITES = ("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384")
RSA_SUITES = ("AES128-GCM-SHA256", "AES256-GCM-SHA384")
"""The two pairs that a backend supports of TLS 1.2, both, and a station one of (A00.FR.318, A00.FR.319)."""

OCPP_TLS = replace(OCPP, suites12=(*ECDSA_SUITES, "ECDHE-RSA-AES128-GCM-SHA256", *RSA_SUITES))
"""TLS 1.2 or newer, with the suites asked for and one that serves RSA certificates better."""


class SecurityProfile(IntEnum):
    """How the two ends of a link prove who they are."""

    NONE = 0
    """Not at all: no profile of OCPP 2.0.1, for laboratories."""
    BASIC = 1
    """The station by HTTP Basic, without TLS."""
    TLS_BASIC = 2
    """The backend by its certificate, the station by HTTP Basic."""
    TLS_MUTUAL = 3
    """Both by certificates."""

    @property
    def secured(self) -> bool:
        """Whether there is TLS."""
        return self >= SecurityProfile.TLS_BASIC

    @property
    def by_password(self) -> bool:
        """Whether the station shows a password."""
        return self in {SecurityProfile.BASIC, SecurityProfile.TLS_BASIC}
