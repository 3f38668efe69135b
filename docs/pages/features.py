"""The page of services and features: which of them our own sides play through, and which cases are about each."""

from __future__ import annotations

from collections.abc import Iterator

from harness.core.case import Role
from harness.core.feature import FEATURE_MEANING, Feature
from pages.collect import Found
from pages.text import NOTICE
from tests.features.scenes import SCENES, Scene


def features_page(found: list[Found]) -> str:
    """Feature by feature, then session by session."""
    lines = [
        "# Features",
        "",
        NOTICE,
        "What a device profile may claim, and what stands behind each word. *Played*: sessions of our EV at our",
        "station, each in memory under virtual time and over loopback, with TLS unless the protocol goes without;",
        "`make test` plays them all (`tests/features`). *Cases*: how many need the feature, on either side.",
        "",
        "| feature | meaning | played | cases on a charger | cases on a vehicle |",
        "|---|---|---|---|---|",
        *(_row(feature, found) for feature in Feature),
        "",
        "## The sessions",
        "",
        "| session | features | must show | connection |",
        "|---|---|---|---|",
        *_sessions(),
    ]
    return "\n".join(lines) + "\n"


def _row(feature: Feature, found: list[Found]) -> str:
    played = sum(feature in scene.features for scene in SCENES)
    cases = [
        sum(feature in one.case.needs for one in found if one.case.sut is role) for role in (Role.STATION, Role.EV)
    ]
    cells = " | ".join(str(count or "") for count in (played, *cases))
    return f"| `{feature}` | {FEATURE_MEANING[feature]} | {cells} |"


def _sessions() -> Iterator[str]:
    for scene in SCENES:
        shown = ", ".join(f"`{kind.__name__}`" for kind in scene.shows)
        features = ", ".join(f"`{feature}`" for feature in scene.features)
        yield f"| {scene.title} | {features} | {shown} | {_connection(scene)} |"


def _connection(scene: Scene) -> str:
    return "memory, TCP" if scene.plain else "memory, TLS"
