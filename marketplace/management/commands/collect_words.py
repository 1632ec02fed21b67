"""`collect_words`: bring every sentence that a client, worker or visitor reads to the translators.

The engine is pure, so its prose is plain English and the doors translate it while they answer.
`makemessages` reads literals only, those in `_()` too, the engine's mark for a sentence with holes;
this command writes the other sentences down as literals and then runs it. Fill in the new sentences in locale/*/LC_MESSAGES/django.po, then run `compilemessages`.
"""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from inspect import getmembers, isclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.core.management.commands import makemessages

from allocation.engine.card import Card
from allocation.engine.catalogue import CATALOGUE
from allocation.engine.wording import every_template
from allocation.queries.register import rule_of
from ledger.models import Transfer
from marketplace.demo import PEOPLE, SKILLS
from marketplace.doors import docstring_of
from screening.rules import RULES
from simulation.world.presets import load, preset_names
from simulation.world.theory.laws import LAWS

STUB = Path(settings.BASE_DIR) / "marketplace" / "collected_words.py"
LANGUAGES = ["nl", "fr"]
# Operators, programmers and the readers of the component sheet read English.
IN_ENGLISH = [
    *("api/*", "tests/*", "docs/*", "*/admin.py", "*/admin/*", "templates/admin/*"),
    "simulation/management/*",
    *("marketplace/operators.py", "marketplace/styleguide.py"),
    *("templates/styleguide.html", "templates/components/_sheet.html"),
]
HOW: dict[str, Any] = {
    "ignore_patterns": IN_ENGLISH,
    "no_wrap": True,
    "no_location": True,
    "no_obsolete": True,
    "verbosity": 0,
}
FIRST_REASON = "The first version: the catalogue's own parameters."
HEAD = '''"""Written by `manage.py collect_words`: prose without gettext, for `makemessages` to find."""

# fmt: off
from django.utils.translation import gettext_noop as _

WORDS = (
'''


class WithoutGuesses(makemessages.Command):
    """A sentence that resembles an old one is new: gettext's guesses are mostly wrong."""

    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]


class Command(BaseCommand):
    help = "Bring every sentence that people read into the catalogues of the other languages."

    def handle(self, *args: Any, **options: Any) -> None:
        STUB.write_text(stub())
        call_command(WithoutGuesses(), locale=LANGUAGES, **HOW)


def stub() -> str:
    """The module as it should be now."""
    words = dict.fromkeys(word for word in collected() if word)
    return (
        HEAD
        + "".join(f"    _({json.dumps(word, ensure_ascii=False)}),\n" for word in words)
        + ")\n"
    )


def collected() -> Iterator[str]:
    for card in CATALOGUE.values():
        yield from words_of(card)
    yield FIRST_REASON
    yield from every_template()
    yield from (docstring_of(refusal) for refusal in refusals())
    yield from (str(label) for label in Transfer.Kind.labels)
    yield from (person.line for person in PEOPLE)
    yield from SKILLS.values()
    for preset in map(load, preset_names()):
        yield from (preset.title, preset.story)
    yield from (rule.sentence for rule in RULES)
    yield from (law.words for law in LAWS.values())


def words_of(card: Card) -> Iterator[str]:
    yield from (card.name, card.family, card.explanation, *rule_of(card))
    yield from (card.tie_rule, card.tends_to_win, card.tends_to_lose)
    for parameter in card.parameters:
        yield from (parameter.meaning, parameter.unit)


def refusals() -> Iterator[type[Exception]]:
    """Every exception that is defined beside an action, app by app."""
    for config in apps.get_app_configs():
        if Path(config.path).parent != Path(settings.BASE_DIR):
            continue
        for module in modules_under(f"{config.name}.actions"):
            for _, found in getmembers(module, isclass):
                if issubclass(found, Exception) and found.__module__ == module.__name__:
                    yield found


def modules_under(name: str) -> list[Any]:
    try:
        module = import_module(name)
    except ModuleNotFoundError:
        return []
    inner = pkgutil.iter_modules(getattr(module, "__path__", []), f"{name}.")
    return [module, *(import_module(found.name) for found in inner)]
