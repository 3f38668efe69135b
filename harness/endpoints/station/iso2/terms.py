"""What a station is and does beyond its ratings where it speaks ISO 15118-2 or DIN SPEC 70121."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from harness.messages.iso2.codes import EnergyTransferMode, PaymentOption


class ScheduleTerms(Struct, frozen=True, kw_only=True):
    """One SAScheduleTuple on offer."""

    steps: tuple[tuple[int, float | None], ...] = ((0, None),)
    """Entries of its PMaxSchedule: (s from now, W); None: what the station can do now."""
    prices: tuple[tuple[int, int], ...] = ()
    """Entries of its SalesTariff: (s from now, price level); empty: no tariff."""


class Iso2Terms(Struct, frozen=True, kw_only=True):
    """How a station goes about the older protocols; what -20 has as well stands in `StationSettings`."""

    flavour: Literal["strict", "field"] = "strict"
    """`strict`: every FAILED ends the session and disputed requests are refused; `field`: a FAILED that is no matter of
    order, session or identity leaves the EV where it was, so that it may try again, and disputed requests are taken."""
    payments: tuple[PaymentOption, ...] = (PaymentOption.EXTERNAL_PAYMENT,)
    """Ways of paying on offer; Contract is left out where there is no TLS (V2G2-633)."""
    transfer_modes: tuple[EnergyTransferMode, ...] | None = None
    """None: those that go with the energy services of the station."""
    schedules: tuple[ScheduleTerms, ...] = (ScheduleTerms(),)
    receipt_every: int = 0
    """With a contract, every so many cycles of the charge loop the meter reading is to be signed; 0: never."""
    meter_info: bool = True
    renegotiate_after: float | None = None
    """Seconds since the power path closed first after which the EV is asked to renegotiate, once."""
    cable_fault: bool = False
    """The isolation monitor finds a fault in the cable check."""
    free_service: bool = True
    certificate_service: bool = False
    """Offers the service ContractCertificate: installation and update."""
    internet_service: bool = False
    """Offers the value-added service Internet, with ServiceDetail."""
    renew_after: int = 0
    """RetryCounter of CertificateUpdateRes, days."""
    din_evse_id: bytes = bytes.fromhex("49A80737A45678")
    """EVSEID as DIN SPEC 70121 has it, octets."""
