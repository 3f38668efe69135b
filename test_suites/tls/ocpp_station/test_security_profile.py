"""Blocks A01, A05 and B09: passwords are changed, a security profile goes up, and never down."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, LinkSeen, Role, TlsSeen, asks, case, ocpp_links, seen
from harness.messages.ocpp import GetVariables, SetNetworkProfile, SetVariables

NEEDS = (Feature.OCPP201, Feature.OCPP_TLS, Feature.OCPP_TLS_MUTUAL)
NEW_PASSWORD = "another-horse-battery-staple"  # noqa: S105 - for an emulated pair alone


@case(
    "TLS-CST-050",
    "A network profile with a lower security profile is rejected",
    sut=Role.STATION,
    cites=("B09.FR.04",),
    needs=NEEDS,
    control="TLS-CST-001",
)
async def test_lower_profile_is_rejected(bench: Bench, judge: Judge) -> None:
    """The station is at profile 3; the backend offers a slot without TLS."""
    secured = bench.secured(3)
    csms = secured.csms.asking(asks.network_profile(slot=2, security=1))

    trace = await secured.run(csms, plug=False, until=seen(SetNetworkProfile.response), limit=120.0)

    reply = trace.first(SetNetworkProfile.response)
    judge.holds("refused", ocpp_links.declined(reply, "status"), f"got {reply.payload}", at=reply)


@case(
    "TLS-CST-051",
    "The security profile is a variable that nobody lowers",
    sut=Role.STATION,
    cites=("A05.FR.02",),
    needs=NEEDS,
    control="TLS-CST-001",
)
async def test_variable_is_not_lowered(bench: Bench, judge: Judge) -> None:
    """The backend writes 1 into SecurityProfile and asks for it afterwards."""
    secured = bench.secured(3)
    csms = secured.csms.asking(asks.set_variable("SecurityCtrlr", "SecurityProfile", "1"))
    csms = csms.asking(asks.get_variable("SecurityCtrlr", "SecurityProfile"), after=SetVariables.response)

    trace = await secured.run(csms, plug=False, until=seen(GetVariables.response), limit=120.0)

    written = trace.first(SetVariables.response)
    result = written.payload["setVariableResult"][0]
    judge.excludes("status of the attempt", result["attributeStatus"], ("Accepted", "RebootRequired"), at=written)
    value = ocpp_links.variable(trace)
    judge.equal("SecurityProfile", value, "3", at=trace.first(GetVariables.response))


@case(
    "TLS-CST-052",
    "The security profile goes up by a slot of its own and a reset",
    sut=Role.STATION,
    cites=("A05.FR.04", "A05.FR.05", "A05.FR.06"),
    needs=(*NEEDS, Feature.REMOTE_CONTROL),
    control="TLS-CST-002",
)
async def test_profile_goes_up(bench: Bench, judge: Judge) -> None:
    """From 2 to 3: a slot, its place in the priorities, a reset, and then a connection with a certificate."""
    secured = bench.secured(2)
    csms = bench.secured(3).csms.at_first(profile=secured.csms.security.profile).having(password=secured.csms.password)
    csms = asks.raising(csms, slot=2, security=3)

    trace = await secured.run(csms, plug=False, until=seen(GetVariables.response), limit=300.0)

    handshakes = trace.all(TlsSeen, event="handshake", link=ocpp_links.LINK)
    last = handshakes[-1] if handshakes else None
    shown = last is not None and len(handshakes) > 1 and bool(last.facts["peer_chain"])
    judge.holds("a certificate is shown after the reset", shown, f"{len(handshakes)} handshakes", at=handshakes)
    judge.equal("SecurityProfile", ocpp_links.variable(trace), "3", at=trace.all(GetVariables.response))


@case(
    "TLS-CST-053",
    "A new password counts from the next connection on",
    sut=Role.STATION,
    cites=("A01.FR.03",),
    needs=(Feature.OCPP201, Feature.OCPP_TLS),
    control="TLS-CST-002",
)
async def test_new_password(bench: Bench, judge: Judge) -> None:
    """The backend sets one, and takes no other for the second connection; the station connects by itself."""
    secured = bench.secured(2)
    csms = secured.csms.at_first().secured(password=NEW_PASSWORD)
    csms = csms.asking(asks.set_variable("SecurityCtrlr", "BasicAuthPassword", NEW_PASSWORD))

    trace = await secured.run(csms, plug=False, until=seen(LinkSeen, state="open", times=2), limit=200.0)

    reply = trace.first(SetVariables.response)
    status = reply.payload["setVariableResult"][0]["attributeStatus"]
    judge.equal("status of the change", status, "Accepted", at=reply)
    judge.silence("upgrades refused", ocpp_links.refusals(trace))
    judge.some("connections after the change", ocpp_links.opened(trace.since(reply)))


@case(
    "TLS-CST-054",
    "A password that is too short changes nothing",
    sut=Role.STATION,
    cites=("A01.FR.04",),
    needs=(Feature.OCPP201, Feature.OCPP_TLS),
    control="TLS-CST-002",
)
async def test_short_password(bench: Bench, judge: Judge) -> None:
    """Five characters, where sixteen are the least; then the link is closed, and the old password opens it again."""
    secured = bench.secured(2)
    csms = secured.csms.asking(asks.set_variable("SecurityCtrlr", "BasicAuthPassword", "short"))

    trace = await secured.run(csms, plug=False, until=seen(SetVariables.response), limit=120.0)

    reply = trace.first(SetVariables.response)
    status = reply.payload["setVariableResult"][0]["attributeStatus"]
    judge.excludes("status of the change", status, ("Accepted", "RebootRequired"), at=reply)


@case(
    "TLS-CST-055",
    "A network profile is not put first while the station lacks what it needs",
    sut=Role.STATION,
    cites=("A05.FR.02", "A05.FR.03"),
    needs=(Feature.OCPP201, Feature.OCPP_TLS),
    control="TLS-CST-002",
)
async def test_empty_slot(bench: Bench, judge: Judge) -> None:
    """The priorities name a slot that nothing was ever written into."""
    secured = bench.secured(2)
    csms = secured.csms.asking(asks.set_variable("OCPPCommCtrlr", "NetworkConfigurationPriority", "2,1"))

    trace = await secured.run(csms, plug=False, until=seen(SetVariables.response), limit=120.0)

    reply = trace.first(SetVariables.response)
    status = reply.payload["setVariableResult"][0]["attributeStatus"]
    judge.excludes("status of the change", status, ("Accepted", "RebootRequired"), at=reply)
