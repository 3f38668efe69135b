"""Stations with one fault each in certificates over OCPP, for the cases of the public catalogue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.core.case import Role
from harness.endpoints.mutants.mutant import series
from harness.endpoints.station.station import Station
from harness.messages.iso2 import certificates as iso2
from harness.messages.iso20.common import AuthorizationRes, CertificateInstallationRes
from harness.messages.iso20.types import ResponseCode
from harness.messages.ocpp import (
    DeleteCertificate,
    Get15118EVCertificate,
    GetCertificateStatus,
    GetInstalledCertificateIds,
    InstallCertificate,
    OcppMessage,
)

_mutant = series(Station, Role.STATION, ids="ocpp-station-roots-", cases="TC_M_")
_INSTALLS = ("01_CS", "02_CS", "03_CS", "04_CS")
_LISTS = ("12_CS", "13_CS", "14_CS", "16_CS")
_CHAIN = "certificateHashDataChain"


def _listing(change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Callable[[Station], Station]:
    """A station whose listings are changed; an empty one is NotFound."""

    def answer(_heard: Any, usual: OcppMessage) -> dict[str, Any]:
        told = change(usual.payload.get(_CHAIN, []))
        return {"status": "Accepted", _CHAIN: told} if told else {"status": "NotFound"}

    return lambda good: good.answering(GetInstalledCertificateIds.response, answer)


def _twice(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [*told, *told]


def _other_kind(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every root is called one of EVs' stations."""
    kinds = {"V2GRootCertificate": "MORootCertificate"}
    return [{**one, "certificateType": kinds.get(one["certificateType"], "V2GRootCertificate")} for one in told]


def _childless(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in one.items() if key != "childCertificateHashData"} for one in told]


def _with_stranger(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One root of another kind stands in each listing."""
    if not told:
        return told
    other = "V2GRootCertificate" if told[0]["certificateType"] != "V2GRootCertificate" else "CSMSRootCertificate"
    return [*told, {**told[0], "certificateType": other}]


def _keeps(_heard: Any, usual: OcppMessage) -> Any:
    """What is deleted is said to be gone; see `Hoarder`."""
    return {**usual.payload, "status": "Accepted"}


def _never_empty(_heard: Any, usual: OcppMessage) -> dict[str, Any]:
    return usual.payload if usual.payload["status"] == "Accepted" else {"status": "Accepted"}


def _other_action(_heard: Any, said: OcppMessage) -> dict[str, Any]:
    action = "Update" if said.payload["action"] == "Install" else "Install"
    return {**said.payload, "action": action}


def _hashes_of_another(_heard: Any, said: OcppMessage) -> dict[str, Any]:
    return {"ocspRequestData": {**said.payload["ocspRequestData"], "serialNumber": "1"}}


MUTANTS = (
    _mutant(
        "install-rejected",
        "The station rejects every root and takes it all the same",
        _INSTALLS,
        lambda good: good.but(InstallCertificate.response, status="Rejected"),
    ),
    _mutant(
        "install-anything",
        "The station says of whatever it is sent that it is installed",
        ("07_CS", "09_CS"),
        lambda good: good.but(InstallCertificate.response, status="Accepted"),
    ),
    _mutant(
        "lists-nothing",
        "The station never has anything to list",
        (*_INSTALLS, *_LISTS, "15_CS"),
        _listing(lambda _: []),
    ),
    _mutant(
        "lists-twice", "The station lists each root twice", (*_INSTALLS, *_LISTS, "17_CS", "18_CS"), _listing(_twice)
    ),
    _mutant(
        "other-kind",
        "The station lists roots as those of another kind",
        (*_INSTALLS, *_LISTS, "17_CS", "18_CS"),
        _listing(_other_kind),
    ),
    _mutant("more-kinds", "The station lists kinds that nobody asked for", _LISTS, _listing(_with_stranger)),
    _mutant(
        "childless", "The station lists its chain towards EVs without the CAs in it", ("15_CS",), _listing(_childless)
    ),
    _mutant(
        "never-empty",
        "The station accepts a listing that has nothing in it",
        ("19_CS",),
        lambda good: good.answering(GetInstalledCertificateIds.response, _never_empty),
    ),
    _mutant(
        "deletes-anything",
        "The station says of whatever it is told to delete that it is gone",
        ("22_CS", "23_CS"),
        lambda good: good.answering(DeleteCertificate.response, _keeps),
    ),
    _mutant(
        "delete-failed",
        "The station says that it could not delete what it deletes",
        ("20_CS",),
        lambda good: good.but(DeleteCertificate.response, status="Failed"),
    ),
    _mutant(
        "other-status",
        "The station asks for the status of another certificate than its own",
        ("24_CS",),
        lambda good: good.answering(GetCertificateStatus, _hashes_of_another),
    ),
    _mutant(
        "no-status-no-charge",
        "The station turns EVs away whose status question nobody answered",
        ("25_CS",),
        lambda good: good.but(AuthorizationRes, response_code=ResponseCode.FAILED),
    ),
    _mutant(
        "other-action",
        "The station takes an EV's wish for a contract for one for its successor, and the other way round",
        ("26_CS", "27_CS", "28_CS", "29_CS"),
        lambda good: good.answering(Get15118EVCertificate, _other_action),
    ),
    _mutant(
        "says-ok",
        "The station tells every EV that its contract is there",
        ("27_CS",),
        lambda good: good.but(CertificateInstallationRes, response_code=ResponseCode.OK),
    ),
    _mutant(
        "says-ok-older",
        "The station tells every EV of ISO 15118-2 that the successor of its contract is there",
        ("29_CS",),
        lambda good: good.but(iso2.CertificateUpdateRes, response_code="OK"),
    ),
)
