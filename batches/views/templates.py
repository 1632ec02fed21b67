"""The client's templates: HTML of their own, or a form built from fields."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from batches import actions, framing, queries
from batches.forms import BuiltTemplateForm, FieldsFormSet, HtmlTemplateForm, answer_form
from batches.models import Template
from marketplace.doors import PersonRequest, client_only, page_of, sentence_of

REFUSALS = (actions.TemplateIsEmpty, actions.TemplateIsTooLarge)


@client_only
@require_safe
def templates(request: PersonRequest) -> HttpResponse:
    page = page_of(request, queries.newest_templates(request.user.client))
    return render(request, "batches/templates.html", {"page": page})


@client_only
def template_new(request: PersonRequest) -> HttpResponse:
    """Write a template in HTML; `?from=<id>` begins with an earlier one."""
    earlier = earlier_template(request, Template.Kind.HTML)
    initial = {"name": earlier.name, "body": earlier.body} if earlier else None
    form = HtmlTemplateForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        if kept := keep(request, form, kind=Template.Kind.HTML, **told):
            return redirect("template", kept.pk)
    return render(request, "batches/template_new.html", {"form": form, "earlier": earlier})


@client_only
def form_new(request: PersonRequest) -> HttpResponse:
    """Build a form from fields; `?from=<id>` begins with an earlier one."""
    earlier = earlier_template(request, Template.Kind.FORM)
    initial = {"name": earlier.name, "body": earlier.body} if earlier else None
    form = BuiltTemplateForm(request.POST or None, initial=initial)
    fields = FieldsFormSet(request.POST or None, prefix="f", initial=initial_fields(earlier))
    if request.method == "POST" and form.is_valid() and fields.is_valid():
        kept_fields: list[dict[str, Any]] = fields.fields_as_kept()  # type: ignore[attr-defined]
        kept = keep(request, form, kind=Template.Kind.FORM, fields=kept_fields, **form.cleaned_data)
        if kept and "more" in request.POST:
            return redirect(f"{request.path}?from={kept.pk}#more")
        if kept:
            return redirect("template", kept.pk)
    return render(
        request, "batches/form_new.html", {"form": form, "fields": fields, "earlier": earlier}
    )


def keep(request: PersonRequest, form: Any, **told: Any) -> Template | None:
    try:
        kept = actions.keep_template(client=request.user.client, now=timezone.now(), **told)
    except REFUSALS as refusal:
        form.add_error(None, sentence_of(refusal))
        return None
    messages.success(request, _("Kept as version %(n)d.") % {"n": kept.version})
    return kept


def earlier_template(request: PersonRequest, kind: str) -> Template | None:
    number = request.GET.get("from", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return request.user.client.templates.filter(pk=number, kind=kind).first()


def initial_fields(earlier: Template | None) -> list[dict[str, Any]]:
    fields = earlier.fields if earlier else []
    return [{**field, "options": "\n".join(field["options"])} for field in fields]


@client_only
@require_safe
def template(request: PersonRequest, template_id: int) -> HttpResponse:
    """One version of a template, as a worker will see it, with its variables still open."""
    found = get_object_or_404(request.user.client.templates, pk=template_id)
    page: dict[str, Any] = {"template": found}
    if found.kind == Template.Kind.HTML:
        page["frame"] = framing.frame_address(request, found, {}, None)
    else:
        page["form"] = answer_form(found, {}, {})
    return framing.let_in(render(request, "batches/template.html", page), request)
