"""Every service and feature: our EV at our station, in memory under virtual time, and over TLS on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness.core.case import Role
from harness.core.feature import Feature
from harness.kit.bench import Bench
from harness.kit.until import FINISHED, finished
from harness.kit.workshop import Workshop
from harness.messages.field import Message
from harness.profile.load import load_device
from harness.trace.entry import Note, TlsSeen
from harness.trace.trace import Trace
from harness.transports.clock import run
from tests.features.scenes import SCENES, SERVICES, Scene

DEVICES = Path(__file__).resolve().parents[2] / "profiles" / "devices"
SHOWN_BY_OTHERS = {
    Feature.ISO20: "every scene but the older protocols",
    Feature.EIM: "every scene but Plug and Charge",
    Feature.OCPP201: "the suites against the backend",
}
"""Features that need no scene of their own."""


@cache
def workshop(network: Any) -> Workshop:
    names = ("emulated-ev", "emulated-station", "emulated-csms")
    return Workshop(tuple(load_device(DEVICES / f"{name}.toml") for name in names), network=network)


def played(scene: Scene, network: str) -> Trace:
    """The scene with the backend in the place of the subject, so that EV and station are both ours."""
    bench: Bench = workshop(network).bench(Role.CSMS)
    station = scene.station(bench, bench.station.set(services=SERVICES))
    return run(bench.run(*scene.evs(bench), station, until=finished(), limit=600.0), virtual=True)


def parts(value: Any) -> Iterator[Message]:
    """A message and everything in it."""
    if isinstance(value, Message):
        yield value
        for name in value.__struct_fields__:
            yield from parts(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from parts(one)


@pytest.mark.parametrize("network", ["memory", "loopback"])
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.title)
def test_feature_works_between_our_own_sides(scene: Scene, network: str) -> None:
    trace = played(scene, network)

    notes = [entry.body for entry in trace if isinstance(entry.body, Note)]
    ends = [note.data["state"] for note in notes if note.text == FINISHED]
    assert ends == [scene.outcome], [note.text for note in notes]
    assert [note.text for note in notes if "rule" in note.data] == []
    assert [note.text for note in notes if "timer" in note.data] == []
    seen = {type(part) for entry in trace for part in parts(entry.message)}
    assert set(scene.shows) <= seen
    handshakes = [entry for entry in trace if isinstance(entry.body, TlsSeen) and entry.body.event == "handshake"]
    assert bool(handshakes) is not scene.plain


def test_every_feature_of_the_vehicle_link_has_a_scene() -> None:
    shown = {feature for scene in SCENES for feature in scene.features}
    device = load_device(DEVICES / "emulated-station.toml")
    missing = {feature for feature in device.features if device.offers(feature)} - shown - set(SHOWN_BY_OTHERS)
    assert {one for one in missing if one.value.startswith(("iso20", "iso2", "din"))} == set()


def test_scenes_are_told_apart() -> None:
    assert len({scene.title for scene in SCENES}) == len(SCENES)
    assert msgspec.structs.asdict(SCENES[0])["title"]
