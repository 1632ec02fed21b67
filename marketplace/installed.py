"""What an installed Taakplein needs: its service worker, served from the root so that it sees all pages."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

WORKER = Path(settings.BASE_DIR) / "static" / "js" / "service-worker.js"


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """GET /service-worker.js, never kept by the browser for longer than a visit."""
    answer = HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer
