"""The client's batches: upload a table, set the terms, publish, watch, read the results."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_POST, require_safe

from batches import actions, framing, queries, rules
from batches.forms import TermsForm, UploadForm, answer_form
from batches.models import File, Row, Template, Upload
from batches.queries import quality, results
from ledger import queries as ledger
from ledger.actions import NotEnoughMoney
from marketplace.doors import PersonRequest, client_only, page_of, page_tag, sentence_of
from marketplace.operators import Line, harmless
from tasks.actions import ClosingIsInThePast
from tasks.doors import not_in_a_class
from tasks.rules import fee_cents, hourly_cents
from wages.actions import PayIsBelowTheFloor
from wages.queries import floor_in_force

PUBLISH_REFUSALS = (
    actions.NotYourDraft,
    actions.TermsAreMissing,
    actions.VariablesAreOpen,
    ClosingIsInThePast,
    NotEnoughMoney,
)


@client_only
@require_safe
def batches(request: PersonRequest) -> HttpResponse:
    page = page_of(request, queries.uploads_of(request.user.client))
    return render(request, "batches/batches.html", {"page": page})


@client_only
@not_in_a_class
def batch_new(request: PersonRequest) -> HttpResponse:
    """Upload a table for a template. Bad lines are named and nothing is kept."""
    client = request.user.client
    form = UploadForm(request.POST or None, request.FILES or None, client=client)
    if request.method == "POST" and form.is_valid():
        table = form.cleaned_data["table"]
        try:
            upload = actions.keep_table(
                client=client,
                template=form.cleaned_data["template"],
                title=form.cleaned_data["title"],
                content=table.read(rules.MOST_TABLE_BYTES + 1),
                file_name=table.name,
                now=timezone.now(),
            )
        except actions.TableHasProblems as refusal:
            for sentence in refusal.sentences:
                form.add_error("table", sentence)
        else:
            return redirect("batch", upload.pk)
    page = {"form": form, "has_templates": client.templates.exists()}
    return render(request, "batches/batch_new.html", page)


def own_upload(request: PersonRequest, upload_id: int) -> Upload:
    kept = Upload.objects.filter(client=request.user.client).exclude(state="discarded")
    return get_object_or_404(kept.select_related("template", "batch"), pk=upload_id)


@client_only
def batch(request: PersonRequest, upload_id: int) -> HttpResponse:
    """A draft to finish, or a batch to watch. Saving and publishing send the same form."""
    upload = own_upload(request, upload_id)
    if upload.state != Upload.State.DRAFT:
        if request.method == "POST":  # published meanwhile, by another press of the button
            return redirect("batch", upload.pk)
        return render(request, "batches/batch.html", batch_page(request, upload))
    now = timezone.now()
    form = TermsForm(request.POST or None, upload=upload, now=now)
    if request.method == "POST" and form.is_valid():
        actions.set_terms(upload_id=upload.pk, by=request.user.client, **form.terms())
        if "publish" not in request.POST:
            messages.success(request, _("Saved."))
            return redirect("batch", upload.pk)
        try:
            actions.publish(
                upload_id=upload.pk,
                by=request.user,
                now=now,
                leave=form.left(),
                accepts_low_pay=form.cleaned_data["accepts_low_pay"],
            )
        except PayIsBelowTheFloor as refusal:
            form.say_pay_is_low(refusal)
        except PUBLISH_REFUSALS as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(
                request, _("Published. Its escrow is held, its tasks are on their way.")
            )
            return redirect("batch", upload.pk)
        upload.refresh_from_db()
    page = draft_page(request, upload, form)
    return framing.let_in(render(request, "batches/draft.html", page), request)


def draft_page(request: PersonRequest, upload: Upload, form: TermsForm) -> dict[str, Any]:
    """A draft with one of its rows as a worker will see it (`?row=2` for the second)."""
    place = preview_place(request, upload)
    row = upload.rows.order_by("line")[place - 1]
    page = {
        "upload": upload,
        "form": form,
        "row": row,
        "place": place,
        "balance_cents": ledger.balance_cents(request.user),
        "floor": floor_in_force(form.now),
        **what_it_costs(upload, form.fee_basis_points),
    }
    return page | shown_row(request, upload, row)


def preview_place(request: PersonRequest, upload: Upload) -> int:
    asked = request.GET.get("row", "1")
    place = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    return min(max(place, 1), upload.row_count)


def shown_row(request: PersonRequest, upload: Upload, row: Row) -> dict[str, Any]:
    """What a worker sees of a row: the address of a frame, or a form with its instructions."""
    template = upload.template
    if template.kind == Template.Kind.HTML:
        return {"frame": framing.frame_address(request, template, upload.mapping, row.pk)}
    return {
        "instructions": rules.filled(template.body, upload.mapping, row.values),
        "answer_form": answer_form(template, upload.mapping, row.values),
    }


def what_it_costs(upload: Upload, fee_basis_points: int) -> dict[str, int | None]:
    pay, seconds = upload.pay_cents, upload.estimate_seconds
    if not (pay and seconds):
        return dict.fromkeys(("pay_total_cents", "fee_total_cents", "total_cents", "hourly_cents"))
    fee = fee_cents(pay, fee_basis_points)
    return {
        "pay_total_cents": pay * upload.slot_count,
        "fee_total_cents": fee * upload.slot_count,
        "total_cents": (pay + fee) * upload.slot_count,
        "hourly_cents": hourly_cents(pay, seconds),
    }


@client_only
@require_POST
def batch_discard(request: PersonRequest, upload_id: int) -> HttpResponse:
    own_upload(request, upload_id)
    actions.discard(upload_id=upload_id, by=request.user.client)
    messages.success(request, _("The draft and its table are gone."))
    return redirect("batches")


# --- watching -----------------------------------------------------------------------------------
def batch_page(request: PersonRequest, upload: Upload) -> dict[str, Any]:
    page = moving_page(upload)
    return page | {
        "tag": page_tag(request, upload.pk, upload.state, *page["progress"].change),
        "page": page_of(
            request, upload.rows.order_by("line"), shown=queries.with_work(upload.rows.all())
        ),
        "reports": list(queries.reports_on(upload)[:20]) if upload.batch_id else [],
    }


def moving_page(upload: Upload) -> dict[str, Any]:
    progress = queries.progress_of(upload)
    return {
        "upload": upload,
        "progress": progress,
        "written_share": progress.written / upload.row_count,
        "share": progress.handed_in / progress.total,
    }


def batch_tag(request: PersonRequest, upload_id: int) -> str:
    if not hasattr(request.user, "client"):
        return page_tag(request, 0)
    upload = Upload.objects.filter(client=request.user.client, pk=upload_id).first()
    if upload is None:
        return page_tag(request, 0)
    return page_tag(request, upload.pk, upload.state, *queries.progress_of(upload).change)


@client_only
@require_safe
@condition(etag_func=batch_tag)
def batch_moving(request: PersonRequest, upload_id: int) -> HttpResponse:
    return render(
        request, "batches/_batch_moving.html", moving_page(own_upload(request, upload_id))
    )


# --- results ------------------------------------------------------------------------------------
@client_only
@require_safe
def batch_quality(request: PersonRequest, upload_id: int) -> HttpResponse:
    """Agreement, probable truths and known answers. Only the client reads this."""
    upload = own_upload(request, upload_id)
    found = quality.quality_of(upload)
    return render(request, "batches/quality.html", {"upload": upload, "quality": found})


@client_only
@require_safe
def batch_results(request: PersonRequest, upload_id: int, kind: str) -> Any:
    """`results.csv`, `results.json` or `consensus.csv`, streamed."""
    upload = own_upload(request, upload_id)
    if kind not in EXPORTS:
        raise Http404
    body, media_type = EXPORTS[kind](upload, request)
    response = StreamingHttpResponse(body, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="batch-{upload.pk}-{kind}"'
    return response


def results_csv(upload: Upload, request: PersonRequest) -> tuple[Iterator[str], str]:
    return csv_lines(upload), "text/csv; charset=utf-8"


def csv_lines(upload: Upload) -> Iterator[str]:
    """MTurk's results file, with no cell that a spreadsheet would run as a formula."""
    answers = results.answer_names(upload)
    writer = csv.writer(Line())
    inputs = [f"Input.{column}" for column in upload.columns]
    yield writer.writerow(
        [*results.HEAD, *inputs, *(f"Answer.{name}" for name in answers), *results.TAIL]
    )
    for found in results.results_of(upload):
        cells = [
            *(found[name] for name in results.HEAD),
            *(found["input"].get(column, "") for column in upload.columns),
            *(rules.one_text(found["answer"].get(name)) for name in answers),
            *("" for _ in results.TAIL),
        ]
        yield writer.writerow([harmless(cell) for cell in cells])


