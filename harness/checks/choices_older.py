"""What an EV of ISO 15118-2 or DIN SPEC 70121 takes, against what its station offered."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from harness.checks import course_older as older
from harness.messages import din, iso2
from harness.messages.din.codes import EvRequestedEnergyTransferType as Wanted
from harness.messages.din.codes import EvseSupportedEnergyTransferType as Had

_ALTERNATING = (Wanted.AC_SINGLE_PHASE_CORE, Wanted.AC_THREE_PHASE_CORE)
_DIRECT = (Wanted.DC_CORE, Wanted.DC_EXTENDED, Wanted.DC_COMBO_CORE, Wanted.DC_UNIQUE)
_COMBINED = {
    Had.DC_DUAL: _DIRECT,
    Had.AC_CORE1P_DC_EXTENDED: (Wanted.AC_SINGLE_PHASE_CORE, Wanted.DC_EXTENDED),
    Had.AC_SINGLE_DC_CORE: (Wanted.AC_SINGLE_PHASE_CORE, Wanted.DC_CORE),
    Had.AC_SINGLE_PHASE_THREE_PHASE_CORE_DC_EXTENDED: (*_ALTERNATING, Wanted.DC_EXTENDED),
    Had.AC_CORE3P_DC_EXTENDED: (Wanted.AC_THREE_PHASE_CORE, Wanted.DC_EXTENDED),
}
"""A station of DIN SPEC 70121 tells one value, which may stand for several that an EV asks for."""


class OfferedBefore20(Struct, kw_only=True):
    """What one station offered in one connection."""

    payments: set[str] = field(default_factory=set)
    services: set[int] = field(default_factory=set)
    sets: dict[int, set[int]] = field(default_factory=dict)
    """By service, the ids of its parameter sets."""
    modes: set[str] = field(default_factory=set)
    schedules: set[int] = field(default_factory=set)

    def hear(self, message: Any) -> None:
        """Take what a message offers; a second ServiceDiscovery may ask for a part of the services only."""
        if not older.counts(message):
            return
        if isinstance(message, iso2.service.ServiceDiscoveryRes):
            extra = message.service_list.service if message.service_list is not None else ()
            self.payments |= set(message.payment_option_list.payment_option)
            self.services |= {message.charge_service.service_id, *(one.service_id for one in extra)}
            self.modes |= set(message.charge_service.supported_energy_transfer_mode.energy_transfer_mode)
        elif isinstance(message, din.service.ServiceDiscoveryRes):
            listed = message.service_list.service if message.service_list is not None else ()
            had = message.charge_service.energy_transfer_type
            self.payments |= set(message.payment_options.payment_option)
            self.services |= {one.service_tag.service_id for one in (message.charge_service, *listed)}
            self.modes |= {str(one) for one in _COMBINED.get(had, (had,))}
        elif isinstance(message, iso2.service.ServiceDetailRes | din.service.ServiceDetailRes):
            sets = message.service_parameter_list
            self.sets[message.service_id] = {one.parameter_set_id for one in sets.parameter_set} if sets else set()
        elif tuples := older.offered_tuples(message):
            self.schedules = {one.sa_schedule_tuple_id for one in tuples}

    def objection(self, message: Any) -> str | None:
        """What a request takes that was not offered; empty if all was, None if it takes nothing."""
        if isinstance(message, iso2.service.ServiceDetailReq | din.service.ServiceDetailReq) and self.services:
            return "" if message.service_id in self.services else f"service {message.service_id} was not offered"
        if isinstance(message, iso2.payment.PaymentServiceSelectionReq | din.payment.ServicePaymentSelectionReq):
            return self._selection(message) if self.payments else None
        if isinstance(message, iso2.charging.ChargeParameterDiscoveryReq) and self.modes:
            return self._mode(message.requested_energy_transfer_mode)
        if isinstance(message, din.charging.ChargeParameterDiscoveryReq) and self.modes:
            return self._mode(message.ev_requested_energy_transfer_type)
        wanted = older.chosen_tuple(message)
        if wanted is not None and self.schedules:
            return "" if wanted in self.schedules else f"schedule {wanted} was not offered"
        return None

    def _selection(self, message: Any) -> str:
        if message.selected_payment_option not in self.payments:
            return f"payment by {message.selected_payment_option} was not offered"
        for chosen in message.selected_service_list.selected_service:
            if chosen.service_id not in self.services:
                return f"service {chosen.service_id} was not offered"
            known, wanted = self.sets.get(chosen.service_id), chosen.parameter_set_id
            if known and wanted is not None and wanted not in known:
                return f"service {chosen.service_id} has no parameter set {wanted}"
        return ""

    def _mode(self, wanted: str) -> str:
        return "" if wanted in self.modes else f"energy transfer by {wanted} was not offered"
