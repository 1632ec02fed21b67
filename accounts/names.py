"""What people are called once their account is deleted, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

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


def shown(name: str) -> str:
    """A stored name as it is read: everybody's own, and a pseudonym in the reader's language."""
    return str(IN_WORDS.get(name, name))
