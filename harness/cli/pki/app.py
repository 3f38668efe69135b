"""The commands of `v2x pki`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from harness.cli.pki.files import leaf_first, read_chain, read_statuses
from harness.cli.pki.findings import as_json, has_error, print_objections, print_opinions, summary
from harness.cli.pki.making import write_pki
from harness.cli.pki.terms import At, Book, Files, Json, Kind, Rules, moment
from harness.core.errors import UserError
from harness.pki.description import CertificateFacts, describe
from harness.pki.diagram import diagram as drawn
from harness.pki.flaws import Flaw
from harness.pki.lint import lint_chain, parse_certificate
from harness.pki.objection import Objection
from harness.pki.oracle import Needed, assess
from harness.pki.recipe import ChainKind, Edition, Profile
from harness.pki.rules import rules_for

REFUSED = 1

pki_app = typer.Typer(help="Certificates for a laboratory, and what is to be said of a vendor's.", no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="Made with mode 0700; must not hold anything yet.")]
Bent = Annotated[
    list[str] | None, typer.Option("--flaw", help="KIND:FLAW, such as vehicle:expired; a chain more for each.")
]


@pki_app.command()
def make(
    folder: Folder,
    profile: Rules = Profile.STRICT_20,
    edition: Book = Edition.AMD1,
    at: At = "",
    flaws: Bent = None,
) -> None:
    """Make a whole PKI, test only: every root, chain and key, OCSP responses and CRLs, and flawed chains on demand."""
    for path in write_pki(folder, profile, edition, moment(at), [_bent(one) for one in flaws or ()]):
        typer.echo(path)


@pki_app.command()
def show(files: Files, as_facts: Json = False) -> None:
    """Say what certificates say, and judge nothing."""
    chain = read_chain(files)
    facts = [_facts(certificate, depth) for depth, certificate in enumerate(chain)]
    if as_facts:
        typer.echo(msgspec.json.format(msgspec.json.encode(facts)).decode())
        return
    for one in facts:
        _print_facts(one)


@pki_app.command()
def lint(
    files: Files,
    kind: Kind = ChainKind.SECC,
    profile: Rules = Profile.STRICT_20,
    edition: Book = Edition.AMD1,
    as_findings: Json = False,
) -> None:
    """Hold a chain against its certificate profile; exit code 1 if a strict endpoint would refuse it."""
    chain = leaf_first(read_chain(files))
    _conclude(lint_chain(_without_root(chain), rules_for(kind, profile, edition)), len(chain), as_findings=as_findings)


@pki_app.command()
def check(
    files: Files,
    roots: Annotated[list[Path], typer.Option("--root", help="Files of the roots that are trusted.")],
    kind: Kind = ChainKind.SECC,
    profile: Rules = Profile.STRICT_20,
    edition: Book = Edition.AMD1,
    at: At = "",
    statuses: Annotated[
        list[Path] | None,
        typer.Option("--status", help="OCSP responses and CRLs; then each certificate must be known to be good."),
    ] = None,
    as_findings: Json = False,
) -> None:
    """Say whether an endpoint that trusts the roots would take a chain now: profile, path, dates, revocation.

    Our own rules decide; what three foreign validators say is told beside them and decides nothing.
    """
    chain = _without_root(leaf_first(read_chain(files)))
    said = assess(
        chain,
        rules=rules_for(kind, profile, edition),
        roots=read_chain(roots),
        at=moment(at),
        statuses=read_statuses(statuses or ()),
        needed=Needed.CHAIN if statuses else None,
    )
    if not as_findings:
        print_opinions(said)
    _conclude(said.objections, len(chain), as_findings=as_findings)


@pki_app.command()
def diagram(
    files: Files,
    out: Annotated[Path, typer.Option("--out", "-o", help="The SVG to write.")] = Path("chain.svg"),
    kind: Kind = ChainKind.SECC,
    profile: Rules = Profile.STRICT_20,
    edition: Book = Edition.AMD1,
) -> None:
    """Draw a chain as SVG, with what its profile holds against each certificate."""
    chain = leaf_first(read_chain(files))
    facts = [_facts(certificate, depth) for depth, certificate in enumerate(chain)]
    found = lint_chain(_without_root(chain), rules_for(kind, profile, edition))
    out.write_text(drawn(facts, found, title=f"Chain of {facts[0].common_name}, as {kind.value}"), encoding="utf-8")
    typer.echo(out)


def _conclude(found: tuple[Objection, ...], certificates: int, *, as_findings: bool) -> None:
    if as_findings:
        typer.echo(msgspec.json.format(msgspec.json.encode(as_json(found))).decode())
    else:
        print_objections(found)
        typer.echo(summary(found, certificates))
    if has_error(found):
        raise typer.Exit(REFUSED)


def _facts(certificate: bytes, depth: int) -> CertificateFacts:
    parsed = parse_certificate(certificate, depth)
    if isinstance(parsed, Objection):
        raise UserError(parsed.text, where=f"certificate {depth}", do="`v2x pki lint` takes it apart")
    return describe(certificate)


def _print_facts(facts: CertificateFacts) -> None:
    typer.secho(facts.subject, bold=True)
    lines = {
        "issued by": "itself" if facts.self_issued else facts.issuer,
        "valid": facts.validity,
        "key": f"{facts.key}, signed with {facts.signature}",
        "serial": facts.serial,
        "size": f"{facts.size} bytes",
        "SHA-256": facts.sha256,
    }
    for name, text in lines.items():
        typer.echo(f"  {name:10} {text}")
    for extension in facts.extensions:
        typer.echo(f"  {extension.name}{' (critical)' if extension.critical else ''}: {extension.text}")
    typer.echo()


def _without_root(chain: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """A file of a chain often holds its root, which is never sent."""
    if len(chain) < 2:
        return chain
    parsed = parse_certificate(chain[-1], len(chain) - 1)
    return chain[:-1] if not isinstance(parsed, Objection) and parsed.subject == parsed.issuer else chain


def _bent(text: str) -> tuple[ChainKind, Flaw]:
    kind, _, flaw = text.partition(":")
    try:
        return ChainKind(kind), Flaw(flaw)
    except ValueError:
        do = f"write KIND:FLAW; kinds: {', '.join(ChainKind)}; flaws: {', '.join(Flaw)}"
        raise UserError("names no flaw of a chain", where=f"--flaw {text}", do=do) from None
