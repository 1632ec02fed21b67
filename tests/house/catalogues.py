"""Reading a catalogue of translations (.po) without gettext's own tools."""

from __future__ import annotations

import re
from ast import literal_eval
from dataclasses import dataclass
from pathlib import Path

LINE = re.compile(r'(?:(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) )?(".*")$')


@dataclass(frozen=True)
class Entry:
    """One message: its English forms and how the other language says each."""

    context: str
    english: tuple[str, ...]
    said: tuple[str, ...]
    is_fuzzy: bool

    @property
    def key(self) -> tuple[str, str]:
        return (self.context, self.english[0])


def entries(catalogue: Path) -> list[Entry]:
    """Every message except the header."""
    blocks = catalogue.read_text().strip().split("\n\n")[1:]
    return [entry_of(block) for block in blocks]


def entry_of(block: str) -> Entry:
    found: dict[str, str] = {}
    keyword = ""
    for line in block.splitlines():
        if match := LINE.match(line):
            keyword = match[1] or keyword
            found[keyword] = found.get(keyword, "") + literal_eval(match[2])
    english = [found[name] for name in ("msgid", "msgid_plural") if name in found]
    said = [text for name, text in found.items() if name.startswith("msgstr")]
    is_fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in block.splitlines())
    return Entry(found.get("msgctxt", ""), tuple(english), tuple(said), is_fuzzy)
