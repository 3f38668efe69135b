"""How long each subject took to react, over all traces of a run: measured and reported, the rules do the judging."""

from __future__ import annotations

from collections.abc import Iterable

from harness.checks.timing import latencies
from harness.profile.device import Device
from harness.runner.rulings import RecordedTrace
from harness.store.records import ResponseTime


def response_times(devices: Iterable[Device], traces: Iterable[RecordedTrace]) -> tuple[ResponseTime, ...]:
    """The times of every station and EV under test, message by message."""
    recorded = tuple(traces)
    return tuple(measured for device in devices for measured in _of(device, recorded))


def _of(device: Device, traces: tuple[RecordedTrace, ...]) -> list[ResponseTime]:
    mine = (one.trace for one in traces if one.trace.subject is device.role)
    return [
        ResponseTime(
            device=device.device.id,
            message=taken.message,
            count=len(taken.seconds),
            median=taken.median,
            longest=taken.longest,
            performance=taken.times.performance,
            timeout=taken.times.timeout,
        )
        for taken in latencies(mine, device.role)
    ]
