"""Good and bad conversations for the rules of security and certificates."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.checks.ocpp_rules.frames import (
    END,
    LOST,
    OPEN,
    REFUSED_TLS,
    Row,
    at,
    boot,
    c,
    knows,
    pair,
    report,
    s,
    tls,
    variable,
)


def csr(*, owner: bool = True, curve: ec.EllipticCurve | None = None) -> str:
    names = [x509.NameAttribute(NameOID.COMMON_NAME, "S1")]
    names += [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Owner")] if owner else []
    key = ec.generate_private_key(curve or ec.SECP256R1())
    made = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(names)).sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode()


GOOD = csr()


def sign(text: str = GOOD, answer: str = "Accepted", **told: Any) -> Any:
    return s("SignCertificate", {"csr": text, **told}, {"status": answer})


def signed(told: str = "Accepted", **terms: Any) -> Any:
    return c("CertificateSigned", {"certificateChain": "x" * 100, **terms}, told)


def security(kind: str, answer: Any = None) -> Any:
    return s("SecurityEventNotification", {"type": kind, "timestamp": at()}, answer)


HASHES = {"hashAlgorithm": "SHA256", "issuerNameHash": "a", "issuerKeyHash": "b", "serialNumber": "1"}
WANTED = {"certificateHashData": HASHES}
OTHERS = {"certificateHashData": {**HASHES, "hashAlgorithm": "SHA512"}}


def listing(*chains: dict[str, Any], told: str = "Accepted") -> Any:
    asked = {"certificateType": ["CSMSRootCertificate"]}
    answer = {"status": told, **({"certificateHashDataChain": list(chains)} if chains else {})}
    return c("GetInstalledCertificateIds", asked, answer)


def delete(told: str = "Accepted", wanted: dict[str, Any] = WANTED) -> Any:
    return c("DeleteCertificate", wanted, told)


def password(told: str = "Accepted") -> Any:
    one = pair("SecurityCtrlr", "BasicAuthPassword")
    answer = {"setVariableResult": [{**one, "attributeStatus": told}]}
    return c("SetVariables", {"setVariableData": [{**one, "attributeValue": "secret"}]}, answer)


CHAIN = {"certificateType": "CSMSRootCertificate", "certificateHashData": HASHES}
PEM = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----"
TRIGGER = c("TriggerMessage", {"requestedMessage": "SignV2GCertificate"}, "Accepted")
DER = b64encode(b"\x30\x03\x0a\x01\x00").decode()
EXI = b64encode(b"exi").decode()
LEAST = knows("SecurityCtrlr", "CertSigningWaitMinimum", "30")
SIZE = knows("SecurityCtrlr", "MaxCertificateChainSize", "50")
INVALID = security("InvalidChargingStationCertificate")

ROWS = (
    Row("RULE-OCPP-TLS", [tls("TLSv1.2"), s("Heartbeat")], [tls("TLSv1.1"), s("Heartbeat")]),
    Row(
        "RULE-OCPP-SECRETS",
        [report(variable("SecurityCtrlr", "BasicAuthPassword", None))],
        [report(variable("SecurityCtrlr", "BasicAuthPassword", "x"))],
    ),
    Row("RULE-OCPP-SECURITY-EVENTS", [security("X")], [security("X", "InternalError")]),
    Row(
        "RULE-OCPP-TLS-EVENTS",
        [REFUSED_TLS, OPEN, boot(), security("InvalidCsmsCertificate"), END],
        [REFUSED_TLS, OPEN, boot(), END],
    ),
    Row("RULE-OCPP-PASSWORD", [OPEN, password(), LOST, OPEN], [OPEN, password(), END]),
    Row(
        "RULE-OCPP-ROOT",
        [c("InstallCertificate", {"certificate": PEM}, "Accepted")],
        [c("InstallCertificate", {"certificate": "nonsense"}, "Accepted")],
    ),
    Row("RULE-OCPP-CERTIFICATE-DELETED", [delete(), listing(told="NotFound")], [delete(), listing(CHAIN)]),
    Row("RULE-OCPP-CERTIFICATE-DELETED", [delete(), delete("NotFound")], [delete(), delete()]),
    Row("RULE-OCPP-CERTIFICATE-LIST", [listing(CHAIN)], [listing()]),
    Row(
        "RULE-OCPP-CERTIFICATE-LIST",
        [listing(told="NotFound")],
        [listing({**CHAIN, "certificateType": "V2GRootCertificate"})],
    ),
    Row("RULE-OCPP-HASH-ALGORITHM", [listing(CHAIN), delete()], [listing(CHAIN), delete("NotFound", OTHERS)]),
    Row("RULE-OCPP-CSR", [sign()], [sign("nonsense")]),
    Row("RULE-OCPP-CSR", [sign()], [sign(csr(owner=False))]),
    Row("RULE-OCPP-CSR", [sign()], [sign(csr(curve=ec.SECP192R1()))]),
    Row("RULE-OCPP-CSR-TYPE", [TRIGGER, sign(certificateType="V2GCertificate")], [TRIGGER, sign()]),
    Row("RULE-OCPP-SIGNED", [sign(), signed()], [sign(), signed(certificateType="V2GCertificate")]),
    Row("RULE-OCPP-SIGNED", [sign(), signed()], [sign(), END], told=True),
    Row("RULE-OCPP-SIGNED-EVENT", [signed("Rejected"), INVALID, END], [signed("Rejected"), END]),
    Row(
        "RULE-OCPP-CSR-RETRY", [LEAST, sign(), 30.0, sign(), 60.0, sign()], [LEAST, sign(), 30.0, sign(), 31.0, sign()]
    ),
    Row("RULE-OCPP-CHAIN-SIZE", [SIZE, signed("Rejected")], [SIZE, signed()]),
    Row(
        "RULE-OCPP-EXI-REQUEST",
        [s("Get15118EVCertificate", {"exiRequest": EXI})],
        [s("Get15118EVCertificate", {"exiRequest": "!"})],
    ),
    Row(
        "RULE-OCPP-EXI-RESPONSE",
        [s("Get15118EVCertificate", {}, {"status": "Accepted", "exiResponse": EXI})],
        [s("Get15118EVCertificate", {}, {"status": "Accepted", "exiResponse": ""})],
    ),
    Row(
        "RULE-OCPP-OCSP",
        [s("GetCertificateStatus", {}, {"status": "Accepted", "ocspResult": DER})],
        [s("GetCertificateStatus", {}, {"status": "Accepted", "ocspResult": EXI})],
    ),
)
