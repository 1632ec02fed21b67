"""The engine's explanations in the language of whoever reads the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext

from allocation.engine.scoring import FEATURES
from allocation.engine.wording import Wording
from marketplace.templatetags.market import NO_BREAK, money


@dataclass(frozen=True)
class ReadersWording(Wording):
    """Templates from the catalogue of the active language, figures as that language writes them."""

    translate: Callable[[str], str] = gettext

    def money(self, cents: float) -> str:
        return money(round(cents))

    def number(self, value: float, digits: int) -> str:
        """Rounded first: Django itself would cut the digits off."""
        return str(number_format(f"{value:.{digits}f}"))

    def percent(self, share: float) -> str:
        return f"{number_format(f'{100 * share:.3g}')}{NO_BREAK}%"

    def factor(self, name: str) -> str:
        return self.say(FEATURES.get(name, name))
