"""Stations with one fault each in what they do with certificates and contracts over OCPP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.mutants import careless_certificates as careless
from harness.endpoints.mutants.mutant import Mutant, series
from harness.endpoints.station.station import Station
from harness.messages.iso20.common import AuthorizationRes, CertificateInstallationRes, Processing
from harness.messages.iso20.types import ResponseCode
from harness.messages.ocpp import (
    Authorize,
    Get15118EVCertificate,
    GetInstalledCertificateIds,
    OcppMessage,
    SecurityEventNotification,
    SignCertificate,
    TransactionEvent,
    TriggerMessage,
)

Payload = dict[str, Any]
Make = Callable[[Station], Station]

_mutant = series(Station, Role.STATION, ids="ocpp-station-", cases="OCPP-STN-")
_WEAK_REQUEST = "-----BEGIN CERTIFICATE REQUEST-----\nTEST\n-----END CERTIFICATE REQUEST-----\n"


def _half(kind: type[Any]) -> Make:
    return lambda good: good.having(half=kind)


def _terms(**changes: Any) -> Make:
    return lambda good: good.set(certificates=replace(good.settings.certificates, **changes))


def _without_event(_heard: Any, usual: OcppMessage) -> Any:
    """Nothing is told of certificates that do not fit; a harmless event in the place of that one."""
    if usual.payload["type"] != "InvalidChargingStationCertificate":
        return usual
    return {**usual.payload, "type": "MemoryExhaustion"}


def _never_missing(_heard: Any, usual: OcppMessage) -> Any:
    """Accepted, and nothing in it."""
    if usual.payload["status"] == "Accepted":
        return usual
    return {"status": "Accepted"}


def _leaf_left_out(_heard: Any, usual: OcppMessage) -> Payload:
    """Of the hashes the last alone, which leaves out the leaf."""
    return {**usual.payload, "iso15118CertificateHashData": usual.payload["iso15118CertificateHashData"][-1:]}


def _token_renamed(_heard: Any, usual: OcppMessage) -> Any:
    if "idToken" not in usual.payload:
        return usual
    return {**usual.payload, "idToken": {"idToken": "0123456789ABCD", "type": "ISO14443"}}


def _granted(_heard: Any, usual: AuthorizationRes) -> AuthorizationRes:
    if usual.evse_processing is Processing.FINISHED:
        return usual
    return replace(usual, evse_processing=Processing.FINISHED)


def _always_good(_heard: Any, usual: CertificateInstallationRes) -> CertificateInstallationRes:
    """Calls it good whatever it is."""
    if usual.evse_processing is not Processing.FINISHED:
        return usual
    return replace(usual, response_code=ResponseCode.OK)


def _spoilt(_heard: Any, usual: CertificateInstallationRes) -> CertificateInstallationRes:
    """Spoils what the provisioning service has signed."""
    data = usual.signed_installation_data
    key = data.dh_public_key
    spoilt = replace(data, dh_public_key=key[:-1] + bytes([key[-1] ^ 1])) if key else data
    return replace(usual, signed_installation_data=spoilt)


MUTANTS: tuple[Mutant, ...] = (
    _mutant(
        "csr-garbage",
        "The station sends a request for a certificate that is none",
        ("CSR-001", "CSR-002"),
        lambda good: good.but(SignCertificate, csr=_WEAK_REQUEST),
    ),
    _mutant(
        "csr-other-kind",
        "The station requests its certificate towards EVs, whichever was asked for",
        ("CSR-001",),
        lambda good: good.but(SignCertificate, certificateType="V2GCertificate"),
    ),
    _mutant(
        "csr-trigger-refused",
        "The station says that it cannot have certificates renewed, and has them renewed",
        ("CSR-001", "CSR-002"),
        lambda good: good.but(TriggerMessage.response, status="NotImplemented"),
    ),
    _mutant(
        "csr-takes-none",
        "The station finds fault with every certificate that is signed for it",
        ("CSR-003", "CSR-004", "CSR-009"),
        _half(careless.signing(careless.TakesNoSignature)),
    ),
    _mutant(
        "csr-asks-for-more",
        "The station wants another certificate as soon as one came",
        ("CSR-004", "CSR-005"),
        _half(careless.AsksForMore),
    ),
    _mutant(
        "csr-takes-any",
        "The station takes whatever certificate comes",
        ("CSR-005", "CSR-006"),
        _half(careless.signing(careless.TakesAnySignature)),
    ),
    _mutant(
        "csr-no-event",
        "The station refuses a bad certificate and reports nothing",
        ("CSR-005",),
        lambda good: good.answering(SecurityEventNotification, _without_event),
    ),
    _mutant(
        "csr-insists",
        "The station repeats a request as soon as it was refused",
        ("CSR-007",),
        _half(careless.Insists),
    ),
    _mutant(
        "csr-never-again",
        "The station never asks again for a certificate that does not come",
        ("CSR-008",),
        _half(careless.NeverAsksAgain),
    ),
    _mutant(
        "csr-no-doubling",
        "The station asks for a missing certificate again after the same time each time",
        ("CSR-008",),
        _half(careless.NeverWaitsLonger),
    ),
    _mutant(
        "csr-old-chain",
        "The station takes a new certificate and shows the old one",
        ("CSR-009", "CSR-010"),
        _half(careless.signing(careless.KeepsTheOldChain)),
    ),
    _mutant(
        "crt-forgets",
        "The station says that it installed a root, and has not",
        ("CRT-001", "CRT-002", "CRT-006", "CRT-011"),
        _half(careless.keeping(careless.ForgetsRoots)),
    ),
    _mutant(
        "crt-wrong-hash",
        "The station lists roots by hashes that are not theirs",
        ("CRT-001", "CRT-002", "CRT-004", "CRT-006"),
        _half(careless.keeping(careless.ListsTheWrongHash)),
    ),
    _mutant(
        "crt-takes-any",
        "The station says of whatever root comes that it was installed",
        ("CRT-003",),
        _half(careless.keeping(careless.TakesAnyRoot)),
    ),
    _mutant(
        "crt-twice",
        "The station keeps a root twice that came twice",
        ("CRT-004",),
        _half(careless.keeping(careless.InstallsTwice)),
    ),
    _mutant(
        "crt-never-not-found",
        "The station accepts to list what it does not have",
        ("CRT-005",),
        lambda good: good.answering(GetInstalledCertificateIds.response, _never_missing),
    ),
    _mutant(
        "crt-lists-one",
        "The station lists one certificate alone where everything was asked for",
        ("CRT-006",),
        _half(careless.keeping(careless.ListsTheFirst)),
    ),
    _mutant(
        "crt-no-children",
        "The station lists its chain towards EVs without the CAs in it",
        ("CRT-007",),
        _half(careless.keeping(careless.ListsNoChildren)),
    ),
    _mutant(
        "crt-deletes-nothing",
        "The station says of everything that it was deleted",
        ("CRT-008", "CRT-009", "CRT-010"),
        _half(careless.keeping(careless.DeletesNothing)),
    ),
    _mutant(
        "crt-no-effect",
        "The station installs roots and does not go by them",
        ("CRT-011",),
        _half(careless.keeping(careless.IgnoresInstalledRoots)),
    ),
    _mutant(
        "crt-wrong-status",
        "The station asks for the status of certificates that it does not have",
        ("CRT-012",),
        _half(careless.AsksTheWrongStatus),
    ),
    _mutant(
        "crt-no-status-no-charge",
        "The station lets no EV charge when the backend cannot tell a status",
        ("CRT-013",),
        _half(careless.ClosesWithoutStatus),
    ),
    _mutant(
        "pnc-no-hashes",
        "The station asks about a contract without the hash of its certificate",
        ("PNC-001",),
        lambda good: good.answering(Authorize, _leaf_left_out),
    ),
    _mutant(
        "pnc-early",
        "The station tells the EV that its contract is good before the backend has said so",
        ("PNC-002",),
        lambda good: good.answering(AuthorizationRes, _granted),
    ),
    _mutant(
        "pnc-charges-anybody",
        "The station reads every answer about a contract as Accepted",
        ("PNC-003",),
        _half(careless.ChargesAnybody),
    ),
    _mutant(
        "pnc-other-token",
        "The station tells transactions under another token than the contract",
        ("PNC-004",),
        lambda good: good.answering(TransactionEvent, _token_renamed),
    ),
    _mutant(
        "pnc-never-central",
        "The station may have contracts validated by its backend and sends no chain",
        ("PNC-005",),
        lambda good: good.answering(
            Authorize, lambda _, usual: {name: usual.payload[name] for name in usual.payload if name != "certificate"}
        ),
    ),
    _mutant(
        "cin-meddles",
        "The station changes what the EV sent before it goes to the backend",
        ("CIN-001", "CIN-004"),
        lambda good: good.but(Get15118EVCertificate, exiRequest="gJgCAAAA"),
    ),
    _mutant(
        "cin-spoils",
        "The station changes what the provisioning service has signed",
        ("CIN-001", "CIN-002"),
        lambda good: good.answering(CertificateInstallationRes, _spoilt),
    ),
    _mutant(
        "cin-always-good",
        "The station tells the EV that all is well where the backend has no contract",
        ("CIN-003",),
        lambda good: good.answering(CertificateInstallationRes, _always_good),
    ),
    _mutant(
        "cin-too-patient",
        "The station waits for a silent backend longer than the EV does",
        ("CIN-005",),
        _terms(answer_within=20.0),
    ),
)
