"""All that a case may import."""

from harness.core.case import Kind, Role
from harness.core.feature import Feature
from harness.core.units import Amperes, Hertz, Seconds, Volts, WattHours, Watts
from harness.kit.case import case
from harness.kit.judge import Judge

__all__ = [
    "Amperes",
    "Feature",
    "Hertz",
    "Judge",
    "Kind",
    "Role",
    "Seconds",
    "Volts",
    "WattHours",
    "Watts",
    "case",
]
