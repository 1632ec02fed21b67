"""How a stored name is read: a simulated person's label and a former member in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

LABEL = " (simulated)"  # as it is stored, and as operators and the API read it
FORMER_WORKER, FORMER_CLIENT, FORMER_MEMBER = (
    "a former worker",
    "a former client",
    "a former member",
)
IN_WORDS = {
    FORMER_WORKER: _("a former worker"),
    FORMER_CLIENT: _("a former client"),
    FORMER_MEMBER: _("a former member"),
}


def simulated_name(name: str) -> str:
    return f"{name}{LABEL}"


def shown(name: str) -> str:
    """A stored name as it is read: everybody's own; labels and pseudonyms in the reader's language."""
    if name.endswith(LABEL):
        return gettext("%(name)s (simulated)") % {"name": name.removesuffix(LABEL)}
    return str(IN_WORDS.get(name, name))
