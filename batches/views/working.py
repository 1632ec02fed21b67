"""The worker's working page, for every task: the work itself, drafts, reports, the next of a batch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allocation import actions as asking
from batches import actions, framing, queries, rules
from batches.forms import ReportForm, answer_form
from batches.models import Draft, Report, Row, Template
from disputes.queries import objection_to
from marketplace.doors import PersonRequest, sentence_of, tell_refusal, worker_only
from proofs.queries import proof_names
from shifts.actions import NotYet, submit_work
from shifts.queries import working_side
from tasks import queries as tasks
from tasks.actions import NotInHand, SubmissionIsEmpty, TooEarly, TooLate
from tasks.models import Assignment
from workers.forms import SubmissionForm
from workers.queries import skill_names

REFUSALS = (
    NotInHand,
    TooEarly,
    TooLate,
    SubmissionIsEmpty,
    NotYet,
    actions.AnswersAreNotRight,
    actions.FileIsTooLarge,
)


def own_assignment(request: PersonRequest, assignment_id: int) -> Assignment:
    mine = tasks.assignments_with_work().filter(worker=request.user.worker)
    return get_object_or_404(mine.select_related("task__batch"), pk=assignment_id)


@worker_only
def assignment(request: PersonRequest, assignment_id: int) -> HttpResponse:
    """The working page: instructions, clock, what is handed in, and the verdict on it."""
    held = own_assignment(request, assignment_id)
    row = queries.row_of_task(held.task_id)
    draft = Draft.objects.filter(assignment=held).first()
    form = work_form(request, held, row, draft)
    if request.method == "POST" and form.is_valid():
        try:
            hand_in(request, held, row, form)
        except REFUSALS as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            return after_handing_in(request, held)
    page = work_page(request, held, row, draft) | {
        "form": form,
        "skills": skill_names(held.task.skills),
        "proofs": proof_names(held.task.proofs),
        "ready_at": tasks.ready_at(held) if held.worker.room_id and held.is_in_hand else None,
        "objection": objection_to(held, timezone.now()),
        **working_side(held, timezone.now()),
    }
    return framing.let_in(render(request, "workers/assignment.html", page), request)


def work_form(
    request: PersonRequest, held: Assignment, row: Row | None, draft: Draft | None
) -> Any:
    """What is handed in: plain text, the fields of a built form, or nothing but a frame's answers."""
    data, kept = request.POST or None, draft.values if draft else {}
    if row is None:
        return SubmissionForm(data, initial=kept)
    template = row.upload.template
    if template.kind == Template.Kind.HTML:
        return answer_form(Template(fields=[]), {}, {}, data)
    return answer_form(
        template, row.upload.mapping, row.values, data, request.FILES or None, initial=kept
    )


def hand_in(request: PersonRequest, held: Assignment, row: Row | None, form: Any) -> None:
    now, by = timezone.now(), request.user.worker
    if row is None:
        submit_work(assignment_id=held.pk, by=by, content=form.cleaned_data["content"], now=now)
        return
    if row.upload.template.kind == Template.Kind.HTML:
        answers = answers_of_frame(request)
    else:
        answers = answers_of_form(held, by, row.upload.template, form.cleaned_data)
    actions.submit_answers(assignment_id=held.pk, by=by, answers=answers, now=now)


def answers_of_frame(request: PersonRequest) -> rules.Answers:
    """The pairs that the page took from the frame. Raises AnswersAreNotRight."""
    try:
        return rules.gathered(json.loads(request.POST.get("pairs", "")))
    except rules.AnswersAreBad as bad:
        raise actions.AnswersAreNotRight(str(bad))
    except (ValueError, RecursionError):
        raise actions.AnswersAreNotRight("not_pairs")


def answers_of_form(
    held: Assignment, by: Any, template: Template, given: Mapping[str, Any]
) -> rules.Answers:
    answers: rules.Answers = {}
    for told in template.fields:
        value = given.get(told["name"])
        if told["kind"] == "file" and value:
            if value.size > actions.MOST_FILE_BYTES:
                raise actions.FileIsTooLarge
            kept = actions.keep_file(
                assignment_id=held.pk,
                by=by,
                name=value.name,
                content=value.read(),
                now=timezone.now(),
            )
            value = {"file": kept.pk, "name": kept.name, "bytes": kept.size}
        elif told["kind"] == "number" and value is not None:
            value = f"{value:f}"
        answers[told["name"]] = value if value is not None else ""
    return answers


