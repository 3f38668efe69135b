"""Backends with one fault each in certificates over OCPP, for the cases of the public catalogue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.core.case import Role
from harness.endpoints.csms.csms import Csms
from harness.endpoints.mutants.mutant import series
from harness.messages.ocpp import (
    DeleteCertificate,
    Get15118EVCertificate,
    GetCertificateStatus,
    GetInstalledCertificateIds,
    Heartbeat,
    InstallCertificate,
    OcppMessage,
)

_mutant = series(Csms, Role.CSMS, ids="ocpp-csms-roots-", cases="TC_M_")
_INSTALLS = ("01_CSMS", "02_CSMS", "03_CSMS", "04_CSMS")
_LISTS = ("12_CSMS", "13_CSMS", "14_CSMS", "15_CSMS", "16_CSMS", "17_CSMS", "19_CSMS")
_USES = {"V2GRootCertificate": "MORootCertificate"}
_Make = Callable[[Csms], Csms]


def _answering(what: Any, change: Callable[[Any, OcppMessage], Any]) -> _Make:
    return lambda good: good.answering(what, change)


def _other_use(_heard: Any, said: OcppMessage) -> dict[str, Any]:
    use = said.payload["certificateType"]
    return {**said.payload, "certificateType": _USES.get(use, "V2GRootCertificate")}


def _lists_all(_heard: Any, _said: OcppMessage) -> dict[str, Any]:
    return {}


def _lists_one(_heard: Any, _said: OcppMessage) -> dict[str, Any]:
    return {"certificateType": ["MORootCertificate"]}


def _own_algorithm(_heard: Any, said: OcppMessage) -> dict[str, Any]:
    return {"certificateHashData": {**said.payload["certificateHashData"], "hashAlgorithm": "SHA512"}}


def _sulks(good: Csms) -> Csms:
    """Answers no heartbeat once it was disappointed; the first of these cases' heartbeats comes then."""
    return good.silent_on(Heartbeat.response)


MUTANTS = (
    _mutant(
        "other-use",
        "The backend installs roots for another use",
        (*_INSTALLS, "05_CSMS"),
        _answering(InstallCertificate, _other_use),
    ),
    _mutant(
        "sends-nonsense",
        "The backend installs what is no certificate",
        _INSTALLS,
        lambda good: good.but(InstallCertificate, certificate="TEST ONLY, no certificate"),
    ),
    _mutant(
        "lists-all",
        "The backend has everything listed, whatever it was told to",
        _LISTS,
        _answering(GetInstalledCertificateIds, _lists_all),
    ),
    _mutant(
        "lists-one-kind",
        "The backend has roots above contracts listed, whatever it was told to",
        ("12_CSMS", "18_CSMS", "19_CSMS", "20_CSMS", "21_CSMS"),
        _answering(GetInstalledCertificateIds, _lists_one),
    ),
    _mutant(
        "own-algorithm",
        "The backend deletes by hashes of an algorithm of its own",
        ("20_CSMS", "21_CSMS"),
        _answering(DeleteCertificate, _own_algorithm),
    ),
    _mutant(
        "stuck",
        "The backend answers no heartbeat after it dealt with certificates",
        ("05_CSMS", "19_CSMS", "20_CSMS", "21_CSMS"),
        _sulks,
    ),
    _mutant(
        "no-status",
        "The backend finds no status out",
        ("24_CSMS",),
        _answering(GetCertificateStatus.response, lambda _heard, _said: {"status": "Failed"}),
    ),
    _mutant(
        "no-contracts",
        "The backend has no contract for anybody",
        ("26_CSMS", "28_CSMS"),
        _answering(Get15118EVCertificate.response, lambda _heard, _said: {"status": "Failed", "exiResponse": ""}),
    ),
)
