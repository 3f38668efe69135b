"""What a station measures when, beside the periodic samples of a transaction."""

from __future__ import annotations

from msgspec import Struct

NEVER_TOLD, ONCE, EVERY_TIME = "Never", "OncePerTransaction", "EveryMeterValue"
"""When a public key goes with signed values (PublicKeyWithSignedMeterValue)."""


class MeterTerms(Struct, frozen=True, kw_only=True):
    """Values that a station is delivered with; a backend may change them. Intervals in s, 0: none."""

    started_measurands: tuple[str, ...] | None = None
    """At the beginning of a transaction; None: what is sampled within it."""
    ended_measurands: tuple[str, ...] | None = None
    """In the last event of a transaction; None: the same."""
    ended_interval: int = 0
    """Between samples that are told in the last event."""
    sign: bool = False
    """Samples are signed."""
    aligned_interval: int = 0
    """Between samples at full multiples of it, counted from midnight UTC."""
    aligned_measurands: tuple[str, ...] = ("Energy.Active.Import.Register", "Energy.Active.Export.Register")
    aligned_ended_interval: int = 0
    """The same for samples that are told in the last event."""
    aligned_ended_measurands: tuple[str, ...] = ("Energy.Active.Import.Register",)
    during_idle: bool = False
    """Clock-aligned values are told only while there is no transaction (SendDuringIdle)."""
    aligned_sign: bool = False
    public_key: str = EVERY_TIME


class MeterRules:
    """The same, as it is in force at a running station."""

    def __init__(self, terms: MeterTerms, usual: tuple[str, ...]) -> None:
        """As delivered; `usual` is what is sampled within a transaction."""
        self.started_measurands = usual if terms.started_measurands is None else terms.started_measurands
        self.ended_measurands = usual if terms.ended_measurands is None else terms.ended_measurands
        self.ended_interval = float(terms.ended_interval)
        self.sign = terms.sign
        self.aligned_interval = float(terms.aligned_interval)
        self.aligned_measurands = terms.aligned_measurands
        self.aligned_ended_interval = float(terms.aligned_ended_interval)
        self.aligned_ended_measurands = terms.aligned_ended_measurands
        self.during_idle = terms.during_idle
        self.aligned_sign = terms.aligned_sign
        self.public_key = terms.public_key
