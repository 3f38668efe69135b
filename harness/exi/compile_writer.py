"""Writes the Python source of an encoder: constant bits travel with the value that follows them.

`a` is all bits so far as one integer, `m` the value to write, `k` the width of the next event code and `b` what to
take off a step's index to get the code.
"""

from __future__ import annotations

from harness.exi.chain import Chain, Step
from harness.exi.datatypes import Binary, Boolean, Datatype, Enumeration, Packed, Signed, Text
from harness.exi.grammar import Complex, Element, Name, Simple
from harness.exi.source import Compiler, Source, local_name

LONGEST_LIST = 128
"""Lists longer than this are left to the interpreter, whose time does not grow with the bits so far."""


class Pending:
    """Bits that are known, or cheap to know, and not yet appended."""

    def __init__(self, source: Source) -> None:
        """Start with none."""
        self._source = source
        self._clear()

    def _clear(self) -> None:
        self._code: str | None = None
        self._width = 0
        self._terms: list[tuple[str, int]] = []
        self._labels: list[str] = []

    def code(self, index: int) -> None:
        """Append an event code of `k` bits: what it is less `b`. Nothing else may be pending."""
        self._code = f"{index} - b" if index else ""

    def constant(self, value: int, width: int) -> None:
        """Append these bits."""
        self._width += width
        if value:
            self._terms.append((str(value), self._width))

    def value(self, expression: str, width: int, label: str) -> None:
        """Append a number known to fit."""
        self._width += width
        self._labels.append(label)
        if width:
            self._terms.append((expression, self._width))

    def take(self) -> str:
        """An expression for all bits so far; what was pending is pending no more."""
        terms = [f"({self._code}) << {self._width}" if self._width else self._code] if self._code else []
        for expression, until in self._terms:
            shift = self._width - until
            terms.append(f"{expression} << {shift}" if shift else expression)
        first = f"a << {self._shift()}" if self._shift() else "a"
        self._clear()
        return " | ".join([first, *terms])

    def _shift(self) -> str:
        widths = (["k"] if self._code is not None else []) + ([str(self._width)] if self._width else [])
        return " + ".join(widths)

    def split(self) -> str:
        """As `take`, in two arguments: the bits so far, and how many zeros stand behind them."""
        if self._terms or self._code:
            return f"{self.take()}, 0"
        shift = self._shift() or "0"
        self._clear()
        return f"a, {shift}"

    def fold(self) -> int:
        """How many zeros are pending, for the one who appends the next bits; anything else is written."""
        if self._terms or self._code is not None:
            self.flush()
        width = self._width
        self._clear()
        return width

    def flush(self) -> None:
        """Write what appends the bits."""
        if self._width or self._code is not None:
            labels = ", ".join(self._labels)
            self._source.line(f"a = {self.take()}", labels)


