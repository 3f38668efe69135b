"""A trace as a file: one entry a line, each line chained to the one before, the bytes beside what they mean."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.core.case import Role
from harness.core.errors import UserError
from harness.framing.ocppj_dialect import Dialect
from harness.messages.ocpp import OcppMessage
from harness.trace import chain
from harness.trace.chain import Chain
from harness.trace.decoded import decoded, gist_of, name_of
from harness.trace.entry import (
    Body,
    Entry,
    FaultStruck,
    Gap,
    Link,
    LinkSeen,
    Note,
    Operation,
    Seen,
    TlsSeen,
)
from harness.trace.reading import Reading
from harness.trace.redact import redact
from harness.trace.trace import Trace

FORMAT = "v2x-trace"
VERSION = 1

_KINDS: dict[type[Any], str] = {
    Seen: "frame",
    TlsSeen: "tls",
    LinkSeen: "link",
    FaultStruck: "fault",
    Operation: "operation",
    Note: "note",
    Gap: "gap",
}


class TraceFileError(UserError):
    """A trace file is not what its own digests say, or no trace file at all."""


def write(trace: Trace) -> bytes:
    """The file of a trace, secrets left out."""
    lines = Chain()
    subject = trace.subject.value if trace.subject else None
    written = [lines.line({"kind": "header", "format": FORMAT, "version": VERSION, "subject": subject})]
    written += [lines.line(fields_of_entry(redact(entry))) for entry in trace]
    written.append(lines.line({"kind": "footer", "entries": len(trace)}))
    return b"".join(written)


def read(data: bytes, *, where: str = "trace") -> Trace:
    """The trace of a file, its messages decoded anew from the bytes.

    A file that stops before its footer, as a crash leaves it, ends in a `Gap`.

    Args:
        data: the file's content.
        where: what an error calls the file.

    Raises:
        TraceFileError: the file is no trace, or was changed after it was written.
    """
    lines, cut = checked_lines(data, where)
    header = lines[0]
    subject = Role(header["subject"]) if header.get("subject") else None
    ended = lines[-1].get("kind") == "footer"
    reading = Reading()
    entries = []
    for number, fields in enumerate(lines[1:-1] if ended else lines[1:], 2):
        try:
            entries.append(_entry(fields, reading))
        except (KeyError, ValueError, TypeError) as problem:
            raise TraceFileError(
                f"line {number} lacks or misstates {problem}", where=where, do="take an unchanged copy"
            ) from problem
    if not ended:
        entries.append(_gap(entries, cut))
    return Trace(entries=tuple(entries), subject=subject)


def read_file(path: Path) -> Trace:
    """The trace of a file on disk.

    Raises:
        TraceFileError: it cannot be read, is no trace, or was changed after it was written.
    """
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise TraceFileError(f"cannot be read: {problem.strerror}", where=str(path)) from problem
    return read(data, where=str(path))


def checked_lines(data: bytes, where: str = "trace") -> tuple[list[dict[str, Any]], str]:
    """The lines of a trace file, header first, footer last if there is one; and how it was cut off, if it was.

    Raises:
        TraceFileError: the file is no trace, or was changed after it was written.
    """
    lines: list[dict[str, Any]] = []
    cut = ""
    for link in chain.links(data):
        if link.problem and link.problem.startswith("cut off"):
            cut = f"line {link.number} is {link.problem}"
        elif link.problem:
            raise TraceFileError(
                f"line {link.number} {link.problem}", where=where, do="take an unchanged copy; this one proves nothing"
            )
        else:
            lines.append(link.fields)
    _check_frame(lines, cut, where)
    return lines, cut


def fields_of_entry(entry: Entry) -> dict[str, Any]:
    """What stands on the line of an entry, which must have been redacted before."""
    return {
        "n": entry.number,
        "at": entry.at,
        "utc": _utc(entry.at),
        "link": entry.link.value,
        "by": entry.sender.value if entry.sender else None,
        "kind": _KINDS[type(entry.body)],
        "deliberate": entry.deliberate,
        **_fields_of_body(entry.body, entry.link),
    }


def _fields_of_body(body: Body, link: Link) -> dict[str, Any]:
    match body:
        case Seen():
            return _fields_of_frame(body, link)
        case TlsSeen():
            return {"event": body.event, "facts": body.facts, "alert": body.alert, "detail": body.detail}
        case LinkSeen():
            return {"state": body.state, "detail": body.detail}
        case FaultStruck():
            return {"fault": body.fault, "detail": body.detail}
        case Operation():
            return {"action": body.action, "detail": body.detail}
        case Note():
            return {"text": body.text, "data": body.data}
        case Gap():
            return {"text": body.text}


def _fields_of_frame(body: Seen, link: Link) -> dict[str, Any]:
    fields: dict[str, Any] = {"name": name_of(body), "gist": gist_of(body)}
    if isinstance(body.message, OcppMessage):
        fields["action"] = body.message.action
        if body.message.version is not Dialect.OCPP201:
            fields["version"] = body.message.version.value
    text = _as_text(body.data) if link is Link.OCPP else None
    fields |= {"hex": body.data.hex()} if text is None else {"json": text}
    if body.payload_type:
        fields["payload_type"] = f"0x{body.payload_type:04x}"
    if body.schema:
        fields["schema"] = body.schema
    if body.problem:
        fields["problem"] = body.problem
    if body.message is not None:
        fields["view"] = decoded(body.message)
    return fields


def _entry(fields: dict[str, Any], reading: Reading) -> Entry:
    link = Link(fields["link"])
    sender = Role(fields["by"]) if fields["by"] else None
    return Entry(
        number=fields["n"],
        at=float(fields["at"]),
        link=link,
        sender=sender,
        body=_body(fields, link, sender, reading),
        deliberate=fields["deliberate"],
    )


def _body(fields: dict[str, Any], link: Link, sender: Role | None, reading: Reading) -> Body:
    match fields["kind"]:
        case "frame":
            data = fields["json"].encode() if "json" in fields else bytes.fromhex(fields["hex"])
            return reading.seen(
                link,
                sender,
                data,
                payload_type=int(fields.get("payload_type", "0"), 16),
                schema=fields.get("schema", ""),
                problem=fields.get("problem", ""),
                action=fields.get("action", ""),
                version=_version(fields),
            )
        case "tls":
            return TlsSeen(event=fields["event"], facts=fields["facts"], alert=fields["alert"], detail=fields["detail"])
        case "link":
            return LinkSeen(state=fields["state"], detail=fields["detail"])
        case "fault":
            return FaultStruck(fault=fields["fault"], detail=fields["detail"])
        case "operation":
            return Operation(action=fields["action"], detail=fields["detail"])
        case "note":
            return Note(text=fields["text"], data=fields["data"])
        case "gap":
            return Gap(text=fields["text"])
        case other:
            raise ValueError(f"kind {other!r}")


def _version(fields: dict[str, Any]) -> Dialect | None:
    """The version of OCPP of a frame: 2.0.1 unless another is told; nothing tells that of one that was not read."""
    if "version" in fields:
        return Dialect(fields["version"])
    return Dialect.OCPP201 if "action" in fields else None


def _check_frame(lines: list[dict[str, Any]], cut: str, where: str) -> None:
    """Header, numbering and footer of lines that the chain has nothing against."""
    if not lines or lines[0].get("format") != FORMAT:
        raise TraceFileError(
            "is no trace file of this harness", where=where, do="give a trace.jsonl of a run's evidence folder"
        )
    if lines[0].get("version") != VERSION:
        raise TraceFileError(f"has version {lines[0].get('version')}, this harness reads {VERSION}", where=where)
    ended = lines[-1].get("kind") == "footer"
    entries = lines[1:-1] if ended else lines[1:]
    numbers = [number if type(number := fields.get("n")) is int else 0 for fields in entries]
    if 0 in numbers or sorted(set(numbers)) != numbers:
        raise TraceFileError("its entries are not numbered upwards", where=where, do="take an unchanged copy")
    if ended and (cut or lines[-1].get("entries") != len(entries)):
        raise TraceFileError(
            f"its footer counts {lines[-1].get('entries')} entries, {len(entries)} are there",
            where=where,
            do="take an unchanged copy",
        )


def _gap(entries: list[Entry], cut: str) -> Entry:
    last = entries[-1] if entries else None
    number = last.number if last else 0
    told = f" ({cut})" if cut else ""
    return Entry(
        number=number + 1,
        at=last.at if last else 0.0,
        link=Link.HARNESS,
        sender=None,
        body=Gap(text=f"the file ends without its footer: what came after entry {number} is lost{told}"),
    )


def _as_text(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _utc(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
