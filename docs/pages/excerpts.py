"""Code blocks that repeat a piece of the tree: each behind `<!-- code: FILE::NAME -->`.

NAME is a function or class of the file, or the id that a call in it begins with.
"""

from __future__ import annotations

import ast
import re
import textwrap
from pathlib import Path

from pages.collect import ROOT

EXCERPT = re.compile(
    r"(<!-- code: (?P<path>\S+)::(?P<name>\S+) -->\n```python\n)(?P<code>.*?)(^```$)", re.MULTILINE | re.DOTALL
)


def excerpt(path: Path, name: str) -> str:
    """The source of a function or class of that name, or of the call that declares something of that id.

    Raises:
        LookupError: the file has nothing of that name.
    """
    source = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == name:
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
        elif isinstance(node, ast.Call) and node.args and _is(node.args[0], name):
            first = node.lineno
        else:
            continue
        return textwrap.dedent("\n".join(source.splitlines()[first - 1 : node.end_lineno])).rstrip(",") + "\n"
    raise LookupError(f"{path.relative_to(ROOT)} has no {name}")


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == name


def with_excerpts(page: Path) -> str:
    """The page with every excerpt as the tree has it now."""

    def renewed(found: re.Match[str]) -> str:
        return found[1] + excerpt(ROOT / found["path"], found["name"]) + found[5]

    return EXCERPT.sub(renewed, page.read_text(encoding="utf-8"))
