"""What an EV is and does beyond its `Car` where it speaks ISO 15118-2 or DIN SPEC 70121."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from harness.messages.iso2.codes import EnergyTransferMode
from harness.messages.namespaces import DIN_MESSAGE, ISO2_MESSAGE
from harness.messages.sap import AppProtocol
from harness.pki.credentials import Credentials

ISO2 = AppProtocol(
    protocol_namespace=ISO2_MESSAGE, version_number_major=2, version_number_minor=0, schema_id=10, priority=10
)
DIN = AppProtocol(
    protocol_namespace=DIN_MESSAGE, version_number_major=2, version_number_minor=0, schema_id=11, priority=11
)
"""Offers of the older protocols, behind that of ISO 15118-20."""


class EvIso2Terms(Struct, frozen=True, kw_only=True):
    """How an EV goes about the older protocols; A for each phase, V between phase and neutral."""

    evcc_id: bytes = bytes.fromhex("020000000A01")
    """The address of the EV's communication controller, which is how it calls itself here."""
    transfer_mode: EnergyTransferMode | None = None
    """None: DC_extended, or three phases where the car wants a service of alternating current."""
    onboard_current: float = 32.0
    onboard_min_current: float = 6.0
    onboard_voltage: float = 230.0

    contract: Credentials | None = None
    """Pay by this contract where that is offered; None: by that of the `Ev` if it is on secp256r1, or somebody else
    pays."""
    provisioning: Credentials | None = None
    """The manufacturer's provisioning certificate and its key, to have a contract installed; None: as above."""
    get: Literal["nothing", "installation", "update"] = "nothing"
    """Ask for a contract certificate before paying by it."""
    roots: tuple[bytes, ...] = ()
    """DER of the V2G roots, which the provisioning service's chain must end at; empty: those of the `Ev`."""
    details_of: tuple[int, ...] = ()
    """Services that it asks ServiceDetail about, offered or not."""
    internet: bool = False
    """Take the value-added service Internet where it is offered."""
    most_schedules: int | None = None
    """MaxEntriesSAScheduleTuple; None says nothing."""
    schedule: int | None = None
    """SAScheduleTupleID to choose; None: the first, which is the default (V2G2-297)."""
    sends_profile: bool = True
    renegotiate_at: int | None = None
    """Ask for other schedules after so many cycles of the charge loop, once."""
    heeds_renegotiation: bool = True
    """Follow the station's EVSENotification ReNegotiation, from which an EV may abstain (V2G2-680)."""
    keeps_contactors_closed: bool = False
    """Go on after a renegotiation without another cable check, as some vehicles do against the standard."""
    detects_welding: bool = True
