"""What verdicts, kinds of check and parties are called in a report, in words for those who do not program."""

from __future__ import annotations

from datetime import UTC, datetime

from harness.core.case import Kind, Role
from harness.core.measurement import Reach
from harness.core.verdict import Verdict
from harness.standards.catalogue import Confidence

PARTY: dict[Role, str] = {
    Role.EV: "electric vehicle",
    Role.STATION: "charging station",
    Role.CSMS: "charging station management system",
}
SHORT_PARTY: dict[Role, str] = {Role.EV: "EV", Role.STATION: "Station", Role.CSMS: "CSMS"}
PLAIN_PARTY: dict[Role, str] = {Role.EV: "EV", Role.STATION: "station", Role.CSMS: "backend"}

VERDICT_WORD: dict[Verdict, str] = {
    Verdict.PASS: "Passed",
    Verdict.FAIL: "Failed",
    Verdict.INCONCLUSIVE: "Inconclusive",
    Verdict.ERROR: "Harness error",
    Verdict.NOT_APPLICABLE: "Not applicable",
    Verdict.NOT_TESTED: "Not tested",
    Verdict.REPORTED: "Reported",
}

VERDICT_MEANING: dict[Verdict, str] = {
    Verdict.PASS: "Everything that was judged held.",
    Verdict.FAIL: "The item under test broke a requirement.",
    Verdict.INCONCLUSIVE: "What was needed for a judgement did not happen, or does not decide the matter.",
    Verdict.ERROR: "The harness or its surroundings failed; this says nothing about the item under test.",
    Verdict.NOT_APPLICABLE: "The item does not claim the feature that is tested.",
    Verdict.NOT_TESTED: "Applicable, but it was not run.",
    Verdict.REPORTED: "A measured value without a limit.",
}

KIND_MEANING: dict[Kind, str] = {
    Kind.SEQUENCE: "Do vehicle and charger say the right things in the right order, with the right content, in time? "
    "Where they do not, a session may not start, or may end without the driver knowing why.",
    Kind.TLS: "Are only genuine partners let in? Each flawed certificate must be refused, and each good one accepted; "
    "a device that lets a flawed one in can be impersonated.",
    Kind.RESUMPTION: "Does charging go on after a pause, a lost link or a lost backend, without loss of energy "
    "records? Grid programmes interrupt sessions on purpose.",
    Kind.AVAILABILITY: "Does what the vehicle says (state of charge, capacity, departure, limits) reach the charger "
    "and the backend, unchanged, in a known unit, in time? Scheduling and discharge depend on it.",
    Kind.OCPP: "Does the conversation between charger and backend keep to OCPP 2.0.1? Remote control, metering and "
    "billing run over it.",
}

REACH_WORD: dict[Reach, str] = {
    Reach.AVAILABLE: "Arrived",
    Reach.WRONG: "Arrived wrong",
    Reach.STALE: "Arrived too late",
    Reach.LOST_AT_STATION: "Lost in the charger",
    Reach.NOT_REPRESENTABLE: "No place in OCPP 2.0.1",
    Reach.LOST_AT_EV: "Not said by the vehicle",
}
"""In the order in which they say most about a datum."""

REACH_MEANING: dict[Reach, str] = {
    Reach.AVAILABLE: "The backend got the value that the vehicle had said.",
    Reach.WRONG: "The backend got another value than the vehicle had said.",
    Reach.STALE: "The backend got the value, but later than it is of use.",
    Reach.LOST_AT_STATION: "The vehicle said it, OCPP 2.0.1 has a place for it, and the charger did not pass it on.",
    Reach.NOT_REPRESENTABLE: "The vehicle said it and the charger has it, but no message of OCPP 2.0.1 has a field for "
    "it: a gap of the protocol version that a backend must plan with, and no failure of charger or vehicle.",
    Reach.LOST_AT_EV: "The vehicle did not say it in the sessions recorded, so there was nothing to pass on.",
}

CONFIDENCE_HINT: dict[Confidence, str] = {
    Confidence.PUBLISHED: "",
    Confidence.SEVERAL: "",
    Confidence.ONE: "",
    Confidence.PRACTICE: "as practised by public implementations, not from the text of the standard",
    Confidence.DERIVED: "concluded from other requirements, not from the text of the standard",
    Confidence.UNVERIFIED: "what it says is not verified: read it in the standard before relying on it",
}
"""What to tell beside a requirement of which we know too little; empty where its sources will do."""

STATEMENT: dict[str, str] = {
    "conforms": "Conforms",
    "does-not-conform": "Does not conform",
    "not-determined": "Not determined",
}


def utc(at: float) -> str:
    """Unix time as ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def plural(count: int, one: str, many: str = "") -> str:
    """`1 case`, `2 cases`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def listed(names: list[str], most: int = 6) -> str:
    """Names in a sentence, the tail counted."""
    shown = names[:most]
    if len(names) > most:
        shown.append(f"{len(names) - most} more")
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1] if shown else ""