def results_json(upload: Upload, request: PersonRequest) -> tuple[Iterator[str], str]:
    return json_parts(upload), "application/json"


def json_parts(upload: Upload) -> Iterator[str]:
    yield f'{{"batch": {upload.pk}, "results": ['
    between = "\n"
    for found in results.results_of(upload):
        yield between + json.dumps(found, ensure_ascii=False)
        between = ",\n"
    yield "\n]}\n"


def consensus_csv(upload: Upload, request: PersonRequest) -> tuple[Iterator[str], str]:
    return table_lines(quality.consensus_rows(upload)), "text/csv; charset=utf-8"


def table_lines(rows: Iterator[Mapping[str, object]]) -> Iterator[str]:
    writer = csv.writer(Line())
    for number, row in enumerate(rows):
        if number == 0:
            yield writer.writerow(row)
        yield writer.writerow([harmless(value) for value in row.values()])


EXPORTS = {
    "results.csv": results_csv,
    "results.json": results_json,
    "consensus.csv": consensus_csv,
}


@login_required
@require_safe
def file(request: PersonRequest, file_id: int) -> HttpResponse:
    """A file that was handed in: for the worker and the client only, never shown, only saved."""
    mine = File.objects.select_related("assignment__worker", "assignment__task__client")
    found = get_object_or_404(mine, pk=file_id)
    held = found.assignment
    if request.user.pk not in (held.worker.user_id, held.task.client.user_id):
        raise Http404
    response = HttpResponse(bytes(found.content), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
