"""Security profiles 1 to 3 at the station: it connects to a backend that does everything right."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, TlsSeen, backend_links, case, ocpp_links, seen, tls
from harness.messages.ocpp import BootNotification

BOOT = seen(BootNotification)
NEEDS = (Feature.OCPP201, Feature.OCPP_TLS_MUTUAL)
BY_KEY = {"ec": backend_links.ECDSA_SUITES, "rsa": backend_links.RSA_SUITES}
PAIRS = ({0xC02B, 0xC02C}, {0x009C, 0x009D})
"""The two pairs of suites of A00.FR.319 by their IANA numbers."""
BROKEN_SUITES = {0x0000, 0x0001, 0x0002, 0x0004, 0x0005, 0x000A, 0x003B, 0xC006, 0xC007, 0xC008, 0xC010, 0xC011, 0xC012}
"""Without encryption, or with RC4 or 3DES."""


@case(
    "TLS-CST-001",
    "The station connects with its certificate to a backend with a good one",
    sut=Role.STATION,
    cites=("A00.FR.402", "A00.FR.308"),
    needs=NEEDS,
)
async def test_mutual(bench: Bench, judge: Judge) -> None:
    """Security profile 3; the backend looks at path, owner and serial number of the station's certificate."""
    trace = await bench.secured(3).run(plug=False, until=BOOT, limit=120.0)

    judge.silence("refusals", ocpp_links.refusals(trace))
    handshake = trace.first(TlsSeen, event="handshake", link=ocpp_links.LINK)
    judge.among("TLS version", handshake.facts["version"], ("TLSv1.2", "TLSv1.3"), at=handshake)
    judge.holds("a certificate is shown", bool(handshake.facts["peer_chain"]), "there was none", at=handshake)
    trace.first(BootNotification)


@case(
    "TLS-CST-002",
    "The station connects with its password over TLS",
    sut=Role.STATION,
    cites=("A00.FR.312", "A00.FR.202"),
    needs=(Feature.OCPP201, Feature.OCPP_TLS),
)
async def test_password_over_tls(bench: Bench, judge: Judge) -> None:
    """Security profile 2."""
    trace = await bench.secured(2).run(plug=False, until=BOOT, limit=120.0)

    judge.silence("refusals", ocpp_links.refusals(trace))
    handshake = trace.first(TlsSeen, event="handshake", link=ocpp_links.LINK)
    judge.among("TLS version", handshake.facts["version"], ("TLSv1.2", "TLSv1.3"), at=handshake)
    trace.first(BootNotification)


@case(
    "TLS-CST-003",
    "The station connects with its password without TLS",
    sut=Role.STATION,
    cites=("A00.FR.202", "A00.FR.203"),
    needs=(Feature.OCPP201, Feature.OCPP_BASIC),
)
async def test_password(bench: Bench, judge: Judge) -> None:
    """Security profile 1: the backend answers 401 to another user name than the identity in the address."""
    trace = await bench.secured(1).run(plug=False, until=BOOT, limit=120.0)

    judge.silence("refusals", ocpp_links.refusals(trace))
    trace.first(BootNotification)


@case(
    "TLS-CST-004",
    "The station can do with a backend of one kind of key at least, in each of its two suites",
    sut=Role.STATION,
    cites=("A00.FR.319",),
    needs=(Feature.OCPP201, Feature.OCPP_TLS),
    control="TLS-CST-002",
)
async def test_one_pair_of_suites(bench: Bench, judge: Judge) -> None:
    """Four backends of TLS 1.2, one after the other, each with one suite and a key that goes with it."""
    secured = bench.secured(2)
    served = {}
    for kind, suites in BY_KEY.items():
        chain = (backend_links.csms_chain(secured, rsa=kind == "rsa"),)
        for suite in suites:
            narrow = secured.csms.secured(chains=chain, tls_profile=backend_links.only(suite))
            trace = await secured.run(narrow, plug=False, until=BOOT, limit=40.0)
            served[suite] = bool(trace.all(BootNotification))

    told = ", ".join(f"{suite}: {'yes' if well else 'no'}" for suite, well in served.items())
    whole = any(all(served[suite] for suite in suites) for suites in BY_KEY.values())
    judge.holds("one pair of suites", whole, told)


@case(
    "TLS-CST-005",
    "The station offers TLS 1.2 or newer, one pair of suites, and no compression",
    sut=Role.STATION,
    cites=("A00.FR.313", "A00.FR.319", "A00.FR.321"),
    needs=(Feature.OCPP201, Feature.OCPP_TLS),
    control="TLS-CST-002",
)
async def test_hello(bench: Bench, judge: Judge) -> None:
    """What its ClientHello says in the clear; suites of TLS 1.3 may stand beside the pair."""
    trace = await bench.secured(2).run(plug=False, until=BOOT, limit=120.0)

    handshake = trace.first(TlsSeen, event="handshake", link=ocpp_links.LINK)
    hello = handshake.facts["client_hello"]
    old = [f"{version:#06x}" for version in hello["versions"] if version < ocpp_links.OLDEST]
    judge.holds("versions offered", not old, f"{', '.join(old)} among them", at=handshake)
    suites = set(hello["suites"])
    pair = any(each <= suites for each in PAIRS)
    judge.holds("a pair of suites", pair, f"{sorted(f'{one:#06x}' for one in suites)}", at=handshake)
    judge.holds("broken suites", not suites & BROKEN_SUITES, f"{sorted(suites & BROKEN_SUITES)}", at=handshake)
    judge.equal("compression methods", tuple(hello["compressions"]), (0,), at=handshake)


@case(
    "TLS-CST-006",
    "The station's own certificate looks as OCPP wants it, and names the serial number told at boot",
    sut=Role.STATION,
    cites=("A00.FR.501", "A00.FR.511", "A00.FR.405", "B01.FR.11"),
    needs=NEEDS,
    control="TLS-CST-001",
)
async def test_own_certificate(bench: Bench, judge: Judge) -> None:
    """A backend that takes any chain reads it at leisure."""
    secured = bench.secured(3)
    curious = secured.csms.secured(check="accept", owner="", checks_serial=False, checks_boot=False)

    trace = await secured.run(curious, plug=False, until=BOOT, limit=120.0)

    judge.take(tls.chain_profile(trace, link=ocpp_links.LINK))
    judge.take(ocpp_links.names_its_serial(trace))
