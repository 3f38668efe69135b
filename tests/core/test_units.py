"""Physical values: how a size is written, what equals what, how it is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.units import Amperes, Hertz, Rational, VoltAmperesReactive, Volts, WattHours, Watts

_SMALLEST, _LARGEST = -32768, 32767


@pytest.mark.parametrize(
    ("size", "value", "exponent"),
    [
        (0.0, 0, 0),
        (400.0, 400, 0),
        (0.1, 1, -1),
        (32.767, 32767, -3),
        (32.768, 3277, -2),
        (-32.768, -32768, -3),
        (20_000.0, 20_000, 0),
        (40_000.0, 4000, 1),
        (-12_345_678.0, -12346, 3),
        (1e9, 10000, 5),
    ],
)
def test_a_size_is_written_with_the_finest_exponent_that_fits(size: float, value: int, exponent: int) -> None:
    written = Watts.of(size)
    assert (written.value, written.exponent) == (value, exponent)


def test_an_exponent_may_be_asked_for() -> None:
    assert Volts.of(400.0, exponent=-1) == Volts(value=4000, exponent=-1)
    assert Volts.of(400.04, exponent=-1) == Volts(value=4000, exponent=-1)


@given(st.floats(min_value=-1e9, max_value=1e9, allow_nan=False))
def test_what_is_written_is_near_and_fits_sixteen_bits(size: float) -> None:
    written = Rational.of(size)
    assert _SMALLEST <= written.value <= _LARGEST
    assert abs(float(written) - size) <= 0.5 * 10.0 ** max(-3, written.exponent) * 1.000001


def test_one_size_written_in_two_ways_is_two_values() -> None:
    tenths, whole = Volts(value=4000, exponent=-1), Volts(value=400)
    assert float(tenths) == float(whole) == 400.0
    assert tenths != whole


def test_volts_are_no_amperes() -> None:
    quantities: list[Rational] = [Volts(value=1), Amperes(value=1), Volts(value=1)]
    assert quantities[0] != quantities[1]
    assert quantities[0] == quantities[2]


@pytest.mark.parametrize(
    ("quantity", "shown"),
    [
        (Volts(value=4005, exponent=-1), "400.5 V"),
        (Amperes(value=-32), "-32 A"),
        (Watts(value=11, exponent=3), "11000 W"),
        (WattHours(value=1), "1 Wh"),
        (VoltAmperesReactive(value=1), "1 var"),
        (Hertz(value=50), "50 Hz"),
        (Rational(value=7), "7"),
    ],
)
def test_values_are_shown_with_their_unit(quantity: Rational, shown: str) -> None:
    assert str(quantity) == shown
