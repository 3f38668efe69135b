"""OCSP responses that a station staples to its chain, and what the EV makes of them."""

from __future__ import annotations

import pytest

from harness.kit import ASKED, Bench, Delegation, Feature, Judge, Role, Status, case, stapling, tls

PLACES = {"leaf": 0, "lower_ca": 1, "upper_ca": 2}
OUTDATED = (Status.STALE, Status.EARLY)
UNTRUSTED = (Status.WRONG_SIGNER, Status.SIGNER_WITHOUT_EKU, Status.TAMPERED)
NO_ANSWER = (Status.OTHER_CERTIFICATE, Status.UNSIGNED_ERROR, Status.GARBAGE)


@case(
    "TLS-EV-029",
    "A station chain with good OCSP responses is taken",
    sut=Role.EV,
    cites=("V2G20-1240", "V2G20-2372"),
    needs=(Feature.TLS13_MUTUAL, Feature.OCSP_CHECK),
)
async def test_good_status_is_taken(bench: Bench, judge: Judge) -> None:
    """One response for each certificate, each by a responder of the authority that issued it."""
    minding = bench.minding_status()

    trace = await minding.run(stapling(minding), until=ASKED)

    judge.take(tls.taken(trace))


@pytest.mark.parametrize("delegation", [Delegation.ROOT, Delegation.ITSELF], ids=lambda one: one.value)
@case(
    "TLS-EV-030",
    "Other responders of the same tree are believed as well",
    sut=Role.EV,
    cites=("V2G20-2394", "V2G20-2413"),
    needs=(Feature.TLS13_MUTUAL, Feature.OCSP_CHECK),
    control="TLS-EV-029",
)
async def test_other_responders_are_believed(bench: Bench, judge: Judge, delegation: Delegation) -> None:
    """One right below the V2G root for the whole tree, or each authority by its own key."""
    minding = bench.minding_status()

    trace = await minding.run(stapling(minding, delegation=delegation), until=ASKED)

    judge.take(tls.taken(trace))


@pytest.mark.parametrize("place", PLACES)
@case(
    "TLS-EV-031",
    "A station chain with a revoked certificate is refused",
    sut=Role.EV,
    cites=("V2G20-2415", "V2G20-2409"),
    needs=(Feature.TLS13_MUTUAL, Feature.OCSP_CHECK),
    control="TLS-EV-029",
)
async def test_revoked_certificate_is_refused(bench: Bench, judge: Judge, place: str) -> None:
    """The leaf, or one of the authorities above it, the other two being good."""
    minding = bench.minding_status()

    trace = await minding.run(stapling(minding, Status.REVOKED, PLACES[place]), until=ASKED)

    judge.take(tls.refused(trace, alerts=tls.BAD_STATUS))


@pytest.mark.parametrize("place", PLACES)
@case(
    "TLS-EV-032",
    "A station chain with a certificate that the responder does not know is refused",
    sut=Role.EV,
    cites=("V2G20-2415",),
    needs=(Feature.TLS13_MUTUAL, Feature.OCSP_CHECK),
    control="TLS-EV-029",
)
async def test_unknown_status_is_refused(bench: Bench, judge: Judge, place: str) -> None:
    """Unknown is not good."""
    minding = bench.minding_status()

    trace = await minding.run(stapling(minding, Status.UNKNOWN, PLACES[place]), until=ASKED)

    judge.take(tls.refused(trace, alerts=tls.BAD_STATUS))


@case(
    "TLS-EV-033",
    "A station chain without any OCSP response is refused",
    sut=Role.EV,
    cites=("V2G20-2416", "V2G20-2411"),
    needs=(Feature.TLS13_MUTUAL, Feature.OCSP_CHECK),
    control="TLS-EV-029",
)
async def test_no_status_is_refused(bench: Bench, judge: Judge) -> None:
    """The EV may ask a responder itself; the address in the certificates leads nowhere, so it cannot learn a thing."""
    minding = bench.minding_status()
    bare = stapling(minding).having(staples=())

    trace = await minding.run(bare, until=ASKED)

    judge.take(tls.refused(trace, alerts=tls.BAD_STATUS))


