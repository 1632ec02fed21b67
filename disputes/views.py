"""The pages of people who disagree or ask: open it, follow it, answer it, read how it ended."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allocation.models import Allocation
from disputes import actions, queries
from disputes.forms import AnswerForm, WordsForm
from marketplace.doors import (
    PersonRequest,
    client_only,
    page_of,
    sentence_of,
    tell_refusal,
    worker_only,
)
from tasks.models import Task
from tasks.queries import assignments_with_work
from transparency.rules import counted, share

FEW = 50
CLOCKS = {"hours": settings.ANSWER_HOURS, "days": settings.DECISION_DAYS}
REFUSALS: tuple[type[Exception], ...] = (
    actions.AlreadyAsked,
    actions.AlreadyDecided,
    actions.CannotBeDisputed,
    actions.NotForYouToDecide,
    actions.NotYourDecision,
    actions.SayWhatIsWrong,
)


@login_required
@require_safe
def questions(request: PersonRequest) -> HttpResponse:
    """Everything in which this person waits for somebody, or somebody for them."""
    return render(
        request,
        "disputes/questions.html",
        {
            "page": page_of(request, queries.disputes_of(request.user)),
            "reviews": queries.reviews_of(request.user)[:FEW],
            "problems": queries.problems_of(request.user)[:FEW],
        },
    )


@worker_only
def dispute_new(request: PersonRequest, assignment_id: int) -> HttpResponse:
    """Dispute a rejection; the page shows what one answers."""
    mine = assignments_with_work().filter(worker=request.user.worker)
    held = get_object_or_404(mine, pk=assignment_id)
    objection = queries.objection_to(held, timezone.now())
    if objection.dispute:
        return redirect("dispute", objection.dispute.pk)
    return ask(
        request,
        lambda text: actions.open_dispute(
            assignment_id=assignment_id, by=request.user.worker, text=text, now=timezone.now()
        ),
        _("The client and an operator have been told."),
        "disputes/dispute_new.html",
        {"assignment": held, "objection": objection},
    )


@login_required
def dispute(request: PersonRequest, dispute_id: int) -> HttpResponse:
    """Both sides' words, the clocks, and the decision."""
    found = get_object_or_404(queries.disputes_of(request.user), pk=dispute_id)
    form = WordsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_statement(
                dispute_id=dispute_id,
                by=request.user,
                text=form.cleaned_data["text"],
                now=timezone.now(),
            )
        except REFUSALS as refusal:
            tell_refusal(request, refusal)
        else:
            messages.success(request, _("Your words are in the dispute."))
        return redirect("dispute", dispute_id)
    held = assignments_with_work().get(pk=found.assignment_id)
    return render(
        request,
        "disputes/dispute.html",
        {
            "dispute": found,
            "assignment": held,
            "is_client": found.assignment.task.client.user_id == request.user.pk,
            "statements": list(found.statements.select_related("by").order_by("id")),
            "form": form,
        },
    )


@login_required
def ask_review(request: PersonRequest, allocation_id: int) -> HttpResponse:
    """Ask a person to look again at a decision that one was part of."""
    allocation = get_object_or_404(
        Allocation.objects.select_related("task__client", "version"), pk=allocation_id
    )
    if not actions.is_about(allocation, request.user):
        raise Http404
    return ask(
        request,
        lambda text: actions.ask_for_review(
            allocation_id=allocation_id, by=request.user, text=text, now=timezone.now()
        ),
        _("An operator will read this and answer you."),
        "disputes/ask_review.html",
        {"allocation": allocation},
    )


@login_required
def report_problem(request: PersonRequest, task_id: int) -> HttpResponse:
    """Say that a task is broken."""
    others = Task.objects.posted().in_room_of(request.user).exclude(client__user=request.user)
    task = get_object_or_404(others, pk=task_id)
    return ask(
        request,
        lambda text: actions.report_problem(
            task_id=task_id, by=request.user, text=text, now=timezone.now()
        ),
        _("Reported. The client answers first, and after that an operator."),
        "disputes/report_problem.html",
        {"task": task},
    )


def ask(
    request: PersonRequest,
    action: Callable[[str], object],
    done: str,
    template: str,
    shown: dict[str, object],
) -> HttpResponse:
    """Show one form for words, and take one action with them."""
    form = WordsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            action(form.cleaned_data["text"])
        except REFUSALS as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, done)
            return redirect("questions")
    status = 422 if form.errors else 200
    return render(request, template, shown | CLOCKS | {"form": form}, status=status)


@client_only
def answer_problem(request: PersonRequest, problem_id: int) -> HttpResponse:
    """The client's answer to a problem with one of their tasks."""
    mine = queries.problems_of(request.user).filter(task__client=request.user.client)
    problem = get_object_or_404(mine, pk=problem_id)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_problem(
                problem_id=problem_id, by=request.user, now=timezone.now(), **form.cleaned_data
            )
        except REFUSALS as refusal:
            tell_refusal(request, refusal)
        else:
            messages.success(request, _("Answered. Whoever reported it reads your words."))
        return redirect("questions")
    return render(request, "disputes/answer_problem.html", {"problem": problem, "form": form})


@require_safe
def public_record(request: HttpRequest) -> HttpResponse:
    """How often people decided otherwise, and how often late: for everybody."""
    now = timezone.now()
    words = {
        "dispute": _("Disputes about rejected work"),
        "human_review": _("Human reviews of decisions"),
        "held_rejection": _("Rejections held by the brake"),
    }
    waiting = queries.operators_queue(now)
    rows = [
        {
            "words": words[kind],
            "ended": ended,
            "share": share(counted(ended.overturned), counted(ended.decided)),
            "now": waiting[kind],
        }
        for kind, ended in queries.public_record().items()
    ]
    return render(request, "disputes/record.html", CLOCKS | {"rows": rows})
