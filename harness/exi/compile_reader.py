"""Writes the Python source of a decoder: one look at the stream for a whole run of constant bits and small values.

`n` is the stream as an integer, `s` the number of bits below the cursor, `w` the run just read, `c` an event code,
`said` the strings read so far.
"""

from __future__ import annotations

from harness.exi.chain import Chain, Step
from harness.exi.datatypes import Binary, Boolean, Datatype, Enumeration, Packed, Signed, Text
from harness.exi.grammar import Complex, Element, Name, Simple
from harness.exi.source import Compiler, Source, local_name


class Run:
    """Bits that follow each other without a choice between them, read at once."""

    def __init__(self, source: Source) -> None:
        """Start with no bits."""
        self._source = source
        self._start()

    def _start(self) -> None:
        self._width = 0
        self._fixed = 0
        self._mask = 0
        self._then: list[tuple[str, str, int, int]] = []
        self._labels: list[str] = []

    def constant(self, value: int, width: int) -> None:
        """These bits must come."""
        self._width += width
        self._fixed = self._fixed << width | value
        self._mask = self._mask << width | (1 << width) - 1

    def value(self, target: str, form: str, width: int, label: str = "") -> None:
        """These bits become `target`; `form` is an expression with {} for their number."""
        self._width += width
        self._fixed <<= width
        self._mask <<= width
        self._then.append((target, form, self._width, width))
        self._labels += [label] * bool(label)

    def line(self, text: str) -> None:
        """A line that needs the values so far."""
        self._then.append((text, "", 0, 0))

    def flush(self) -> None:
        """Write what reads the bits."""
        then, labels = self._then, ", ".join(self._labels)
        if self._width:
            self._source.line(f"s -= {self._width}")
            whole = f"n >> s & {(1 << self._width) - 1:#x}"
            if len(then) == 1 and then[0][3] == self._width:
                self._source.line(f"{then[0][0]} = {_formed(then[0][1], whole)}", labels)
                then = []
            else:
                self._source.line(f"w = {whole}", labels)
                self._compare()
        for target, form, until, width in then:
            self._source.line(f"{target} = {_formed(form, self._part(until, width))}" if width else target)
        self._start()

    def _compare(self) -> None:
        if self._mask:
            against = f" != {self._fixed:#x}" if self._fixed else ""
            with self._source.block(f"if w & {self._mask:#x}{against}:"):
                self._source.line("raise Unusual")

    def _part(self, until: int, width: int) -> str:
        shift = f" >> {self._width - until}" if self._width > until else ""
        return f"w{shift} & {(1 << width) - 1:#x}"


def _formed(form: str, bits: str) -> str:
    return bits if form == "{}" else form.format(bits if "[" in form else f"({bits})")


