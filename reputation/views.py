"""The pages of a client, of a worker, and of what two people say of each other."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clients.models import Client
from marketplace.doors import PersonRequest, page_of, sentence_of
from reputation import actions, queries, rules
from reputation.forms import OpinionForm
from tasks.models import Assignment, Task
from tasks.queries import either_side
from workers.models import Worker


@require_safe
def client_page(request: HttpRequest, client_id: int) -> HttpResponse:
    """What everybody may know of a client: facts, and what workers said. Only of who ever posted."""
    posted = Task.objects.posted().in_room_of(request.user).values("client")
    client = get_object_or_404(Client.objects.filter(pk__in=posted), pk=client_id)
    page = {
        "client": client,
        "facts": queries.facts_of_client(client, timezone.now()),
        "page": page_of(request, queries.said_of_client(client)),
    }
    return render(request, "reputation/client.html", page)


@login_required
@require_safe
def worker_page(request: PersonRequest, worker_id: int) -> HttpResponse:
    """What a client may know of a worker who asked for their work or did it."""
    worker = get_object_or_404(Worker, pk=worker_id)
    if not queries.may_see_worker(request.user, worker):
        raise Http404
    page = {
        "worker": worker,
        "facts": queries.facts_of_worker(worker),
        "page": page_of(request, queries.said_of_worker(worker)),
    }
    return render(request, "reputation/worker.html", page)


@login_required
def opinion(request: PersonRequest, assignment_id: int) -> HttpResponse:
    """Say how it went; read what the other side said once both are shown."""
    user = request.user
    mine = Assignment.objects.filter(either_side(user))
    found = get_object_or_404(
        mine.select_related("worker", "task__client"), pk=assignment_id, settled_at__isnull=False
    )
    form = OpinionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_opinion(
                assignment_id=found.pk,
                by=user,
                score=int(form.cleaned_data["score"]),
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except (
            actions.NothingToSayYet,
            actions.TimeIsOver,
            actions.AlreadySaid,
            actions.OpinionNeedsAReason,
        ) as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("Thank you. It is kept until the other side is shown too."))
            return redirect("opinion", found.pk)
    return render(request, "reputation/opinion.html", opinion_page(found, user, form))


def opinion_page(found: Assignment, user: object, form: OpinionForm) -> dict[str, object]:
    side = actions.side_of(found, user)  # type: ignore[arg-type]
    said = {opinion.side: opinion for opinion in found.opinions.select_related("by", "hidden_by")}
    own = said.pop(side, None)
    other = next(iter(said.values()), None)
    closes_at = rules.closes_at(found.settled_at) if found.settled_at else None
    return {
        "assignment": found,
        "form": form,
        "side": side,
        "own": own,
        "other": other if other and other.revealed_at else None,
        "other_has_written": other is not None,
        "closes_at": closes_at,
        "is_open": closes_at is not None and timezone.now() < closes_at,
    }
