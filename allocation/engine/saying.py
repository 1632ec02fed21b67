"""Sentences with holes: in English here, in the reader's language at a door."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce


def to_say(sentence: str) -> str:
    """The sentence itself. Imported as `_`, it is what the translators' tools look for."""
    return sentence


_ = to_say


@dataclass(frozen=True, slots=True)
class Said:
    """`template` names its holes in braces; `parts` fill them: text, a number, or more that is said."""

    template: str
    parts: Mapping[str, object]

    def __str__(self) -> str:
        return self.in_words()

    def in_words(
        self, translate: Callable[[str], str] = to_say, write: Callable[[float], str] | None = None
    ) -> str:
        """`write` is how the reader writes a number; without it as people do in English."""
        said = {name: filled(part, translate, write or plain) for name, part in self.parts.items()}
        words = translate(self.template)
        return words.format(**said) if said else words


def filled(part: object, translate: Callable[[str], str], write: Callable[[float], str]) -> str:
    if isinstance(part, Said):
        return part.in_words(translate, write)
    return write(part) if isinstance(part, int | float) else str(part)


def plain(number: float) -> str:
    """A number as people write it in English: 100000000.0 is "100,000,000", 0.25 is "0.25"."""
    return f"{number:,.12g}"


def either(choices: Sequence[object]) -> object:
    """One or the other, of one choice or more."""
    return joined(_("{these} or {that}"), choices)


def both(needed: Sequence[object]) -> object:
    """The one and the other, of one or more."""
    return joined(_("{these} and {that}"), needed)


def joined(template: str, things: Sequence[object]) -> object:
    return reduce(lambda these, that: Said(template, {"these": these, "that": that}), things)


class Refusal(ValueError):
    """A refusal that says what is wrong and what is allowed; as text it is English."""

    def __init__(self, template: str, **parts: object) -> None:
        self.said = Said(template, parts)
        super().__init__(self.said.in_words())
