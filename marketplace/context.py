"""What every page knows: the site's name, its currency, whether it is a demo."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    return {
        "SITE_NAME": settings.SITE_NAME,
        "DEMO_MODE": settings.DEMO_MODE,
        "CURRENCY": settings.CURRENCY,
    }