def after_handing_in(request: PersonRequest, held: Assignment) -> HttpResponse:
    """The next task of the batch when the worker asked for it, else today's page."""
    if held.task.batch_id and "next" in request.POST:
        messages.success(request, _("Handed in. Here is the next one."))
        return take_next(request, held)
    messages.success(request, _("Handed in. The client has been told."))
    if held.task.batch_id:
        return redirect("assignment", held.pk)
    return redirect("worker_home")


def take_next(request: PersonRequest, held: Assignment) -> HttpResponse:
    worker, batch = request.user.worker, held.task.batch
    assert batch is not None
    try:
        claim = asking.claim_next(batch_id=batch.pk, by=worker, now=timezone.now())
    except (asking.NothingLeft, asking.WrongWayIn, asking.NotEligible) as refusal:
        messages.info(request, sentence_of(refusal))
        return redirect("worker_home")
    taken = worker.assignments.filter(task=claim.task_id).order_by("-id").first()
    if taken is None:
        return redirect("worker_home")
    goes_on = "?on=1" if "next" in request.POST else ""
    response = redirect("assignment", taken.pk)
    response["Location"] += goes_on
    return response


@worker_only
@require_POST
def assignment_next(request: PersonRequest, assignment_id: int) -> HttpResponse:
    """Take some other task of the batch that this one belongs to."""
    held = own_assignment(request, assignment_id)
    if not held.task.batch_id:
        raise Http404
    return take_next(request, held)


def work_page(
    request: PersonRequest, held: Assignment, row: Row | None, draft: Draft | None
) -> dict[str, Any]:
    page: dict[str, Any] = {
        "assignment": held,
        "row": row,
        "draft": draft,
        "report_form": ReportForm(auto_id="report_%s"),
        "report": Report.objects.filter(assignment=held).first(),
        "goes_on": "on" in request.GET or "next" in request.POST,
        "instructions": held.task.description,
    }
    if row is None:
        return page
    template, mapping = row.upload.template, row.upload.mapping
    if template.kind == Template.Kind.HTML:
        kept = draft.values if draft else {}
        page["frame"] = framing.frame_address(request, template, mapping, row.pk)
        page["restore"] = json.dumps(pairs_of(kept)) if kept else ""
    else:
        page["instructions"] = rules.filled(template.body, mapping, row.values)
        page["has_files"] = any(told["kind"] == "file" for told in template.fields)
    return page


def pairs_of(values: Mapping[str, Any]) -> list[list[str]]:
    """Named answers as the pairs they came from, a list once for each of its values."""
    return [
        [name, part]
        for name, value in values.items()
        for part in (value if isinstance(value, list) else [value])
        if isinstance(part, str)
    ]


@worker_only
@require_POST
def assignment_draft(request: PersonRequest, assignment_id: int) -> HttpResponse:
    """Keep what is filled in so far: what the page's script sends every few seconds."""
    own_assignment(request, assignment_id)
    try:
        values = drafted(request)
        actions.keep_draft(
            assignment_id=assignment_id,
            by=request.user.worker,
            values=values,
            now=timezone.now(),
        )
    except (rules.AnswersAreBad, actions.AnswersAreNotRight, ValueError):
        return HttpResponseBadRequest()
    return HttpResponse(status=204)


def drafted(request: PersonRequest) -> rules.Answers:
    """A frame's pairs, or the fields of a form under their own names."""
    if "pairs" in request.POST and request.POST["pairs"]:
        return rules.gathered(json.loads(request.POST["pairs"]))
    pairs = [
        [name.removeprefix("a-"), v] for name in request.POST for v in request.POST.getlist(name)
    ]
    own = {"csrfmiddlewaretoken", "pairs", "next"}
    return rules.gathered([pair for pair in pairs if pair[0] not in own])


@worker_only
@require_POST
def assignment_report(request: PersonRequest, assignment_id: int) -> HttpResponse:
    """Report a broken task; giving it back is another button."""
    own_assignment(request, assignment_id)
    form = ReportForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say in a few words what is broken."))
        return redirect("assignment", assignment_id)
    try:
        actions.report_broken(
            assignment_id=assignment_id,
            by=request.user.worker,
            text=form.cleaned_data["text"],
            now=timezone.now(),
        )
    except actions.AlreadyReported as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, _("Reported. You can go on, or give the work back."))
    return redirect("assignment", assignment_id)
