"""Block D: the station takes the list of tokens that its backend sends, and tells its version (D01, D02)."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Trace, case, scene
from harness.kit import ocpp_availability as availability
from harness.kit import ocpp_local_list as lists
from harness.kit import ocpp_tokens as tokens
from harness.kit.ocpp_local_list import DIFFERENTIAL, LIST_VERSION, asked_for_version, card, sent
from harness.messages.ocpp import SendLocalList

FIRST = (lists.GOOD, card("invalid"))
NEXT = LIST_VERSION + 1


def judge_update(judge: Judge, trace: Trace, version: int, *, nth: int, status: str = "Accepted") -> None:
    """The nth update is answered so, and the list has this version."""
    judge.status(trace, trace.nth(SendLocalList, nth), status)
    reply, told = lists.version_told(trace)
    judge.equal("version", told, version, at=reply)


@case(
    "TC_D_01_CS",
    "A list that is sent in full takes the place of any other",
    sut=Role.STATION,
    cites=("D01.FR.04", "D01.FR.15"),
    needs=Feature.OCPP201,
)
async def test_full_list(bench: Bench, judge: Judge) -> None:
    """There is a list already."""
    scenes = sent(*FIRST) + sent(card("stranger"), version=NEXT) + asked_for_version()

    trace = await bench.play(scenes)

    judge_update(judge, trace, NEXT, nth=2)


@case(
    "TC_D_02_CS",
    "A differential update changes a list and its version",
    sut=Role.STATION,
    cites=("D01.FR.05", "D01.FR.15"),
    needs=Feature.OCPP201,
)
async def test_differential_update(bench: Bench, judge: Judge) -> None:
    """One entry is new, one says something else."""
    changed = (card("stranger"), lists.entry(tokens.INVALID, "Blocked"))
    scenes = sent(*FIRST) + sent(*changed, version=NEXT, update=DIFFERENTIAL) + asked_for_version()

    trace = await bench.play(scenes)

    judge_update(judge, trace, NEXT, nth=2)


@case(
    "TC_D_03_CS",
    "A differential update takes entries off a list",
    sut=Role.STATION,
    cites=("D01.FR.05", "D01.FR.17"),
    needs=Feature.OCPP201,
)
async def test_entries_taken_off(bench: Bench, judge: Judge) -> None:
    """An entry without a verdict is to go."""
    off = sent(lists.gone(tokens.INVALID), version=NEXT, update=DIFFERENTIAL)

    trace = await bench.play(sent(*FIRST) + off + asked_for_version())

    judge_update(judge, trace, NEXT, nth=2)


@case(
    "TC_D_04_CS",
    "A full list without entries empties the list",
    sut=Role.STATION,
    cites=("D01.FR.04", "D01.FR.17"),
    needs=Feature.OCPP201,
)
async def test_empty_list(bench: Bench, judge: Judge) -> None:
    """It has a version all the same."""
    trace = await bench.play(sent(*FIRST) + sent(version=NEXT) + asked_for_version())

    judge_update(judge, trace, NEXT, nth=2)


@case(
    "TC_D_05_CS",
    "A differential update without entries changes the version and nothing else",
    sut=Role.STATION,
    cites=("D01.FR.05",),
    needs=Feature.OCPP201,
)
async def test_empty_update(bench: Bench, judge: Judge) -> None:
    """The list stays as it was."""
    trace = await bench.play(sent(*FIRST) + sent(version=NEXT, update=DIFFERENTIAL) + asked_for_version())

    judge_update(judge, trace, NEXT, nth=2)


@case(
    "TC_D_06_CS",
    "A differential update of a version that the station has already is refused",
    sut=Role.STATION,
    cites=("D01.FR.19",),
    needs=Feature.OCPP201,
)
async def test_stale_update(bench: Bench, judge: Judge) -> None:
    """The list keeps its version."""
    stale = sent(card("stranger"), version=LIST_VERSION, update=DIFFERENTIAL)

    trace = await bench.play(sent(*FIRST) + stale + asked_for_version())

    judge_update(judge, trace, LIST_VERSION, nth=2, status="VersionMismatch")


@case(
    "TC_D_07_CS",
    "A list outlives a reboot",
    sut=Role.STATION,
    cites=("D01.FR.04",),
    needs=Feature.OCPP201,
)
async def test_list_outlives_a_reboot(bench: Bench, judge: Judge) -> None:
    """The backend has the station boot, and asks for the version."""
    trace = await bench.play(sent(*FIRST) + availability.rebooted() + asked_for_version())

    judge_update(judge, trace, LIST_VERSION, nth=1)


@case(
    "TC_D_08_CS",
    "A station tells the version of its list",
    sut=Role.STATION,
    cites=("D01.FR.04",),
    needs=Feature.OCPP201,
)
async def test_version(bench: Bench, judge: Judge) -> None:
    """It is that of the last update."""
    trace = await bench.play(sent(*FIRST) + scene.passes(5.0) + asked_for_version())

    judge_update(judge, trace, LIST_VERSION, nth=1)
