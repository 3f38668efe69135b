"""`v2x exi`: messages to EXI and back, and a comparison with what a foreign encoder wrote."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from msgspec import Struct

from harness.core.errors import UserError
from harness.exi.errors import ExiError
from harness.messages import registry
from harness.messages.field import Message
from harness.messages.schema import codec
from harness.messages.xml import XmlError, from_xml, to_xml

DISAGREES, UNUSABLE = 1, 2
SHOWN = 5
"""How many differences are told in full."""

exi_app = typer.Typer(help="EXI streams of ISO 15118 messages.", no_args_is_help=True)

SchemaKey = Annotated[str, typer.Argument(metavar="SCHEMA", help=", ".join(registry.SCHEMA_KEYS))]
Fragment = Annotated[bool, typer.Option("--fragment", help="An EXI fragment, as signatures are computed over.")]

Hits = Annotated[bool, typer.Option("--hits/--no-hits", help="Repeated strings by number, or spelt out again.")]


class Sample(Struct, frozen=True):
    """One line of a file of samples: a message as XML and as the EXI that somebody made of it."""

    schema: str
    root: str
    fragment: bool
    xml: str
    exi: str


@exi_app.command()
def encode(schema: SchemaKey, fragment: Fragment = False, hits: Hits = True) -> None:
    """Read a message as XML from standard input and print its EXI stream in hex."""
    message = from_xml(sys.stdin.buffer.read(), _kinds(schema, fragment=fragment))
    try:
        typer.echo(codec(schema).encode(message, fragment=fragment, hits=hits).hex())
    except ExiError as error:
        typer.echo(f"cannot be encoded: {error}", err=True)
        raise typer.Exit(DISAGREES) from None


@exi_app.command()
def decode(
    schema: SchemaKey, stream: Annotated[str, typer.Argument(metavar="HEX")], fragment: Fragment = False
) -> None:
    """Print the message of an EXI stream, given in hex, as XML."""
    codec_of_schema = codec(schema)
    try:
        typer.echo(to_xml(codec_of_schema.decode(_octets(stream), fragment=fragment)).decode())
    except ExiError as error:
        typer.echo(f"no message of this schema: {error}", err=True)
        raise typer.Exit(DISAGREES) from None


@exi_app.command()
def check(file: Annotated[Path, typer.Argument(help="JSON lines {schema, root, fragment, xml, exi}.")]) -> None:
    """Compare this codec with a foreign one, in both directions, over a file of its streams."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"cannot be read: {error}", where=str(file), do="name a file of JSON lines") from None
    samples = [(number, _sample(file, number, line)) for number, line in enumerate(lines, 1) if line.strip()]
    if not samples:
        raise UserError("holds no sample", where=str(file), do="name a file of JSON lines")
    differences = []
    for number, sample in samples:
        try:
            found = _compare(sample)
        except UserError as error:
            raise UserError(str(error), where=f"{file}, line {number}") from None
        differences += [f"line {number}, {sample.root}: {difference}" for difference in found[:1]]
    for difference in differences[:SHOWN]:
        typer.echo(difference)
    typer.echo(f"{len(samples) - len(differences)} of {len(samples)} agree")
    if differences:
        raise typer.Exit(DISAGREES)


def _kinds(schema: str, *, fragment: bool) -> list[type[Message]]:
    declared = registry.schema(schema)
    entries = declared.names if fragment else declared.roots
    return [entry.kind for entry in entries if entry.kind is not None and entry.kind.name == entry.name]


def _octets(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise UserError("is not hexadecimal", where=repr(text[:40]), do="give two digits for each byte") from None


def _sample(file: Path, number: int, line: str) -> Sample:
    try:
        return msgspec.json.decode(line, type=Sample)
    except msgspec.DecodeError as error:
        do = "each line is a JSON object with schema, root, fragment, xml and exi"
        raise UserError(f"is no sample: {error}", where=f"{file}, line {number}", do=do) from None


def _compare(sample: Sample) -> list[str]:
    """What this codec makes of a sample that the foreign one did not.

    Raises:
        UserError: the sample itself is not usable.
    """
    message = from_xml(sample.xml, _kinds(sample.schema, fragment=sample.fragment))
    if message.name != sample.root:
        raise XmlError(f"the XML holds a {message.name}, not a {sample.root}")
    stream = _octets(sample.exi)
    found = []
    try:
        ours = codec(sample.schema).encode(message, fragment=sample.fragment, hits=True)
        if ours != stream:
            found.append(_first_difference(ours, stream))
    except ExiError as error:
        found.append(f"cannot be encoded: {error}")
    try:
        read = codec(sample.schema).decode(stream, fragment=sample.fragment)
        if read != message:
            found.append(f"decodes as {to_xml(read).decode()}")
    except ExiError as error:
        found.append(f"cannot be decoded: {error}")
    return found


def _first_difference(ours: bytes, theirs: bytes) -> str:
    length = max(len(ours), len(theirs))
    one, other = (int.from_bytes(data.ljust(length, b"\0"), "big") for data in (ours, theirs))
    bit = 8 * length - (one ^ other).bit_length() if one != other else 8 * min(len(ours), len(theirs))
    return f"encodes differently from bit {bit}: {ours.hex()}, not {theirs.hex()}"


if __name__ == "__main__":
    try:
        exi_app()
    except UserError as problem:
        typer.echo(str(problem), err=True)
        sys.exit(UNUSABLE)
