"""An EV whose contract is refused gets another one over the cable, and takes none that is not beyond doubt."""

from __future__ import annotations

import pytest

from harness.kit import (
    SIGNATURE_FLAWS,
    Bench,
    Entry,
    Feature,
    Flaw,
    Judge,
    KeyFlaw,
    Role,
    SignatureFlaw,
    Trace,
    case,
    closed,
    either,
    seen,
)
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationReq,
    CertificateInstallationReq,
    CertificateInstallationRes,
    Processing,
    ResponseCode,
    ServiceDiscoveryReq,
    SessionStopReq,
)
from harness.messages.iso20.types import V2gRequest
from harness.messages.problems import problems

INSTALLS = (Feature.ISO20_DC, Feature.PNC, Feature.CERTIFICATE_INSTALLATION)
GOOD = "ISO20-EV-CIN-001"
GOES_ON = either(seen(ServiceDiscoveryReq), closed())
FATAL = tuple(flaw for flaw in SIGNATURE_FLAWS if flaw.fatal)
DOUBTFUL = (
    Flaw.EXPIRED,
    Flaw.NOT_YET_VALID,
    Flaw.UNKNOWN_ROOT,
    Flaw.SELF_SIGNED,
    Flaw.WRONG_KEY_USAGE,
    Flaw.TAMPERED_SIGNATURE,
)


def paid_with_it(trace: Trace, handed: Entry) -> tuple[Entry, ...]:
    """The requests that show the contract which was handed out."""
    leaf = handed.message.signed_installation_data.contract_certificate_chain.certificate

    def shows(entry: Entry) -> bool:
        chain = getattr(entry.message.authorization_mode, "contract_certificate_chain", None)
        return chain is not None and chain.certificate == leaf

    return trace.since(handed).all(AuthorizationReq, where=shows)


def handed_out(trace: Trace) -> Entry:
    """The response that brought a contract.

    Raises:
        Unreached: the EV never asked for one.
    """
    return trace.last(CertificateInstallationRes, evse_processing=Processing.FINISHED)


@case(
    GOOD,
    "An EV whose contract was called expired asks for another one, rightly signed",
    sut=Role.EV,
    cites=("V2G20-2221", "V2G20-461", "V2G20-2674"),
    needs=INSTALLS,
)
async def test_ev_asks_for_another_contract(bench: Bench, judge: Judge) -> None:
    """The station offers the installation of certificates; the signature belongs to the provisioning certificate."""
    station = bench.contracts.handing_out(bench.station)

    trace = await bench.run(station, until=either(seen(CertificateInstallationReq), closed()))

    trace.first(AuthorizationReq, selected_authorization_service=Authorization.PNC)
    requests = trace.all(CertificateInstallationReq)
    if judge.any("requests for a contract", requests):
        asked = requests[0]
        leaf = asked.message.oem_provisioning_certificate_chain.certificate
        wrong = bench.contracts.signature(asked.message, leaf)
        judge.holds("signature", not wrong, "; ".join(wrong) or "is right", at=asked)
        told = "; ".join(str(one) for one in problems(asked.message))
        judge.holds("well-formed request", not told, told or "is well-formed", at=asked)


@case(
    "ISO20-EV-CIN-002",
    "A request for a contract is repeated unchanged while the station works on it",
    sut=Role.EV,
    cites=("V2G20-1582",),
    needs=INSTALLS,
    control=GOOD,
)
async def test_request_for_a_contract_is_repeated(bench: Bench, judge: Judge) -> None:
    """The station says Ongoing twice before it hands out a contract."""
    station = bench.contracts.handing_out(bench.station)
    for nth in (1, 2):
        station = station.but(CertificateInstallationRes, nth=nth, evse_processing=Processing.ONGOING)

    trace = await bench.run(station, until=GOES_ON)

    trace.first(CertificateInstallationReq)
    asked = trace.all(CertificateInstallationReq)
    judge.between("requests", len(asked), 3, 60, at=asked)
    shown = {entry.message.oem_provisioning_certificate_chain for entry in asked}
    judge.equal("different provisioning chains", len(shown), 1, at=asked)


