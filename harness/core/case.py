"""What a conformance case declares about itself, and who is under test."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from harness.core.feature import Feature


class Role(StrEnum):
    """The three parties of a session."""

    EV = "ev"
    STATION = "station"
    CSMS = "csms"


class Kind(StrEnum):
    """The kinds of check that the harness exists for, and the one it needs beside them."""

    SEQUENCE = "message sequence"
    TLS = "TLS chain"
    RESUMPTION = "interruption and resumption"
    AVAILABILITY = "data availability"
    OCPP = "OCPP conversation"


class Case(Struct, frozen=True, kw_only=True):
    """Identity and terms of one conformance case; `id` is unique and stable over the years."""

    id: str
    title: str
    sut: Role
    kind: Kind
    cites: tuple[str, ...] = ()
    needs: tuple[Feature, ...] = ()
    lacks: tuple[Feature, ...] = ()
    """Features that the device must not claim: there is nothing to judge where it does."""
    control: str | None = None
    """Id of the case that must have passed in the same run, or a refusal proves nothing."""
    purpose: str = ""
    maturity: str = "stable"


def suite_of(case_id: str) -> str:
    """The suite that a case belongs to: the first part of its id; those of the public OCPP catalogue are of OCPP."""
    return "OCPP" if case_id.startswith("TC_") else case_id.partition("-")[0]