@case(
    "TLS-EV-034",
    "An OCSP response for the leaf alone is not enough",
    sut=Role.EV,
    cites=("V2G20-2388", "V2G20-2416"),
    needs=(Feature.TLS13_MUTUAL, Feature.OCSP_CHECK),
    control="TLS-EV-029",
)
async def test_status_of_the_leaf_alone_is_refused(bench: Bench, judge: Judge) -> None:
    """Nothing is stapled to the authorities above it."""
    minding = bench.minding_status()
    good = stapling(minding)

    trace = await minding.run(good.having(staples=good.staples[:1]), until=ASKED)

    judge.take(tls.refused(trace, alerts=tls.BAD_STATUS))


@pytest.mark.parametrize("status", OUTDATED, ids=lambda status: status.value)
@case(
    "TLS-EV-035",
    "An OCSP response of another time is worth nothing",
    sut=Role.EV,
    cites=("V2G20-2415", "V2G20-1021"),
    needs=(Feature.TLS13_MUTUAL, Feature.OCSP_CHECK),
    control="TLS-EV-029",
)
async def test_outdated_status_is_refused(bench: Bench, judge: Judge, status: Status) -> None:
    """What was good last week may be revoked today; what holds from tomorrow on says nothing of today."""
    minding = bench.minding_status()

    trace = await minding.run(stapling(minding, status, 0), until=ASKED)

    judge.take(tls.refused(trace, alerts=tls.BAD_STATUS))


@case(
    "TLS-EV-036",
    "The EV makes up its mind about an OCSP response that is valid for a month",
    sut=Role.EV,
    cites=("V2G20-1021",),
    needs=(Feature.TLS13_MUTUAL, Feature.OCSP_CHECK),
    control="TLS-EV-029",
)
async def test_long_lived_status(bench: Bench, judge: Judge) -> None:
    """The limit of a week binds who makes it out; whether the EV has to check it, sources do not say."""
    minding = bench.minding_status()

    trace = await minding.run(stapling(minding, Status.TOO_LONG, 0), until=ASKED)

    judge.take(tls.either_way(trace))


@pytest.mark.parametrize("status", UNTRUSTED, ids=lambda status: status.value)
@case(
    "TLS-EV-037",
    "An OCSP response that anybody may have signed is worth nothing",
    sut=Role.EV,
    cites=("V2G20-2413", "V2G20-2414"),
    needs=(Feature.TLS13_MUTUAL, Feature.OCSP_CHECK),
    control="TLS-EV-029",
)
async def test_untrusted_status_is_refused(bench: Bench, judge: Judge, status: Status) -> None:
    """By a responder of another tree, by a certificate that is not meant for it, or with a wrong signature."""
    minding = bench.minding_status()

    trace = await minding.run(stapling(minding, status, 0), until=ASKED)

    judge.take(tls.refused(trace, alerts=tls.BAD_STATUS))


@pytest.mark.parametrize("status", NO_ANSWER, ids=lambda status: status.value)
@case(
    "TLS-EV-038",
    "A staple that says nothing of the certificate is worth nothing",
    sut=Role.EV,
    cites=("V2G20-2416",),
    needs=(Feature.TLS13_MUTUAL, Feature.OCSP_CHECK),
    control="TLS-EV-029",
)
async def test_staple_without_an_answer_is_refused(bench: Bench, judge: Judge, status: Status) -> None:
    """About another serial number, an error of the responder, or no OCSP response at all."""
    minding = bench.minding_status()

    trace = await minding.run(stapling(minding, status, 0), until=ASKED)

    judge.take(tls.refused(trace, alerts=tls.BAD_STATUS))
