"""What a backend must not agree to: TLS before 1.2, and suites that OCPP does not list."""

from __future__ import annotations

import pytest

from harness.kit import Adversary, Bench, Feature, Judge, Role, backend_links, case, ocpp_links, seen
from harness.messages.ocpp import BootNotification

ANSWERED = seen(BootNotification.response)
NEEDS = (Feature.OCPP201, Feature.OCPP_TLS)
BROKEN = {
    "rc4": (0x0005, 0xC007, 0xC011),
    "triple_des": (0x000A, 0xC008, 0xC012),
    "export": (0x0003, 0x0006, 0x0008),
    "anonymous": (0x0034, 0x003A, 0xC018),
}
"""Suites by their IANA numbers; our side could not go on with any of them."""


@case(
    "TLS-CSMS-040",
    "A station that can do no better than TLS 1.1 is refused",
    sut=Role.CSMS,
    cites=("A00.FR.313", "A00.FR.314", "A00.FR.315"),
    needs=NEEDS,
    control="TLS-CSMS-002",
)
async def test_old_version(bench: Bench, judge: Judge) -> None:
    """The password would be right; the next station speaks a newer version and is served."""
    secured = bench.secured(2)

    trace = await secured.run(
        secured.station.at_first(tls_profile=backend_links.OUTDATED), plug=False, until=ANSWERED, limit=60.0
    )

    judge.take(ocpp_links.kept_out(trace, alerts=ocpp_links.TOO_OLD))
    judge.any("answers to the next station", trace.all(BootNotification.response))


@pytest.mark.parametrize("weakness", backend_links.WEAK_SUITES)
@case(
    "TLS-CSMS-041",
    "A station that offers weak suites alone is refused",
    sut=Role.CSMS,
    cites=("A00.FR.318", "A00.FR.320", "A00.FR.322"),
    needs=NEEDS,
    control="TLS-CSMS-002",
)
async def test_weak_suites(bench: Bench, judge: Judge, weakness: str) -> None:
    """TLS 1.2 without one suite that OCPP lists."""
    secured = bench.secured(2)
    weak = backend_links.only(*backend_links.WEAK_SUITES[weakness])

    trace = await secured.run(secured.station.at_first(tls_profile=weak), plug=False, until=ANSWERED, limit=60.0)

    judge.take(ocpp_links.kept_out(trace, alerts=ocpp_links.NOTHING_IN_COMMON))
    judge.any("answers to the next station", trace.all(BootNotification.response))


@case(
    "TLS-CSMS-042",
    "Among weak suites and good ones the backend picks a good one",
    sut=Role.CSMS,
    cites=("A00.FR.318", "A00.FR.320"),
    needs=NEEDS,
    control="TLS-CSMS-002",
)
async def test_choice_of_suite(bench: Bench, judge: Judge) -> None:
    """The weak ones stand in front, as a station with an old list would have them."""
    secured = bench.secured(2)
    weak = [suite for each in backend_links.WEAK_SUITES.values() for suite in each]
    good = (*backend_links.ECDSA_SUITES, *backend_links.RSA_SUITES)
    eager = secured.station.secured(tls_profile=backend_links.only(*weak, *good))

    trace = await secured.run(eager, plug=False, until=ANSWERED, limit=60.0)

    judge.take(ocpp_links.agreed(trace, good))
    judge.any("answers to the boot", trace.all(BootNotification.response))


@pytest.mark.parametrize("suites", BROKEN)
@case(
    "TLS-CSMS-043",
    "A station that offers broken suites alone is refused",
    sut=Role.CSMS,
    cites=("A00.FR.318", "A00.FR.320", "A00.FR.322"),
    needs=NEEDS,
    control="TLS-CSMS-002",
)
async def test_broken_suites(bench: Bench, judge: Judge, suites: str) -> None:
    """TLS 1.2 with what nobody should know any more: RC4, 3DES, keys for export, nobody's keys."""
    secured = bench.secured(2)
    profile = backend_links.only(*backend_links.ECDSA_SUITES)
    broken = secured.station.at_first(tls_profile=profile, adversary=Adversary(suites=BROKEN[suites]))

    trace = await secured.run(broken, plug=False, until=ANSWERED, limit=60.0)

    judge.take(ocpp_links.kept_out(trace, alerts=ocpp_links.NOTHING_IN_COMMON))
    judge.any("answers to the next station", trace.all(BootNotification.response))
