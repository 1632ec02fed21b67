"""What every page may know: the site's name, whether this is a demo, and who is reading."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest
from django.utils import timezone

THEMES = ("light", "dark")


@dataclass
class Me:
    """The reader's profiles, looked up only when a template asks. None when there is none."""

    user: Any

    @cached_property
    def client(self) -> Any:
        return self._profile("client")

    @cached_property
    def worker(self) -> Any:
        return self._profile("worker")

    @cached_property
    def seat(self) -> Any:
        """Where the reader sits when they are a pupil of a class."""
        return self._profile("pupil") if getattr(self.user, "room_id", None) else None

    @property
    def is_operator(self) -> bool:
        return bool(getattr(self.user, "is_staff", False))

    def _profile(self, name: str) -> Any:
        try:
            return getattr(self.user, name, None)
        except ObjectDoesNotExist:
            return None


def site(request: HttpRequest) -> dict[str, Any]:
    """The context of every page. `theme` is "light", "dark" or "" (as the system says)."""
    theme = request.COOKIES.get("theme", "")
    return {
        "SITE_NAME": settings.SITE_NAME,
        "DEMO_MODE": settings.DEMO_MODE,
        "CURRENCY": settings.CURRENCY,
        "now": timezone.now(),
        "theme": theme if theme in THEMES else "",
        "me": Me(getattr(request, "user", None)),
    }
