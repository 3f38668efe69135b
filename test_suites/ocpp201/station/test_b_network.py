"""Block B: the backend tells the station where else it can be found."""

from __future__ import annotations

from harness.kit import (
    Bench,
    Entry,
    Feature,
    Judge,
    LinkSeen,
    Role,
    Trace,
    asks,
    case,
    ocpp_links,
    ocpp_security,
    scene,
)
from harness.kit import certificates as papers
from harness.kit import device_model as model
from harness.kit import ocpp_boots as boots
from harness.messages.ocpp import (
    BootNotification,
    GetVariables,
    InstallCertificate,
    Reset,
    SetNetworkProfile,
    SetVariables,
)

LIMIT = 1200.0
NEEDS = (Feature.OCPP201, Feature.OCPP_TLS, Feature.REMOTE_CONTROL)
SLOT = 2
PRIORITY = model.named("OCPPCommCtrlr", "NetworkConfigurationPriority")
ACTIVE = model.named("OCPPCommCtrlr", "ActiveNetworkProfile")
ATTEMPTS = model.named("OCPPCommCtrlr", "NetworkProfileConnectionAttempts")
TOLD = scene.hears(SetNetworkProfile.response)
SWITCHES = model.writes((PRIORITY, f"{SLOT},1")) + boots.reset("OnIdle") + boots.accepted()
SETTLED = scene.passes(5.0)


def judge_the_order(judge: Judge, trace: Trace) -> Entry:
    """The profile was taken, put first, and the station reset; the reset."""
    judge.status(trace, trace.first(SetNetworkProfile), "Accepted")
    model.judge_results(judge, trace, trace.first(SetVariables, where=_of_priority), model.TAKEN)
    call = trace.first(Reset)
    judge.status(trace, call, "Accepted")
    return call


def _of_priority(entry: Entry) -> bool:
    return bool(entry.payload["setVariableData"][0]["variable"]["name"] == PRIORITY["variable"]["name"])


@case(
    "TC_B_43_CS",
    "A network profile for a slot that the station lacks is not taken",
    sut=Role.STATION,
    cites=("B09.FR.02",),
    needs=Feature.OCPP201,
)
async def test_no_such_slot(bench: Bench, judge: Judge) -> None:
    """Slot 4242."""
    csms = bench.csms.asking(asks.network_profile(slot=4242, security=1))

    trace = await bench.play(TOLD, csms)

    judge.status(trace, trace.first(SetNetworkProfile), "Rejected")


@case(
    "TC_B_45_CS",
    "A station whose network profiles are put into another order uses the first one after a reset",
    sut=Role.STATION,
    cites=("B09.FR.01", "B10.FR.01", "B10.FR.04", "B10.FR.06"),
    needs=NEEDS,
)
async def test_another_slot(bench: Bench, judge: Judge) -> None:
    """The other slot leads to the same backend, so that only the station can tell which one it uses."""
    bench = bench.secured(2)
    csms = bench.csms.asking(asks.network_profile(slot=SLOT, security=2))

    trace = await bench.play(TOLD + SWITCHES + SETTLED + model.reads(PRIORITY, ACTIVE), csms, limit=LIMIT)

    reset = judge_the_order(judge, trace)
    opened = trace.since(reset).all(LinkSeen, state="open")
    before = trace.since(reset).until(opened[0]) if opened else trace.since(reset)
    ended = [entry for state in ("closed", "reset") for entry in before.all(LinkSeen, state=state)]
    judge.some("end of the old connection before there is a new one", ended)
    judge.some("boots after the reset", trace.since(reset).all(BootNotification))
    call = trace.last(GetVariables)
    told = model.results(trace.answer_to(call))
    judge.equal("priority", told[0].get("attributeValue", "").replace(" ", "")[:1], str(SLOT), at=call)
    if told[1]["attributeStatus"] == "Accepted":
        judge.equal("slot in use", told[1].get("attributeValue"), str(SLOT), at=call)


async def fallen_back(bench: Bench, judge: Judge, before: scene.Scene = ()) -> tuple[Trace, tuple[Entry, ...]]:
    """The other slot leads nowhere; the attempts at it that our backend saw."""
    bench = bench.secured(2)
    csms = bench.csms.asking(asks.network_profile(slot=SLOT, security=2, path="/nowhere"))

    trace = await bench.play(TOLD + before + SWITCHES + SETTLED, csms, limit=LIMIT)

    reset = judge_the_order(judge, trace)
    tried = trace.since(reset).all(LinkSeen, state="refused")
    if judge.any("boots after the reset", trace.since(reset).all(BootNotification)):
        boot = trace.since(reset).first(BootNotification)
        boots.judge_states(judge, trace, boot, "Available", bench.device.parameters.get("connectors", 1))
    return trace, tried


@case(
    "TC_B_46_CS",
    "A station that does not reach its backend by the first slot goes on with the second",
    sut=Role.STATION,
    cites=("B10.FR.03", "B10.FR.04"),
    needs=NEEDS,
)
async def test_second_slot(bench: Bench, judge: Judge) -> None:
    """The first slot holds an address that the backend refuses."""
    _, tried = await fallen_back(bench, judge)

    judge.some("attempts at the first slot", tried)


@case(
    "TC_B_49_CS",
    "A station tries a slot as often as it was told, and goes back to the one that works",
    sut=Role.STATION,
    cites=("B10.FR.07",),
    needs=NEEDS,
)
async def test_attempts(bench: Bench, judge: Judge) -> None:
    """Two attempts, which the backend counts."""
    _, tried = await fallen_back(bench, judge, model.writes((ATTEMPTS, "2")))

    judge.equal("attempts at the first slot", len(tried), 2, at=tried)


@case(
    "TC_B_50_CS",
    "A station moves to a backend under another root once it has that root",
    sut=Role.STATION,
    cites=("M05.FR.13",),
    needs=(*NEEDS, Feature.CERTIFICATE_MANAGEMENT),
)
async def test_new_root(bench: Bench, judge: Judge) -> None:
    """The root comes first, then the slot; from the next connection on the backend shows its new certificate."""
    bench = bench.managing_certificates().secured(2)
    other = bench.pki.earlier
    chain = other.csms_chain(ocpp_security.backend_host(bench.device))
    csms = bench.csms.at_first().secured(chains=(chain,))
    csms = csms.asking(papers.install("CSMSRootCertificate", other.csms_roots[0]))
    csms = csms.asking(asks.network_profile(slot=SLOT, security=2), after=InstallCertificate.response)

    trace = await bench.play(TOLD + SWITCHES + SETTLED, csms, limit=LIMIT)

    judge.status(trace, trace.first(InstallCertificate), "Accepted")
    reset = judge_the_order(judge, trace)
    judge.silence("handshakes refused", ocpp_links.refusals(trace.since(reset)))
    judge.some("boots after the reset", trace.since(reset).all(BootNotification))
