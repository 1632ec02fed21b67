"""A simulated person's name says what they are, wherever it stands, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext

LABEL = " (simulated)"  # as it is stored, and as operators and the API read it


def simulated_name(name: str) -> str:
    return f"{name}{LABEL}"


def shown_name(name: str) -> str:
    """The name as a page shows it: the label of a simulated person is translated."""
    if not name.endswith(LABEL):
        return name
    return gettext("%(name)s (simulated)") % {"name": name.removesuffix(LABEL)}
