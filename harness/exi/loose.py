"""The grammar of a fragment's element whose name stands for several types (EXI 1.0, 8.5.3: element fragment grammar).

Such an element may have every attribute and every child that the schema knows anywhere; only the attributes and the
text of its own type are kept, so its own type has to have simple content.
"""

from __future__ import annotations

from harness.exi.automaton import Event, Machine, Production, State
from harness.exi.grammar import Loose


class LooseMachine(Machine):
    """Two places: before the content, where attributes may come in the order of their names, and behind the text."""

    def __init__(self, type_: Loose) -> None:
        """Know which of the schema's attributes the type keeps."""
        super().__init__(type_)
        self._all = type_.all_attributes
        self._own = {attribute.name: attribute for attribute in type_.attributes}
        self._children = type_.all_elements

    def productions(self, state: State) -> list[Production]:
        """The productions of one state, in the order of their event codes; nothing is kept of a wildcard's."""
        any_element = [Production(Event.WILDCARD) for _ in range(self._children + 1)]
        if state.valued:
            return [*any_element, Production(Event.END), Production(Event.MIXED_TEXT)]
        attributes = [self._attribute(state, index) for index in range(len(self._all))]
        any_attribute = end_without_text = Production(Event.WILDCARD)
        after = self._state(State(self, -1, state.rest, valued=True))
        text = Production(Event.TEXT, after, content=self.text)
        return [*attributes, any_attribute, *any_element, end_without_text, text]

    def _attribute(self, state: State, index: int) -> Production:
        attribute = self._own.get(self._all[index])
        if attribute is None or index < state.attribute:
            return Production(Event.WILDCARD)
        after = self._state(State(self, index + 1, state.rest))
        return Production(Event.ATTRIBUTE, after, attribute=attribute)
