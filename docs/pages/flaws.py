"""The page of all flaws of a chain, and which validator sees which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import NamedTuple

from harness.pki.build import Pki
from harness.pki.flaws import Flaw
from harness.pki.lint import lint_chain
from harness.pki.objection import Objection, Severity
from harness.pki.oracle import Assessment, Voice, assess
from harness.pki.path import check_path
from harness.pki.recipe import ChainKind
from harness.pki.rules import rules_for
from harness.pki.rules_codes import CODES
from pages.text import CAUTION, NOTICE, cell, requirements_cited

AT = 1_767_225_600.0
"""2026-01-01, whenever the page is made."""
KINDS = (ChainKind.VEHICLE, ChainKind.SECC)
_NOTHING = "·"
_NOT_ASKED = "not asked"
_COLUMNS = ("our linter", "our path check", "pyhanko", "pkilint", "OpenSSL")


class Row(NamedTuple):
    """What became of one flaw in a chain of one kind."""

    flaw: Flaw
    kind: ChainKind
    cells: tuple[str, ...]
    refusing: tuple[bool, ...]
    """Of each column: whether it refuses the chain."""


def flaws_page() -> str:
    """The page of all flaws."""
    rows = list(_rows())
    lines = [
        "# Flaws of certificate chains, and who sees them",
        "",
        NOTICE,
        f"{len(Flaw)} flaws, each the one thing that is wrong with an otherwise good chain. A cell names what a",
        "validator objected to, in its own code or number; in italics it refuses nothing for it, and a dot says that",
        "it found nothing. What only our own columns see is what a device built on a generic validator lets pass.",
        "",
        "Chains are a vehicle's, as Amendment 1 has them on secp521r1, and a station's where that makes a difference;",
        "those of a flaw that fits neither are of the kind that is named. OpenSSL's numbers are those of",
        "`X509_V_ERR_*`; *taken* behind one means that it takes the chain when told to let unknown critical extensions",
        "pass. Why there are several validators, and why ours decides:",
        "[decision 15](../decisions/0015-our-rules-decide-about-a-chain.md).",
        "",
        _summary(rows),
        "",
        f"| flaw | what is wrong | weight | rules | {' | '.join(_COLUMNS)} |",
        f"|---|---|---|---|{'---|' * len(_COLUMNS)}",
        *_table(rows),
        "",
        "## Codes of our linter and our path check",
        "",
        "| code | stands for |",
        "|---|---|",
        *(f"| `{code}` | {text} |" for code, text in CODES.items()),
        "",
        "## What the cited requirements ask",
        "",
        CAUTION,
        "",
        *requirements_cited({flaw.value: flaw.cites for flaw in Flaw}),
    ]
    return "\n".join(lines) + "\n"


def _rows() -> Iterator[Row]:
    pki = Pki.generate(AT, serials=count(1_000).__next__)
    return (_row(pki, flaw, kind) for flaw in Flaw for kind in _kinds(flaw))


def _kinds(flaw: Flaw) -> list[ChainKind]:
    """Those that the page shows, else the first that can have the flaw."""
    return [kind for kind in KINDS if flaw.fits(kind)] or [next(kind for kind in ChainKind if flaw.fits(kind))]


def _row(pki: Pki, flaw: Flaw, kind: ChainKind) -> Row:
    chain = pki.chain(kind, flaw=flaw).chain
    rules, roots = rules_for(kind, pki.profile, pki.edition), pki.roots(kind)
    said = assess(chain, rules=rules, roots=roots, at=AT)
    form, path = lint_chain(chain, rules), check_path(chain, roots, AT)
    ours = [any(one.severity is Severity.ERROR for one in found) for found in (form, path)]
    theirs = [_refuses(said, voice) for voice in (Voice.PYHANKO, Voice.PKILINT, Voice.OPENSSL)]
    cells = (_ours(form), _ours(path), _theirs(said, Voice.PYHANKO), _theirs(said, Voice.PKILINT), _openssl(said))
    return Row(flaw=flaw, kind=kind, cells=cells, refusing=(*ours, *theirs))


def _summary(rows: Sequence[Row]) -> str:
    """How many flaws each refuses the chain for, in one sentence."""
    firsts = {row.flaw: row for row in reversed(rows)}.values()
    both = sum(row.refusing[0] or row.refusing[1] for row in firsts)
    pyhanko, pkilint, openssl = (sum(row.refusing[place] for row in firsts) for place in (2, 3, 4))
    return (
        f"Of these {len(firsts)} our rules refuse {both}, pyhanko {pyhanko}, pkilint {pkilint} and OpenSSL {openssl};\n"
        "the others are notices to us, for which nobody has to refuse anything."
    )


def _table(rows: Sequence[Row]) -> Iterator[str]:
    shown: set[tuple[Flaw, tuple[str, ...]]] = set()
    named: set[Flaw] = set()
    for row in rows:
        if (row.flaw, row.cells) in shown:
            continue
        head = ["", f"as {row.kind.value}", "", ""] if row.flaw in named else _head(row.flaw)
        shown.add((row.flaw, row.cells))
        named.add(row.flaw)
        yield f"| {' | '.join([*head, *row.cells])} |"


def _head(flaw: Flaw) -> list[str]:
    where = "" if flaw.fits(KINDS[0]) else f" (as {_kinds(flaw)[0].value})"
    return [f"`{flaw.value}`", cell(flaw.description) + where, flaw.severity.value, ", ".join(flaw.cites)]


def _refuses(said: Assessment, voice: Voice) -> bool:
    opinion = said.opinion(voice)
    return opinion is not None and not opinion.accepts


def _ours(objections: Sequence[Objection]) -> str:
    refusing = {one.code for one in objections if one.severity is Severity.ERROR}
    codes = dict.fromkeys(one.code for one in objections)
    return ", ".join(f"`{code}`" if code in refusing else f"*{code}*" for code in codes) or _NOTHING


def _theirs(said: Assessment, voice: Voice) -> str:
    opinion = said.opinion(voice)
    if opinion is None:
        return _NOT_ASKED
    words = [f"`{one.code}`" if one.refuses else f"*{one.code}*" for one in opinion.observations]
    return ", ".join(dict.fromkeys(words)) or _NOTHING


def _openssl(said: Assessment) -> str:
    opinion = said.opinion(Voice.OPENSSL)
    if opinion is None:
        return _NOT_ASKED
    words = [one.code if one.code == "unreadable" else f"{one.code} {one.text}" for one in opinion.observations]
    taken = opinion.observations and not _refuses(said, Voice.OPENSSL_LENIENT)
    return (cell(", ".join(words)) or _NOTHING) + (" (*taken*)" if taken else "")
