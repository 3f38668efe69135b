"""Block A: the backend changes the station's password and its security profile."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, LinkSeen, Role, TlsSeen, asks, case, ocpp_links, scene, seen
from harness.kit import device_model as model
from harness.kit import ocpp_boots as boots
from harness.messages.ocpp import GetVariables, SetNetworkProfile, SetVariables

TLS = (Feature.OCPP201, Feature.OCPP_TLS)
MUTUAL = (*TLS, Feature.OCPP_TLS_MUTUAL)
LIMIT = 600.0
PASSWORD = model.named("SecurityCtrlr", "BasicAuthPassword")
PROFILE = model.named("SecurityCtrlr", "SecurityProfile")
PRIORITY = model.named("OCPPCommCtrlr", "NetworkConfigurationPriority")
NEW, SHORT = "yet-another-horse-battery-staple", "short"


@case(
    "TC_A_09_CS",
    "The station comes back with the password that the backend gave it",
    sut=Role.STATION,
    cites=("A01.FR.03",),
    needs=TLS,
)
async def test_new_password(bench: Bench, judge: Judge) -> None:
    """From the second connection on the backend takes the new one alone."""
    secured = bench.secured(2)
    csms = secured.csms.at_first().secured(password=NEW)
    back = scene.hears(LinkSeen, state="open", within=180.0, optional=True) + scene.passes(5.0)

    trace = await secured.play(model.writes((PASSWORD, NEW)) + back, csms, limit=LIMIT)

    call = trace.first(SetVariables)
    model.judge_results(judge, trace, call, model.TAKEN)
    judge.silence("upgrades refused", ocpp_links.refusals(trace))
    judge.some("connections after the change", ocpp_links.opened(trace.since(call)))


@case(
    "TC_A_10_CS",
    "A password that the station refuses changes nothing",
    sut=Role.STATION,
    cites=("A01.FR.04",),
    needs=TLS,
)
async def test_refused_password(bench: Bench, judge: Judge) -> None:
    """It is too short; after a break of the line the old one has to open the door."""
    secured = bench.secured(2)
    back = scene.hears(LinkSeen, state="open", within=180.0, optional=True) + scene.passes(5.0)

    trace = await secured.play(model.writes((PASSWORD, SHORT)) + scene.breaks(5.0) + back, limit=LIMIT)

    call = trace.first(SetVariables)
    model.judge_results(judge, trace, call, ("Rejected",))
    judge.silence("upgrades refused", ocpp_links.refusals(trace))
    judge.some("connections afterwards", ocpp_links.opened(trace.since(call)))


@case(
    "TC_A_19_CS",
    "The station raises its security profile, and gives up the slots below it",
    sut=Role.STATION,
    cites=("A05.FR.04", "A05.FR.05", "A05.FR.06"),
    needs=(*MUTUAL, Feature.REMOTE_CONTROL),
)
async def test_profile_goes_up(bench: Bench, judge: Judge) -> None:
    """From 2 to 3: a slot, its place in the priorities, a reset, and then a connection with a certificate."""
    secured = bench.secured(2)
    csms = bench.secured(3).csms.at_first(profile=secured.csms.security.profile).having(password=secured.csms.password)
    csms = csms.asking(asks.network_profile(slot=2, security=3))
    steps = scene.hears(SetNetworkProfile.response) + model.writes((PRIORITY, "2,1")) + boots.reset("OnIdle")

    trace = await secured.play(steps + boots.accepted() + model.reads(PROFILE, PRIORITY), csms, limit=LIMIT)

    judge.status(trace, trace.first(SetNetworkProfile), "Accepted")
    model.judge_results(judge, trace, trace.first(SetVariables), model.TAKEN)
    handshakes = trace.all(TlsSeen, event="handshake", link=ocpp_links.LINK)
    shown = len(handshakes) > 1 and bool(handshakes[-1].facts["peer_chain"])
    judge.holds("a certificate is shown after the reset", shown, f"{len(handshakes)} handshakes", at=handshakes)
    told = [one.get("attributeValue", "") for one in model.results(trace.last(GetVariables.response))]
    judge.equal("SecurityProfile", told[0], "3", at=trace.last(GetVariables))
    left = {part.strip() for part in told[1].split(",")}
    judge.equal("slots that are left", left, {"2"}, at=trace.last(GetVariables))


@case(
    "TC_A_22_CS",
    "The station takes no network profile below the security that it has",
    sut=Role.STATION,
    cites=("B09.FR.04",),
    needs=MUTUAL,
)
async def test_profile_never_goes_down(bench: Bench, judge: Judge) -> None:
    """It is at profile 3; the backend offers a slot without TLS."""
    secured = bench.secured(3)
    csms = secured.csms.asking(asks.network_profile(slot=2, security=1))

    trace = await secured.run(csms, plug=False, until=seen(SetNetworkProfile.response), limit=LIMIT)

    judge.status(trace, trace.first(SetNetworkProfile), "Rejected")