@case(
    "ISO20-EV-CIN-003",
    "The EV signs with the contract that it was given",
    sut=Role.EV,
    cites=("V2G20-1078", "V2G20-2507", "V2G20-2565"),
    needs=INSTALLS,
)
async def test_new_contract_pays(bench: Bench, judge: Judge) -> None:
    """The contract comes well signed and sealed; the EV opens the key and pays by it in the same session."""
    trace = await bench.run(bench.contracts.handing_out(bench.station), until=GOES_ON)

    handed = handed_out(trace)
    requests = paid_with_it(trace, handed)
    if judge.any("requests by the new contract", requests):
        leaf = handed.message.signed_installation_data.contract_certificate_chain.certificate
        wrong = bench.contracts.signature(requests[0].message, leaf)
        judge.holds("signature", not wrong, "; ".join(wrong) or "is right", at=requests[0])


@pytest.mark.parametrize("flaw", (*FATAL, *KeyFlaw), ids=lambda flaw: flaw.value)
@case(
    "ISO20-EV-CIN-004",
    "A contract with a flaw in its signature or its key is not used",
    sut=Role.EV,
    cites=("V2G20-1078", "V2G20-2504", "V2G20-2507"),
    needs=INSTALLS,
    control="ISO20-EV-CIN-003",
)
async def test_flawed_contract_is_not_used(bench: Bench, judge: Judge, flaw: SignatureFlaw | KeyFlaw) -> None:
    """One thing is wrong with what the provisioning service signed, or with the key that it sealed."""
    trace = await bench.run(bench.contracts.handing_out(bench.station, flaw), until=GOES_ON)

    judge.silence("requests by the flawed contract", paid_with_it(trace, handed_out(trace)))


@pytest.mark.parametrize("flaw", DOUBTFUL, ids=lambda flaw: flaw.value)
@case(
    "ISO20-EV-CIN-005",
    "A contract from a doubtful provisioning service is not used",
    sut=Role.EV,
    cites=("V2G20-1078", "V2G20-2648", "V2G20-2649"),
    needs=INSTALLS,
    control="ISO20-EV-CIN-003",
)
async def test_doubtful_service_is_not_believed(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """The contract is rightly signed and sealed, by a service whose own chain has a flaw."""
    station = bench.contracts.handing_out(bench.station, service=bench.pki.cps_chain(flaw=flaw))

    trace = await bench.run(station, until=GOES_ON)

    judge.silence("requests by the doubtful contract", paid_with_it(trace, handed_out(trace)))


@pytest.mark.parametrize(
    "code",
    [ResponseCode.WARNING_NO_CONTRACT_MATCHING_PCID_FOUND, ResponseCode.WARNING_NO_CERTIFICATE_AVAILABLE],
    ids=lambda code: code.name.removeprefix("WARNING_").lower(),
)
@case(
    "ISO20-EV-CIN-006",
    "An EV that gets no contract does not go on as if it were authorized",
    sut=Role.EV,
    cites=("V2G20-1577",),
    needs=INSTALLS,
    control=GOOD,
)
async def test_no_contract_is_no_authorization(bench: Bench, judge: Judge, code: ResponseCode) -> None:
    """The station has no contract for this car: another attempt, another way, or the end may follow."""
    station = bench.contracts.handing_out(bench.station).but(CertificateInstallationRes, response_code=code)

    trace = await bench.run(station, until=either(seen(V2gRequest, times=5, sent_by=Role.EV), closed()))

    refusal = trace.first(CertificateInstallationRes, response_code=code)
    following = trace.since(refusal).all(V2gRequest, sent_by=Role.EV)[:1]
    allowed = (AuthorizationReq, CertificateInstallationReq, SessionStopReq)
    strange = [entry for entry in following if not isinstance(entry.message, allowed)]
    judge.silence("requests that need an authorization", strange)
    judge.silence("requests by a contract of the refusal", paid_with_it(trace, refusal))
