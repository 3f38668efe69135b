"""Faulty parties of the suites on OCPP over TLS and on certificates, which cases of the public catalogue catch too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.csms.csms import Csms
from harness.endpoints.mutants import ocpp_certificates, ocpp_certificates_csms, ocpp_security
from harness.endpoints.mutants.mutant import Mutant
from harness.endpoints.ocpp_security import RSA_SUITES
from harness.messages.ocpp import OcppMessage, SetVariables

_STATION: dict[str, tuple[str, ...]] = {
    "ocpp-tls-station-wrong-password": ("TC_A_01_CS",),
    "ocpp-tls-station-trusts-nobody": ("TC_A_04_CS", "TC_A_07_CS"),
    "ocpp-tls-station-knows-neither-pair": ("TC_A_04_CS",),
    "ocpp-tls-station-takes-any-chain": ("TC_A_05_CS",),
    "ocpp-tls-station-tells-nothing": ("TC_A_05_CS", "TC_A_06_CS"),
    "ocpp-tls-station-outdated": ("TC_A_06_CS",),
    "ocpp-tls-station-shows-nothing": ("TC_A_07_CS",),
    "ocpp-tls-station-another-serial": ("TC_A_07_CS",),
    "ocpp-tls-station-deaf-to-profiles": ("TC_A_09_CS", "TC_A_10_CS", "TC_A_19_CS"),
    "ocpp-tls-station-any-profile": ("TC_A_22_CS",),
    "ocpp-station-csr-old-chain": ("TC_A_11_CS",),
    "ocpp-station-csr-trigger-refused": ("TC_A_11_CS", "TC_A_12_CS", "TC_A_14_CS", "TC_A_15_CS", "TC_A_23_CS"),
    "ocpp-station-csr-garbage": ("TC_A_11_CS", "TC_A_12_CS"),
    "ocpp-station-csr-takes-any": ("TC_A_14_CS",),
    "ocpp-station-csr-no-event": ("TC_A_14_CS",),
    "ocpp-station-csr-insists": ("TC_A_15_CS",),
    "ocpp-station-csr-never-again": ("TC_A_23_CS",),
    "ocpp-station-csr-no-doubling": ("TC_A_23_CS",),
}
_CSMS: dict[str, tuple[str, ...]] = {
    "ocpp-tls-csms-refuses-all": ("TC_A_01_CSMS", "TC_A_04_CSMS"),
    "ocpp-tls-csms-any-user": ("TC_A_02_CSMS",),
    "ocpp-tls-csms-any-password": ("TC_A_02_CSMS", "TC_A_03_CSMS"),
    "ocpp-tls-csms-knows-ecdsa-alone": tuple(f"TC_A_04_CSMS[{suite}]" for suite in RSA_SUITES),
    "ocpp-tls-csms-outdated": ("TC_A_06_CSMS",),
    "ocpp-tls-csms-trusts-nobody": ("TC_A_07_CSMS",),
    "ocpp-tls-csms-asks-no-certificate": ("TC_A_07_CSMS", "TC_A_08_CSMS"),
    "ocpp-tls-csms-takes-any-chain": ("TC_A_08_CSMS",),
    "ocpp-csms-csr-reversed": ("TC_A_11_CSMS", "TC_A_12_CSMS"),
    "ocpp-csms-csr-other-kind": ("TC_A_11_CSMS", "TC_A_12_CSMS"),
    "ocpp-csms-csr-presses": ("TC_A_14_CSMS",),
}


def _caught(known: tuple[Mutant, ...], cases: dict[str, tuple[str, ...]]) -> tuple[Mutant, ...]:
    """The same mutants as others, under ids of their own, caught by these cases."""
    by_id = {mutant.id: mutant for mutant in known}
    return tuple(
        replace(by_id[name], id=f"{name}-too", title=f"{by_id[name].title} (catalogue)", caught_by=caught)
        for name, caught in cases.items()
    )


_KNOWN = (*ocpp_security.MUTANTS, *ocpp_certificates.MUTANTS, *ocpp_certificates_csms.MUTANTS)


def _own(name: str, title: str, caught: tuple[str, ...], make: Callable[[Csms], Csms]) -> Mutant:
    return Mutant(id=f"ocpp-csms-security-{name}", role=Role.CSMS, title=title, caught_by=caught, make=make)


def _other_value(_heard: Any, usual: OcppMessage) -> dict[str, Any]:
    data = [{**one, "attributeValue": "what-nobody-asked-for"} for one in usual.payload["setVariableData"]]
    return {"setVariableData": data}


_OWN = (
    _own(
        "other-value",
        "The backend gives a station another password and another order of slots than its operator told",
        ("TC_A_09_CSMS", "TC_A_10_CSMS", "TC_A_19_CSMS"),
        lambda good: good.answering(SetVariables, _other_value),
    ),
)

MUTANTS = (*_OWN, *_caught(_KNOWN, _STATION), *_caught(_KNOWN, _CSMS))
