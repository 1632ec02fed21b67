"""Taking one's data along, proving one's work elsewhere, and leaving."""

from __future__ import annotations

import json
from datetime import datetime

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ledger.queries import balance_cents
from marketplace.demo import DOMAIN
from marketplace.doors import PersonRequest, sentence_of, worker_only
from rights import actions
from rights.files import csv_log, json_log
from rights.forms import CertificateForm, DeletionForm
from rights.queries.keys import key_document, public_keys
from rights.queries.log import CHAPTERS
from rights.queries.obstacles import obstacles
from rights.rules import is_genuine


@login_required
@require_safe
def my_data(request: PersonRequest) -> HttpResponse:
    """What there is to take along."""
    return render(request, "rights/my_data.html", {"chapters": CHAPTERS})


@login_required
@never_cache
@require_safe
def log_json(request: PersonRequest) -> StreamingHttpResponse:
    """The complete own log as one file, sent while it is read."""
    now = timezone.now()
    answer = StreamingHttpResponse(json_log(request.user, now), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{name_of_file(now)}.json"'
    return answer


@login_required
@never_cache
@require_safe
def log_csv(request: PersonRequest) -> FileResponse:
    """The same as a folder of tables."""
    now = timezone.now()
    return FileResponse(
        csv_log(request.user, now), as_attachment=True, filename=f"{name_of_file(now)}.zip"
    )


def name_of_file(now: datetime) -> str:
    return f"my-log-{timezone.localtime(now):%Y-%m-%d}"


@worker_only
@never_cache
@require_safe
def certificate(request: PersonRequest) -> HttpResponse:
    """The signed certificate of one's work."""
    issuer = request.build_absolute_uri("/")
    signed = actions.certify(worker=request.user.worker, issuer=issuer, now=timezone.now())
    answer = HttpResponse(json.dumps(signed, indent=2), content_type="application/json")
    answer["Content-Disposition"] = 'attachment; filename="certificate-of-work.json"'
    return answer


@require_safe
def keys(request: HttpRequest) -> JsonResponse:
    """The public keys under this market's certificates, for everybody."""
    answer = JsonResponse(key_document())
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def check_certificate(request: HttpRequest) -> HttpResponse:
    """Was this signed by this market, and is it as it was signed?"""
    form = CertificateForm(request.POST or None, request.FILES or None)
    shown: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        signed = form.cleaned_data["signed"]
        shown |= {"is_checked": True, "is_genuine": is_genuine(signed, public_keys())}
        if shown["is_genuine"]:
            found = signed["certificate"]
            shown |= {"found": found, "issued_at": parse_datetime(found["issued_at"])}
    return render(request, "rights/check.html", shown, status=422 if form.errors else 200)


@login_required
def delete_account(request: PersonRequest) -> HttpResponse:
    """What goes, what stays, what is still open; and then the end of the account."""
    # Counted before the password is looked at, so that the answer to a try too many says nothing.
    if not ratelimit.consume(request, action="reauthenticate", user=request.user):
        messages.error(request, _("Too many tries. Wait a minute."))
        return deletion_page(request, DeletionForm(user=request.user), 429)
    form = DeletionForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            delete(request)
        except (actions.AccountIsInUse, actions.OperatorsStayNamed) as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("Your account is deleted. Thank you for the work."))
            return redirect("home")
    return deletion_page(request, form, 422 if form.errors else 200)


def deletion_page(request: PersonRequest, form: DeletionForm, status: int) -> HttpResponse:
    shown = {
        "form": form,
        "obstacles": obstacles(request.user),
        "wallet_cents": balance_cents(request.user),
        "is_of_the_demo": is_of_the_demo(request),
    }
    return render(request, "rights/delete_account.html", shown, status=status)


def delete(request: PersonRequest) -> None:
    if is_of_the_demo(request):
        raise actions.AccountIsInUse([_("This is one of the demo's people; others need them too.")])
    actions.delete_account(by=request.user, now=timezone.now())
    logout(request)


def is_of_the_demo(request: PersonRequest) -> bool:
    return settings.DEMO_MODE and request.user.email.endswith(f"@{DOMAIN}")