class WriterSource:
    """Writes the encoder of one type."""

    def __init__(self, compiler: Compiler, source: Source) -> None:
        """Write into `source`."""
        self._compiler = compiler
        self._source = source
        self._pending = Pending(source)

    def function(self, name: str, element: Element, type_: Complex) -> None:
        """The whole function: from the element's start to its end; returns all bits so far."""
        with self._source.block(f"def {name}(a, m, tables):"):
            self._complex(element, type_, "m", "")
            self._pending.flush()
            self._source.line("return a")

    def _complex(self, element: Element, type_: Complex, holder: str, prefix: str) -> None:
        chain = self._compiler.chain(type_)
        if chain is None:
            self._source.line("raise Unusual", f"{type_.title} is no chain")
            return
        for attr in sorted(type_.lists):
            self._list(chain, attr, holder, prefix)
        for attr in type_.foreign:
            with self._source.block(f"if {holder}.{attr}:"):
                self._source.line("raise Unusual")
        for attr in sorted({*type_.fields} - type_.lists - {step.attr for step in chain.steps}):
            with self._source.block(f"if {holder}.{attr} is not None:"):
                self._source.line("raise Unusual")
        start = 0
        while start <= len(chain.steps):
            start = self._stretch(element, chain, start, holder, prefix) + 1

    def _list(self, chain: Chain, attr: str, holder: str, prefix: str) -> None:
        steps = [step for step in chain.steps if step.attr == attr]
        local = local_name(prefix, attr)
        self._source.line(f"{local} = {holder}.{attr}")
        most = (steps[-1].high or LONGEST_LIST) if steps else 0
        with self._source.block(f"if type({local}) is not tuple or len({local}) > {min(most, LONGEST_LIST)}:"):
            self._source.line("raise Unusual")

    def _stretch(self, element: Element, chain: Chain, start: int, holder: str, prefix: str) -> int:
        """What may come before the next step that must, and that step; returns its index."""
        last = chain.stretch(start)
        if last == start:
            if last == len(chain.steps):
                self._pending.constant(chain.end, chain.width(start))
            else:
                self._must(element, chain, start, holder, prefix)
            return last
        self._source.line(f"b, k = 0, {chain.width(start) + self._pending.fold()}")
        base = 0
        for index, step in enumerate(chain.steps[start:last], start):
            self._optional(element, chain, index, base, holder, prefix)
            base += step.size
        if last == len(chain.steps):
            self._pending.code(base + chain.end)
        else:
            self._step(element, chain.steps[last], base, holder, prefix)
        return last

    def _must(self, element: Element, chain: Chain, index: int, holder: str, prefix: str) -> None:
        step = chain.steps[index]
        if step.size == 1:
            self._pending.constant(0, chain.width(index))
            self._inside(element, step, step.options[0] if step.options else None, self._held(step, holder, prefix))
            return
        self._source.line(f"b, k = 0, {chain.width(index) + self._pending.fold()}")
        self._step(element, step, 0, holder, prefix)

    def _optional(self, element: Element, chain: Chain, index: int, base: int, holder: str, prefix: str) -> None:
        step = chain.steps[index]
        local = local_name(prefix, step.attr)
        narrower = chain.width(index + 1)
        if not step.more:
            self._source.line(f"{local} = {holder}.{step.attr}")
            with self._source.block(f"if {local} is not None:", step.label):
                self._step(element, step, base, holder, prefix, ready=local)
                self._source.line(f"b, k = {base + step.size}, {narrower + self._pending.fold()}")
            return
        rest = f"{local}[{step.index}:]" if step.index else local
        with self._source.block(f"for {local}_item in {rest}:", step.label):
            self._step(element, step, base, holder, prefix, ready=f"{local}_item")
            zeros = self._pending.fold()
            self._source.line(f"b, k = {base}, {chain.width(index) + zeros}")
        if step.high is not None:
            with self._source.block(f"if len({local}) == {step.high}:"):
                self._source.line(f"b, k = {base + step.size}, {narrower + zeros}")

    def _step(self, element: Element, step: Step, base: int, holder: str, prefix: str, ready: str = "") -> None:
        """The event code, as far as `b` and `k` tell it, and what stands behind it."""
        held = ready or self._held(step, holder, prefix)
        if step.size == 1:
            self._pending.code(base)
            self._inside(element, step, step.options[0] if step.options else None, held)
            return
        self._source.line(f"c = type({held})")
        for index, option in enumerate(step.options):
            if not isinstance(option.type, Complex):
                raise TypeError(f"{step.label}: the alternatives are told apart by class")
            kind = self._source.constant(option.type.build.__name__, option.type.build)
            with self._source.block(f"{'elif' if index else 'if'} c is {kind}:", option.name.local):
                self._pending.code(base + index)
                self._element(option, held)
                self._pending.flush()
        with self._source.block("else:"):
            self._source.line("raise Unusual")

    def _held(self, step: Step, holder: str, prefix: str) -> str:
        if step.index is not None:
            return f"{local_name(prefix, step.attr)}[{step.index}]"
        return f"{holder}.{step.attr}"

    def _inside(self, element: Element, step: Step, option: Element | None, held: str) -> None:
        if option is not None:
            self._element(option, held, chunked=step.more)
        elif step.attribute is not None:
            self._value(step.attribute.datatype, held, step.attribute.name, step.label)
        elif step.content is not None:
            self._value(step.content.datatype, held, element.name, element.name.local)

    def _element(self, element: Element, held: str, *, chunked: bool = False) -> None:
        type_ = element.type
        if isinstance(type_, Simple):
            self._pending.constant(0, 1)
            self._value(type_.datatype, held, element.name, element.name.local)
            self._pending.constant(0, 1)
        elif self._compiler.inlined(type_):
            local = local_name("", held.replace(".", "__").replace("[", "_").replace("]", "").removeprefix("m__"))
            if local != held:
                self._source.line(f"{local} = {held}")
            self._complex(element, type_, local, f"{local}__")
        else:
            function = self._compiler.function("write", element, type_)
            if chunked:
                # A long list would otherwise move all bits so far with each of its values.
                self._pending.flush()
                self._source.line(f"a = append(a, {function}(1, {held}, tables))", element.name.local)
            else:
                self._source.line(f"a = {function}({self._pending.take()}, {held}, tables)", element.name.local)

    def _value(self, datatype: Datatype, held: str, name: Name, label: str) -> None:
        if isinstance(datatype, Boolean | Enumeration | Packed):
            table, width = self._table(datatype)
            self._pending.value(f"{table}[{held}]", width, label)
            return
        if isinstance(datatype, Text):
            call = f"put_text({self._pending.split()}, {held}, tables, {self._compiler.number(name)})"
        elif isinstance(datatype, Binary):
            call = f"put_octets({self._pending.split()}, {held})"
        elif isinstance(datatype, Signed):
            call = f"put_signed({self._pending.take()}, {held})"
        else:
            call = f"put_unsigned({self._pending.take()}, {held})"
        self._source.line(f"a = {call}", label)

    def _table(self, datatype: Boolean | Enumeration | Packed) -> tuple[str, int]:
        """A dictionary from values to bits: it checks the value in passing."""
        if isinstance(datatype, Boolean):
            return self._source.table("BIT", (False, True)), 1
        if isinstance(datatype, Enumeration):
            return self._source.table(f"{type(datatype.values[0]).__name__}_CODE", datatype.values), datatype.width
        upper = datatype.lower + (1 << datatype.width)
        name = f"PACKED_{datatype.lower}_{datatype.width}".replace("-", "minus")
        return self._source.table(name, range(datatype.lower, upper)), datatype.width
