"""What somebody must look at, told in plain words and the worst first."""

from __future__ import annotations

from typing import Any

from harness.core.case import Role
from harness.core.verdict import Verdict
from harness.report.conversation import home
from harness.report.words import PARTY, plural
from harness.store.run import Run

_ORDER = (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.NOT_TESTED)
_SEEN_AT_MOST = 4


def attention(run: Run, results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One paragraph for each case, rule or answer of the device profile that is not as it should be."""
    items = [_case(result) for result in results if Verdict(result["verdict"]) in _ORDER]
    items += [_unexpected(result) for result in results if result["unexpected_pass"]]
    items += [_rule(rule) for rule in run.rules if rule.verdict in _ORDER]
    items.sort(key=lambda item: (_ORDER.index(Verdict(item["verdict"])), bool(item["known"])))
    return items + [_mismatch(run, found) for found in _mismatches(run)]


def _case(result: dict[str, Any]) -> dict[str, Any]:
    verdict = Verdict(result["verdict"])
    counted = next((attempt for attempt in result["attempts"] if attempt["counted"]), None)
    findings = [
        finding
        for finding in (counted["findings"] if counted else [])
        if finding["verdict"] == verdict.value and not finding["notice"]
    ]
    known = result["known_failure"]
    return {
        "about": result["id"],
        "anchor": result["id"],
        "verdict": verdict.value,
        "headline": result["title"],
        "text": _opening(verdict, Role(result["sut"]), result["reason"]),
        "seen": _seen(findings, counted),
        "requirements": result["requirements"],
        "known": f"Known: {known['mechanism']}" + (f", until {known['expires']}" if known["expires"] else "")
        if known
        else "",
    }


def _opening(verdict: Verdict, sut: Role, reason: str) -> str:
    party = PARTY[sut]
    match verdict:
        case Verdict.FAIL:
            return f"This is what should happen. The {party} under test did otherwise:"
        case Verdict.ERROR:
            return f"The harness itself failed, so nothing can be said about the {party}:"
        case Verdict.INCONCLUSIVE:
            return f"It could not be found out whether the {party} does this:"
    return f"This was not tested: {reason}."


def _seen(findings: list[dict[str, Any]], counted: dict[str, Any] | None) -> list[str]:
    told = [_sentence(finding, counted) for finding in findings[:_SEEN_AT_MOST]]
    if len(findings) > _SEEN_AT_MOST:
        told.append(f"and {plural(len(findings) - _SEEN_AT_MOST, 'more finding')}")
    return told


def _sentence(finding: dict[str, Any], counted: dict[str, Any] | None) -> str:
    told = f"{finding['what']}: {finding['detail']}" if finding["detail"] else finding["what"]
    places = [_place(number, counted) for number in finding["entries"][:3]]
    return f"{told} ({'; '.join(places)})" if places else told


def _place(number: int, counted: dict[str, Any] | None) -> str:
    traces = counted["traces"] if counted else []
    index = home(number, traces)
    for row in traces[index]["rows"] if index is not None else ():
        if row["n"] == number and "fold" not in row:
            return f"entry {number}, {row['label']}, {row['t']:.3f} s into the session"
    return f"entry {number}"


def _rule(rule: Any) -> dict[str, Any]:
    found = [item for item in rule.findings if item.finding.verdict is rule.verdict]
    told = [
        f"{item.finding.what}: {item.finding.detail} (in {item.case}, "
        f"{'entry' if len(item.finding.entries) == 1 else 'entries'} {', '.join(map(str, item.finding.entries))})"
        for item in found[:_SEEN_AT_MOST]
    ]
    if len(found) > _SEEN_AT_MOST:
        told.append(f"and {plural(len(found) - _SEEN_AT_MOST, 'more finding')}")
    return {
        "about": rule.id,
        "anchor": "rules",
        "verdict": rule.verdict.value,
        "headline": rule.title,
        "text": "A rule that holds in any session did not hold in what was recorded:",
        "seen": told,
        "requirements": list(rule.cites),
        "known": f"Known: {rule.known_failure.mechanism}" if rule.known_failure else "",
    }


def _unexpected(result: dict[str, Any]) -> dict[str, Any]:
    mechanism = result["known_failure"]["mechanism"] if result["known_failure"] else "its known failure"
    return {
        "about": result["id"],
        "anchor": result["id"],
        "verdict": Verdict.FAIL.value,
        "headline": f"{result['title']}: passed, although a failure is on record",
        "text": "The device profile lists a known failure that no longer shows. Take it off the list:",
        "seen": [mechanism],
        "requirements": result["requirements"],
        "known": "",
    }


def _mismatches(run: Run) -> list[Any]:
    declared = {device.id: device.features for device in run.header.devices}
    return [found for found in run.discoveries if declared.get(found.device, {}).get(found.feature) != found.discovered]


def _mismatch(run: Run, found: Any) -> dict[str, Any]:
    declared = {device.id: device.features for device in run.header.devices}.get(found.device, {})
    claim = {True: "claimed", False: "denied", None: "not answered"}[declared.get(found.feature)]
    shown = "seen" if found.discovered else "not seen"
    return {
        "about": found.device,
        "anchor": "pics",
        "verdict": Verdict.REPORTED.value,
        "headline": f"{found.feature}: {claim} in the device profile, {shown} in the run",
        "text": "What a device declares and what it shows should agree:",
        "seen": [found.how] if found.how else [],
        "requirements": [],
        "known": "",
    }
