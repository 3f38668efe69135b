"""`junit.xml`: the verdicts for build servers, which know fewer of them; the true one stands in a property."""

from __future__ import annotations

from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from harness.report.printable import printable

_SKIPPED = {"NOT_APPLICABLE": "N/A", "NOT_TESTED": "not tested", "INCONCLUSIVE": "inconclusive"}


def render_junit(report: dict[str, Any]) -> bytes:
    """The XML document for a report; suites are the kinds of check, then the rules."""
    shown = printable(report)
    root = etree.Element("testsuites", name=shown["report"]["number"])
    kinds = dict.fromkeys(result["kind"] for result in shown["results"])
    suites = [
        _suite(root, kind, [result for result in shown["results"] if result["kind"] == kind], shown) for kind in kinds
    ]
    if shown["rules"]:
        suites.append(_suite(root, "rules over every trace", shown["rules"], shown))
    for key in ("tests", "failures", "errors", "skipped"):
        root.set(key, str(sum(int(suite.get(key)) for suite in suites)))
    root.set("time", f"{shown['summary']['duration']:.3f}")
    document: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return document


def _suite(root: Any, name: str, cases: list[dict[str, Any]], report: dict[str, Any]) -> Any:
    verdicts = [case["verdict"] for case in cases]
    suite = etree.SubElement(
        root,
        "testsuite",
        name=name,
        tests=str(len(cases)),
        failures=str(verdicts.count("FAIL")),
        errors=str(verdicts.count("ERROR")),
        skipped=str(sum(verdict in _SKIPPED for verdict in verdicts)),
        time=f"{sum(map(_duration, cases)):.3f}",
        timestamp=report["report"]["started"],
    )
    for case in cases:
        _case(suite, name, case)
    return suite


def _case(suite: Any, kind: str, case: dict[str, Any]) -> None:
    element = etree.SubElement(
        suite, "testcase", name=f"{case['id']}: {case['title']}", classname=kind, time=f"{_duration(case):.3f}"
    )
    properties = etree.SubElement(element, "properties")
    told = {
        "id": [case["id"]],
        "verdict": [case["verdict"]],
        "requirement": case["requirements"],
        "mutant": case.get("mutants", []),
        "known_failure": [case["known_failure"]["mechanism"]] if case["known_failure"] else [],
        "evidence": [file["path"] for file in (_counted(case) or {}).get("evidence", [])],
    }
    for name, values in told.items():
        for value in values:
            etree.SubElement(properties, "property", name=name, value=value)
    _outcome(element, case)


def _outcome(element: Any, case: dict[str, Any]) -> None:
    verdict = case["verdict"]
    told = "\n".join(_lines(case))
    first = told.partition("\n")[0] or case.get("reason", "") or verdict
    if verdict == "FAIL":
        etree.SubElement(element, "failure", message=first, type=verdict).text = told
    elif verdict == "ERROR":
        etree.SubElement(element, "error", message=first, type=verdict).text = told
    elif verdict in _SKIPPED:
        etree.SubElement(element, "skipped", message=f"{_SKIPPED[verdict]}: {first}")
    if case.get("unexpected_pass"):
        etree.SubElement(element, "failure", message="a known failure passed", type="UNEXPECTED_PASS")


def _lines(case: dict[str, Any]) -> list[str]:
    findings = case["findings"] if "findings" in case else (_counted(case) or {"findings": []})["findings"]
    return [
        f"{finding['verdict']}: {finding['what']} {finding['detail']}".rstrip()
        + (f" [entries {', '.join(map(str, finding['entries']))}]" if finding["entries"] else "")
        for finding in sorted(findings, key=lambda finding: finding["verdict"] != case["verdict"])
        if finding["verdict"] != "PASS"
    ]


def _counted(case: dict[str, Any]) -> dict[str, Any] | None:
    return next((attempt for attempt in case.get("attempts", ()) if attempt["counted"]), None)


def _duration(case: dict[str, Any]) -> float:
    return sum(float(attempt["duration"]) for attempt in case.get("attempts", ()))