class ReaderSource:
    """Writes the decoder of one type."""

    def __init__(self, compiler: Compiler, source: Source) -> None:
        """Write into `source`."""
        self._compiler = compiler
        self._source = source
        self._run = Run(source)

    def function(self, name: str, element: Element, type_: Complex) -> None:
        """The whole function: from the element's start to its end; returns the value and the cursor."""
        with self._source.block(f"def {name}(n, s, said):"):
            self._complex(element, type_, "value", "")
            self._run.flush()
            self._source.line("return value, s")

    def _complex(self, element: Element, type_: Complex, target: str, prefix: str) -> None:
        chain = self._compiler.chain(type_)
        if chain is None:
            self._source.line("raise Unusual", f"{type_.title} is no chain")
            return
        for attr in sorted(type_.lists):
            self._source.line(f"{local_name(prefix, attr)} = []")
        start = 0
        while start <= len(chain.steps):
            start = self._stretch(element, chain, start, prefix) + 1
        held = {step.attr for step in chain.steps}
        parts = [_argument(attr, prefix, attr in held, attr in type_.lists) for attr in type_.fields]
        build = self._source.constant(type_.build.__name__, type_.build)
        self._run.line(f"{target} = {build}({', '.join(parts)})")

    def _stretch(self, element: Element, chain: Chain, start: int, prefix: str) -> int:
        """What may come before the next step that must, and that step; returns its index."""
        last = chain.stretch(start)
        size = 0 if last == len(chain.steps) else chain.steps[last].size
        if last == start and size == 1:
            self._run.constant(0, chain.width(start))
            self._step(element, chain.steps[start], 0, prefix)
            return last
        if last == start == len(chain.steps):
            self._run.constant(chain.end, chain.width(start))
            return last
        self._code(chain, start, 0)
        base = 0
        for step in chain.steps[start:last]:
            if step.index is None:
                self._source.line(f"{local_name(prefix, step.attr)} = None")
        for index, step in enumerate(chain.steps[start:last], start):
            self._optional(element, chain, index, base, prefix)
            base += step.size
        with self._source.block(f"if c >= {base + size}:" if size > 1 else f"if c != {base + chain.end * (not size)}:"):
            self._source.line("raise Unusual")
        if size:
            self._step(element, chain.steps[last], base, prefix)
        return last

    def _code(self, chain: Chain, start: int, base: int) -> None:
        last = chain.stretch(start)
        labels = [step.label for step in chain.steps[start : last + 1]] + ["end"] * (last == len(chain.steps))
        self._run.value("c", f"{{}} + {base}" if base else "{}", chain.width(start), " | ".join(labels))
        self._run.flush()

    def _optional(self, element: Element, chain: Chain, index: int, base: int, prefix: str) -> None:
        step = chain.steps[index]
        test = f"c == {base}" if step.size == 1 else f"c < {base + step.size}"
        with self._source.block(f"{'while' if step.more else 'if'} {test}:", step.label):
            self._step(element, step, base, prefix)
            if not step.more:
                self._code(chain, index + 1, base + step.size)
                return
            self._run.flush()
            if step.high is not None:
                with self._source.block(f"if len({local_name(prefix, step.attr)}) == {step.high}:"):
                    self._code(chain, index + 1, base + step.size)
                    self._source.line("break")
            self._code(chain, index, base)

    def _step(self, element: Element, step: Step, base: int, prefix: str) -> None:
        """What stands behind the event code of a step."""
        target = local_name(prefix, step.attr) if step.index is None else "item"
        if step.attribute is not None:
            self._value(step.attribute.datatype, target, step.attribute.name, step.label)
        elif step.content is not None:
            self._value(step.content.datatype, target, element.name, element.name.local)
        elif step.size == 1:
            self._element(step.options[0], target)
        else:
            for index, option in enumerate(step.options):
                with self._source.block(f"{'elif' if index else 'if'} c == {base + index}:", option.name.local):
                    self._element(option, target)
                    self._run.flush()
        if step.index is not None:
            self._run.line(f"{local_name(prefix, step.attr)}.append(item)")

    def _element(self, element: Element, target: str) -> None:
        type_ = element.type
        if isinstance(type_, Simple):
            self._run.constant(0, 1)
            self._value(type_.datatype, target, element.name, element.name.local)
            self._run.constant(0, 1)
        elif self._compiler.inlined(type_):
            self._complex(element, type_, target, f"{target}__")
        else:
            self._run.flush()
            function = self._compiler.function("read", element, type_)
            self._source.line(f"{target}, s = {function}(n, s, said)", element.name.local)

    def _value(self, datatype: Datatype, target: str, name: Name, label: str) -> None:
        if isinstance(datatype, Boolean):
            self._run.value(target, "{} == 1", 1, label)
        elif isinstance(datatype, Enumeration):
            values = self._source.constant(type(datatype.values[0]).__name__, datatype.values)
            self._run.value(target, f"{values}[{{}}]", datatype.width, label)
        elif isinstance(datatype, Packed):
            form = f"{{}} {'-' if datatype.lower < 0 else '+'} {abs(datatype.lower)}" if datatype.lower else "{}"
            self._run.value(target, form, datatype.width, label)
        elif isinstance(datatype, Binary | Text):
            self._run.value("head", "{}", 8, label)
            self._run.flush()
            if isinstance(datatype, Binary):
                self._source.line(f"{target}, n, s = octets(n, s, head)")
            else:
                number = self._compiler.number(name)
                self._source.line(f"{target}, s = text(n, s, head, said, {number})")
        else:
            self._integer(target, label, signed=isinstance(datatype, Signed))

    def _integer(self, target: str, label: str, *, signed: bool) -> None:
        if signed:
            self._run.value("sign", "{}", 1)
        self._run.value(target, "{}", 8, label)
        self._run.flush()
        with self._source.block(f"if {target} > 0x7F:"):
            self._source.line(f"{target}, s = more(n, s, {target})")
        if signed:
            with self._source.block("if sign:"):
                self._source.line(f"{target} = ~{target}")


def _argument(attr: str, prefix: str, held: bool, listed: bool) -> str:  # noqa: FBT001 - two facts
    local = local_name(prefix, attr)
    if listed:
        return f"{attr}=tuple({local})"
    return f"{attr}={local if held else None}"
