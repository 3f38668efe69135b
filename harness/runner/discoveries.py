"""Declared against discovered: what all traces of a run show of each device's features."""

from __future__ import annotations

from collections.abc import Iterable

from harness.checks.discovery import shown, sum_up
from harness.profile.device import Device
from harness.runner.rulings import RecordedTrace
from harness.store.records import Discovery


def discoveries(devices: Iterable[Device], traces: Iterable[RecordedTrace]) -> tuple[Discovery, ...]:
    """What the run showed, feature by feature; features that nothing showed are left out."""
    recorded = tuple(traces)
    return tuple(found for device in devices for found in _of(device, recorded))


def _of(device: Device, traces: tuple[RecordedTrace, ...]) -> list[Discovery]:
    mine = [one for one in traces if one.trace.subject is device.role]
    sources = [(one, found) for one in mine for found in shown(one.trace)]
    summed = sum_up(found for _, found in sources)
    cases = {id(found): one.case for one, found in sources}
    return [
        Discovery(device=device.device.id, feature=feature, discovered=found.has, how=found.how, case=cases[id(found)])
        for feature, found in sorted(summed.items())
    ]
