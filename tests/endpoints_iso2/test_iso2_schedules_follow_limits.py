"""The schedules of ISO 15118-2 follow the limits to come."""

from typing import Any

import pytest

from harness.endpoints.station.iso2.schedules import together
from harness.endpoints.station.over_time import over_time


@pytest.mark.parametrize(
    ("planned", "given", "wanted"),
    [
        (((0, None),), ((3600, 50.0),), ((0, 50.0),)),
        (((0, 20.0), (600, None)), ((3600, 50.0),), ((0, 20.0), (600, 50.0))),
        (((0, None),), ((60, 50.0), (3540, 10.0)), ((0, 50.0), (60, 10.0))),
        (
            ((0, 20.0), (30, 40.0)),
            ((60, 50.0), (60, 10.0), (60, 90.0)),
            ((0, 20.0), (30, 40.0), (60, 10.0), (120, 40.0)),
        ),
    ],
)
def test_the_lower_of_plan_and_limit_counts(planned: Any, given: Any, wanted: Any) -> None:
    assert together(planned, given) == wanted


def test_limits_to_come_become_steps() -> None:
    assert over_time(lambda at: 9.0 if at < 90 else 3.0, 0.0, 200, 10) == ((90, 9.0), (110, 3.0))
