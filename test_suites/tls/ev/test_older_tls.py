"""TLS 1.2 as ISO 15118-2 has it, as an EV with a contract goes about it."""

from __future__ import annotations

import pytest

from harness.kit import ASKED, Bench, Feature, Flaw, Judge, Role, case, greeting, tls
from harness.messages.field import Message

OLDER = (Feature.ISO2, Feature.ISO2_PNC)
"""A contract pays over TLS alone, so that an EV with one has TLS 1.2."""
SUITES = {0xC023, 0xC025}
"""Table 7: TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, and the static one that hardly anybody has."""
SECP256R1 = 0x0017
FLAWS = (
    Flaw.EXPIRED,
    Flaw.UNKNOWN_ROOT,
    Flaw.SELF_SIGNED,
    Flaw.TAMPERED_SIGNATURE,
    Flaw.SUB_CA_NOT_CA,
    Flaw.WRONG_DOMAIN,
    Flaw.NO_DOMAIN,
)


@case(
    "TLS-EV-052",
    "A good station chain of ISO 15118-2 is taken over TLS 1.2",
    sut=Role.EV,
    cites=("V2G2-603", "V2G2-875"),
    needs=OLDER,
)
async def test_good_chain_of_iso2_is_taken(bench: Bench, judge: Judge) -> None:
    """The station knows the suite of Table 7 that is left, and secp256r1; it asks for no certificate."""
    older = bench.over_tls12()

    trace = await older.run(older.station, until=ASKED)

    judge.take(tls.taken(trace))


@case(
    "TLS-EV-053",
    "The ClientHello of ISO 15118-2 offers its suite and names the roots",
    sut=Role.EV,
    cites=("V2G2-603", "V2G2-651", "V2G2-007"),
    needs=OLDER,
    control="TLS-EV-052",
)
async def test_hello_of_iso2(bench: Bench, judge: Judge) -> None:
    """One suite of Table 7 at least, secp256r1, and trusted_ca_keys with an entry for each V2G root."""
    older = bench.over_tls12()

    trace = await older.run(older.station, until=ASKED)

    tried = greeting(trace)
    hello = tried.facts["client_hello"]
    judge.some("suites of Table 7", SUITES & set(hello["suites"]))
    judge.among("secp256r1", SECP256R1, hello["groups"], at=tried)
    judge.some("roots named in trusted_ca_keys", hello["trusted_authorities"])


@pytest.mark.parametrize("flaw", FLAWS, ids=lambda flaw: flaw.value)
@case(
    "TLS-EV-054",
    "A flawed station chain of ISO 15118-2 is refused",
    sut=Role.EV,
    cites=("V2G2-875", "V2G2-925", "V2G2-884"),
    needs=OLDER,
    control="TLS-EV-052",
)
async def test_flawed_chain_of_iso2_is_refused(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """The chain does not lead to a root, or its leaf is none of an operator."""
    older = bench.over_tls12()
    station = older.station.having(credentials=bench.pki.earlier.secc_chain(flaw=flaw))

    trace = await older.run(station, until=ASKED)

    judge.take(tls.refused(trace, alerts=flaw.alerts))
    judge.silence("V2G messages of the EV", trace.all(Message, sent_by=Role.EV))


@case(
    "TLS-EV-055",
    "Over TLS 1.2 an EV that asked for the status and got none hangs up",
    sut=Role.EV,
    cites=("V2G2-873",),
    needs=(*OLDER, Feature.OCSP_CHECK),
    control="TLS-EV-052",
)
async def test_no_status_over_tls12(bench: Bench, judge: Judge) -> None:
    """The station staples nothing."""
    older = bench.minding_status().over_tls12()

    trace = await older.run(older.station.having(staples=()), until=ASKED)

    judge.take(tls.refused(trace, alerts=tls.BAD_STATUS))
