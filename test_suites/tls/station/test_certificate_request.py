"""What the station asks of a vehicle's certificate, as its CertificateRequest says."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, TlsSeen, calling_in, case, names_of, tls

STRICT = (Feature.TLS13_MUTUAL, Feature.STRICT_TLS_PROFILE)
SCHEMES = [0x0603, 0x0808]
"""Table 8: ecdsa_secp521r1_sha512, ed448."""
STATUS_REQUEST, OID_FILTERS = 5, 48


@case(
    "TLS-STN-022",
    "The CertificateRequest asks for what the standard has, and no more",
    sut=Role.STATION,
    cites=("V2G20-1668", "V2G20-2406", "V2G20-2407"),
    needs=STRICT,
    control="TLS-STN-001",
)
async def test_contents_of_the_request(bench: Bench, judge: Judge) -> None:
    """Both signature schemes of the table in their order, no filter by object identifiers, no wish for OCSP."""
    trace = await bench.run(calling_in(bench.ev))

    handshake = trace.first(TlsSeen, event="handshake")
    request = handshake.facts["certificate_request"] or {}
    judge.equal("signature schemes", request.get("signature_schemes"), SCHEMES, at=handshake)
    judge.excludes("oid_filters", OID_FILTERS, request.get("extensions", ()), at=handshake)
    judge.excludes("status_request", STATUS_REQUEST, request.get("extensions", ()), at=handshake)


@case(
    "TLS-STN-023",
    "Among the roots that the station names is none of a mobility operator",
    sut=Role.STATION,
    cites=("V2G20-2401", "V2G20-2402"),
    needs=Feature.TLS13_MUTUAL,
    control="TLS-STN-001",
)
async def test_no_root_of_a_mobility_operator(bench: Bench, judge: Judge) -> None:
    """It may well know such a root, for contracts: no vehicle's chain ends there."""
    trace = await bench.run(calling_in(bench.ev))

    handshake = trace.first(TlsSeen, event="handshake")
    request = handshake.facts["certificate_request"] or {}
    named = set(request.get("authorities", ()))
    judge.holds("roots named", bool(named), f"{len(named)} named", at=handshake)
    foreign = named & set(names_of(bench.pki.mo_roots))
    judge.equal("roots of mobility operators", len(foreign), 0, at=handshake)
    judge.take(tls.taken(trace))
