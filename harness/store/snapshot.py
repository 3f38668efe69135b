"""Profiles as the header of a run keeps them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from harness.profile.device import Device, KnownFailure
from harness.profile.programme import Programme
from harness.store.records import DeviceRecord, DocumentGate, KnownFailureNote, ProgrammeRecord
from harness.trace.redact import redact_text


def device_record(device: Device, content: str = "") -> DeviceRecord:
    """A subject's profile; `content` is the text of its file."""
    identity = device.device
    return DeviceRecord(
        id=identity.id,
        title=identity.title,
        role=identity.role,
        vendor=identity.vendor,
        model=identity.model,
        version=identity.version,
        serial=identity.serial,
        notes=identity.notes,
        emulated=device.connection.kind == "emulated",
        lenient=tuple(_leniencies(device)),
        features=dict(sorted(device.features.items())),
        sha256=_digest(content),
        content=redact_text(content),
    )


def _leniencies(device: Device) -> Iterator[str]:
    """The switches of a profile with which our side asks for less than the standard does."""
    if device.connection.tls == "1.3-lenient":
        yield "TLS of any suite, group and curve, of version 1.2 too (connection.tls = 1.3-lenient)"
    if device.connection.tls == "none":
        yield "no TLS (connection.tls = none)"


def programme_record(programme: Programme, content: str = "") -> ProgrammeRecord:
    """A programme's profile; `content` is the text of its file."""
    identity, decision = programme.programme, programme.decision
    return ProgrammeRecord(
        id=identity.id,
        title=identity.title,
        version=identity.version,
        owner=identity.owner,
        decision_rule=decision.rule,
        inconclusive_blocks=decision.inconclusive == "blocks",
        not_tested_blocks=decision.not_tested == "blocks",
        documents=tuple(DocumentGate(key=gate.key, any_of=gate.any_of, when=gate.when) for gate in programme.documents),
        sha256=_digest(content),
        content=redact_text(content),
    )


def known_failure_note(known: KnownFailure) -> KnownFailureNote:
    """What a report says of a known failure."""
    expires = known.expires.isoformat() if known.expires else ""
    return KnownFailureNote(mechanism=known.mechanism, link=known.link, expires=expires)


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest() if content else ""
