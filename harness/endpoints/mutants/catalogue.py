"""Every mutant, and which of them a case must catch."""

from __future__ import annotations

from harness.endpoints.mutants import (
    availability,
    din,
    iso2_ev,
    iso2_station,
    iso2_station_energy,
    iso20_evs,
    iso20_station,
    iso20_station_ac,
    iso20_station_approach,
    iso20_station_authorization,
    iso20_station_beside,
    iso20_station_delivery,
    iso20_station_discovery,
    iso20_station_frames,
    iso20_station_interruptions,
    iso20_station_links,
    iso20_station_loop,
    iso20_station_megawatts,
    iso20_station_meter,
    iso20_station_order,
    iso20_station_parameters,
    iso20_station_pnc,
    iso20_station_prices,
    iso20_station_schedule,
    iso20_station_services,
    iso20_station_sessions,
    iso20_station_times,
    ocpp_certificates,
    ocpp_certificates_csms,
    ocpp_csms,
    ocpp_security,
    ocpp_station,
    resumption,
    tls,
    tls_chains,
    tls_flaws,
    tls_handshakes,
    tls_offers,
    tls_older,
    tls_status,
)
from harness.endpoints.mutants.mutant import Mutant

MUTANTS: tuple[Mutant, ...] = (
    *availability.MUTANTS,
    *din.MUTANTS,
    *iso2_ev.MUTANTS,
    *iso2_station.MUTANTS,
    *iso2_station_energy.MUTANTS,
    *iso20_evs.MUTANTS,
    *iso20_station.MUTANTS,
    *iso20_station_ac.MUTANTS,
    *iso20_station_approach.MUTANTS,
    *iso20_station_authorization.MUTANTS,
    *iso20_station_beside.MUTANTS,
    *iso20_station_delivery.MUTANTS,
    *iso20_station_discovery.MUTANTS,
    *iso20_station_frames.MUTANTS,
    *iso20_station_interruptions.MUTANTS,
    *iso20_station_links.MUTANTS,
    *iso20_station_loop.MUTANTS,
    *iso20_station_megawatts.MUTANTS,
    *iso20_station_meter.MUTANTS,
    *iso20_station_order.MUTANTS,
    *iso20_station_parameters.MUTANTS,
    *iso20_station_pnc.MUTANTS,
    *iso20_station_prices.MUTANTS,
    *iso20_station_schedule.MUTANTS,
    *iso20_station_services.MUTANTS,
    *iso20_station_sessions.MUTANTS,
    *iso20_station_times.MUTANTS,
    *ocpp_certificates.MUTANTS,
    *ocpp_certificates_csms.MUTANTS,
    *ocpp_csms.MUTANTS,
    *ocpp_security.MUTANTS,
    *ocpp_station.MUTANTS,
    *resumption.MUTANTS,
    *tls.MUTANTS,
    *tls_chains.MUTANTS,
    *tls_flaws.MUTANTS,
    *tls_handshakes.MUTANTS,
    *tls_offers.MUTANTS,
    *tls_older.MUTANTS,
    *tls_status.MUTANTS,
)


def mutants_of(case_id: str) -> tuple[Mutant, ...]:
    """The mutants that a case, or this variant of it, must fail."""
    plain = case_id.partition("[")[0]
    return tuple(mutant for mutant in MUTANTS if {plain, case_id} & set(mutant.caught_by))


__all__ = ["MUTANTS", "Mutant", "mutants_of"]
