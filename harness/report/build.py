"""From a stored run to `report.json`, the one document that every other format renders."""

from __future__ import annotations

from typing import Any

from harness.core.feature import FEATURE_MEANING, Feature
from harness.report.attention import attention
from harness.report.catalogued import catalogue
from harness.report.coverage import coverage
from harness.report.indexes import availability, measurements, requirements, response_times, rules
from harness.report.results import results
from harness.report.statement import conformity, limits, summary
from harness.report.words import PARTY, PLAIN_PARTY, listed, utc
from harness.store.records import DeviceRecord
from harness.store.run import CONFORMS, Run, exit_code

FORMAT = "v2x-report"
VERSION = 1
NAME = "V2X interoperability harness"


def build(run: Run) -> dict[str, Any]:
    """The report of a run: plain objects, the same for the same run folder.

    Raises:
        TraceFileError: a trace in the evidence cannot be read although the run's digests hold.
    """
    told = results(run)
    return {
        "format": FORMAT,
        "format_version": VERSION,
        "report": _identity(run),
        "items": [_item(device) for device in run.header.devices],
        "programme": _programme(run),
        "conformity": conformity(run),
        "limits": limits(run),
        "summary": summary(run),
        "attention": attention(run, told),
        "pics": _pics(run),
        "results": told,
        "requirements": requirements(run),
        "coverage": coverage(run),
        "catalogue": catalogue(run),
        "plan": _plan(run),
        "rules": rules(run),
        "measurements": measurements(run),
        "response_times": response_times(run),
        "availability": availability(run),
        "self_validation": _validation(run),
        "method": _method(run),
        "integrity": _integrity(run),
    }


def _identity(run: Run) -> dict[str, Any]:
    ended = run.footer.finished if run.footer else _last_seen(run)
    return {
        "number": run.header.run,
        "title": "Interoperability test report",
        "subject": subject(run.header.devices),
        "started": utc(run.header.started),
        "finished": utc(ended),
        "state": "broken" if run.broken else "interrupted" if run.interrupted else "complete",
        "problems": list(run.broken),
        "interruptions": [{"at": utc(stop.at), "why": stop.why, "case": stop.case} for stop in run.interruptions],
        "exit_code": exit_code(run),
        "known_failures_only": exit_code(run) == CONFORMS
        and any(result.known_failure for result in run.counted.values()),
    }


def subject(devices: tuple[DeviceRecord, ...]) -> str:
    """What was tested, short enough for a title."""
    group = {2: "Emulated pair", 3: "Emulated trio"}.get(len(devices))
    if group and all(device.emulated for device in devices):
        return f"{group}: {', '.join(PLAIN_PARTY[device.role] for device in devices)}"
    return listed([device.title for device in devices]) or "no device named"


def _last_seen(run: Run) -> float:
    return max([run.header.started, *(result.ended for result in run.results)])


def _item(device: DeviceRecord) -> dict[str, Any]:
    return {
        "id": device.id,
        "title": device.title,
        "role": device.role.value,
        "party": PARTY[device.role],
        "vendor": device.vendor,
        "model": device.model,
        "version": device.version,
        "version_source": "declared",
        "serial": device.serial,
        "notes": list(device.notes),
        "emulated": device.emulated,
        "profile_sha256": device.sha256,
    }


def _programme(run: Run) -> dict[str, Any]:
    programme = run.header.programme
    return {
        "id": programme.id,
        "title": programme.title,
        "version": programme.version,
        "owner": programme.owner,
        "decision_rule": programme.decision_rule,
        "inconclusive_blocks": programme.inconclusive_blocks,
        "not_tested_blocks": programme.not_tested_blocks,
        "documents": [
            {"key": gate.key, "any_of": list(gate.any_of), "when": gate.when} for gate in programme.documents
        ],
        "profile_sha256": programme.sha256,
    }


def _pics(run: Run) -> list[dict[str, Any]]:
    """What each device claims, beside what the run showed; a difference is a finding by itself."""
    shown = {(found.device, found.feature): found for found in run.discoveries}
    lines = []
    for device in run.header.devices:
        seen_only = {feature for name, feature in shown if name == device.id}
        for feature in sorted({*device.features, *seen_only}):
            found = shown.get((device.id, feature))
            declared = device.features.get(feature)
            lines.append(
                {
                    "device": device.id,
                    "feature": feature.value,
                    "meaning": FEATURE_MEANING[Feature(feature)],
                    "declared": declared,
                    "discovered": found.discovered if found else None,
                    "how": found.how if found else "",
                    "mismatch": found is not None and found.discovered != declared,
                }
            )
    return lines


def _plan(run: Run) -> list[dict[str, Any]]:
    return [
        {
            "case": line.case.id,
            "title": line.case.title,
            "runs": line.runs,
            "reason": line.reason,
            "feature": line.missing.value if line.missing else None,
        }
        for line in run.plan
    ]


def _validation(run: Run) -> dict[str, Any]:
    rows = [
        {
            "id": mutant.id,
            "title": mutant.title,
            "role": mutant.role.value,
            "killed_by": sorted(mutant.killed_by),
        }
        for mutant in sorted(run.mutants, key=lambda mutant: mutant.id)
    ]
    caught = {case_id for mutant in run.mutants for case_id in mutant.killed_by}
    return {
        "mutants": rows,
        "total": len(rows),
        "killed": sum(bool(row["killed_by"]) for row in rows),
        "cases_never_seen_to_fail": sorted({result.case.id for result in run.results} - caught),
    }


def _method(run: Run) -> dict[str, Any]:
    header = run.header
    return {
        "harness": {"name": NAME, "version": header.harness_version, "commit": header.commit},
        "command": header.command,
        "seed": header.seed,
        "virtual_time": header.virtual_time,
        "environment": dict(sorted(header.environment.items())),
        "sources": [{"id": s.id, "sha256": s.sha256, "path": s.path} for s in header.sources],
    }


def _integrity(run: Run) -> dict[str, Any]:
    return {
        "records": {"path": "run.jsonl", "sha256": run.records_sha256},
        "complete": run.footer is not None and run.footer.complete and not run.broken,
        "problems": list(run.broken),
        "evidence": [
            {"path": ref.path, "sha256": ref.sha256, "media_type": ref.media_type, "size": ref.size}
            for ref in run.evidence
        ],
    }
