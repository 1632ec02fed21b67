"""Templates, tables and terms as forms; and a built template as the form that workers fill in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from batches import rules
from batches.models import Template, Upload
from clients.forms import CLOSES_IN
from clients.models import Client
from marketplace.doors import sentence_of
from proofs.forms import proof_field
from provisions.forms import ProvisionsForm, said_again
from wages.actions import LowPayNeedsAYes, PayIsBelowTheFloor
from workers.forms import MoneyField, skill_field

KIND_CHOICES = [
    ("", _("no field")),
    ("text", _("a line of text")),
    ("long", _("a longer text")),
    ("choice", _("one of several choices")),
    ("choices", _("any of several choices")),
    ("number", _("a number")),
    ("rating", _("a rating from 1 to 5")),
    ("file", _("a file")),
]
LEAVE = "\0leave"
RATINGS = [(str(n), str(n)) for n in range(1, 6)]


class HtmlTemplateForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Only you see it."))
    body = forms.CharField(
        label=_("HTML"),
        max_length=rules.MOST_TEMPLATE_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"}),
        help_text=_(
            "Write ${name} where a cell of the column “name” goes. Each input needs a name: the "
            "results have it as a column. Pictures and scripts from elsewhere are not loaded."
        ),
    )


class BuiltTemplateForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Only you see it."))
    body = forms.CharField(
        label=_("Instructions"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Plain text. Write ${name} where a cell of the column “name” goes."),
    )


class FieldForm(forms.Form):
    """One field of a built form. Empty ones are left out."""

    label = forms.CharField(label=_("Question"), required=False, max_length=200)
    kind = forms.ChoiceField(label=_("Answered with"), required=False, choices=KIND_CHOICES)
    options = forms.CharField(
        label=_("Choices, one per line"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    required = forms.BooleanField(label=_("has to be answered"), required=False, initial=True)
    name = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        label, kind = cleaned.get("label"), cleaned.get("kind")
        if bool(label) != bool(kind):
            field = "kind" if label else "label"
            self.add_error(field, _("A field needs both a question and a kind of answer."))
        if kind in ("choice", "choices") and len(options_in(cleaned.get("options", ""))) < 2:
            self.add_error("options", _("Write at least two choices, one per line."))
        return cleaned


class BaseFields(forms.BaseFormSet):
    def fields_as_kept(self) -> list[dict[str, Any]]:
        """The fields that were filled in, as a template keeps them; each keeps the name it had."""
        kept: list[dict[str, Any]] = []
        taken = {f.cleaned_data.get("name") for f in self.forms if f.cleaned_data.get("name")}
        for form in self.forms:
            told = form.cleaned_data
            if not told.get("label"):
                continue
            name = told.get("name") or rules.field_name(told["label"], taken)
            taken.add(name)
            field = {"name": name, "label": told["label"], "kind": told["kind"]}
            field |= {"required": told["required"], "options": options_in(told["options"])}
            kept.append(field)
        return kept


FieldsFormSet = forms.formset_factory(FieldForm, formset=BaseFields, extra=3, max_num=60)


def options_in(text: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


class UploadForm(forms.Form):
    title = forms.CharField(
        label=_("Title"), max_length=120, help_text=_("What workers see in the market.")
    )
    template = forms.ModelChoiceField(
        label=_("Template"), queryset=Template.objects.none(), empty_label=None
    )
    table = forms.FileField(
        label=_("Table"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
        help_text=_(
            "A CSV file in UTF-8, at most 10,000 rows and 20 MB. The first line names the columns. "
            "Columns called Gold.… hold answers that you know; workers never see them."
        ),
    )

    def __init__(self, *args: Any, client: Client, **options: Any) -> None:
        super().__init__(*args, **options)
        newest = client.templates.order_by("name", "-version").distinct("name")
        chosen: Any = self.fields["template"]
        chosen.queryset = client.templates.filter(pk__in=newest.values("pk")).order_by("name")


class TermsForm(ProvisionsForm):
    """A draft's mapping and terms. A variable that a script needs may be left as it stands."""

    title = forms.CharField(label=_("Title"), max_length=120)
    description = forms.CharField(
        label=_("What has to be done"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What workers read in the market before they take a task."),
    )
    pay_cents = MoneyField(label=_("Pay per answer, in euros"), min_value=0.01, max_value=100_000)
    estimate_seconds = forms.IntegerField(
        label=_("Time it takes, in seconds"), min_value=1, max_value=60 * 60 * 24
    )
    redundancy = forms.IntegerField(
        label=_("People per row"),
        min_value=1,
        max_value=100,
        help_text=_("Three answers to the same row show where people disagree."),
    )
    most_per_worker = forms.IntegerField(
        label=_("At most, for one person"),
        min_value=1,
        max_value=10_000,
        required=False,
        help_text=_("How many rows one person may do. Empty: as many as they like."),
    )
    closes_in = forms.ChoiceField(label=_("Given out within"), choices=CLOSES_IN, initial="259200")
    deadline_at = forms.DateTimeField(
        label=_("Work to be handed in before"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    skills = skill_field(_("Skills it asks for"), _("A worker needs at least one of them."))
    proofs = proof_field()
    accepts_low_pay = forms.BooleanField(
        label=_("I know that this is below the wage floor, and I mean it"), required=False
    )
    low_pay: PayIsBelowTheFloor | None = None  # set when the pay was refused for being too low

    def __init__(self, *args: Any, upload: Upload, now: datetime, **options: Any) -> None:
        super().__init__(*args, **{**options, "initial": initial_terms(upload, now)})
        self.upload, self.now = upload, now
        columns = [(column, column) for column in upload.columns]
        for variable in upload.template.variables:
            leave = (LEAVE, gettext("leave it as it stands"))
            self.fields[f"map-{variable}"] = forms.ChoiceField(
                label="${" + variable + "}",
                choices=[("", gettext("choose a column")), *columns, leave],
                initial=upload.mapping.get(variable, ""),
            )

    @property
    def mapping_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("map-")]

    @property
    def fee_basis_points(self) -> int:
        return int(settings.FEE_BASIS_POINTS)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        closes_at = self.now + timedelta(seconds=int(cleaned.get("closes_in") or 0))
        cleaned["closes_at"] = closes_at
        deadline_at = cleaned.get("deadline_at")
        if deadline_at and not closes_at <= deadline_at <= self.now + timedelta(days=366):
            self.add_error(
                "deadline_at", _("Choose a moment after it was given out, and within a year.")
            )
        return cleaned

    def say_pay_is_low(self, refusal: PayIsBelowTheFloor) -> None:
        """Show the figures, and where the market allows it the box that confirms them."""
        self.low_pay = refusal
        self.add_error(None, sentence_of(refusal))

    @property
    def asks_about_low_pay(self) -> bool:
        return isinstance(self.low_pay, LowPayNeedsAYes)

    def terms(self) -> dict[str, Any]:
        """The cleaned answers as `set_terms` wants them."""
        names = ("title", "description", "pay_cents", "estimate_seconds", "redundancy")
        more = ("most_per_worker", "skills", "proofs", "closes_at", "deadline_at")
        told = {name: self.cleaned_data[name] for name in (*names, *more)}
        told["provided"] = self.provided()
        return told | {"mapping": {v: c for v, c in self.chosen().items() if c != LEAVE}}

    def left(self) -> frozenset[str]:
        """The variables that stand as they are."""
        return frozenset(v for v, column in self.chosen().items() if column == LEAVE)

    def chosen(self) -> dict[str, str]:
        return {
            name.removeprefix("map-"): self.cleaned_data[name]
            for name in self.fields
            if name.startswith("map-")
        }


def initial_terms(upload: Upload, now: datetime) -> dict[str, Any]:
    deadline = upload.deadline_at or now + timedelta(days=7)
    return {
        "title": upload.title,
        "description": upload.description or built_instructions(upload.template),
        "pay_cents": upload.pay_cents / 100 if upload.pay_cents else None,
        "estimate_seconds": upload.estimate_seconds or 60,
        "redundancy": upload.redundancy,
        "most_per_worker": upload.most_per_worker,
        "closes_in": "259200",
        "skills": upload.skills,
        "proofs": upload.proofs,
        **said_again(upload.provided),
        "deadline_at": timezone.localtime(deadline).replace(second=0, microsecond=0),
    }


def built_instructions(template: Template) -> str:
    return template.body if template.kind == Template.Kind.FORM and not template.variables else ""


class ReportForm(forms.Form):
    text = forms.CharField(
        label=_("What is broken"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The client and the operators read it. It costs you nothing."),
    )


# --- the built form, as workers see it ------------------------------------------------------------
def answer_form(
    template: Template,
    mapping: Mapping[str, str],
    values: Mapping[str, str],
    data: Any = None,
    files: Any = None,
    initial: Mapping[str, Any] | None = None,
    has_files: frozenset[str] = frozenset(),
) -> forms.Form:
    """A built template as a form for one row. Fields in `has_files` were uploaded before."""
    form = forms.Form(data, files, initial=dict(initial or {}), prefix="a")
    for told in template.fields:
        label = rules.filled(told["label"], mapping, values)
        required = told["required"] and told["name"] not in has_files
        form.fields[told["name"]] = FIELDS[told["kind"]](told, label, required)
    return form


def text_field(told: Mapping[str, Any], label: str, required: bool) -> forms.Field:
    return forms.CharField(label=label, required=required, max_length=2000)


def long_field(told: Mapping[str, Any], label: str, required: bool) -> forms.Field:
    area = forms.Textarea(attrs={"rows": 5})
    return forms.CharField(label=label, required=required, max_length=20_000, widget=area)


def choice_field(told: Mapping[str, Any], label: str, required: bool) -> forms.Field:
    options = [(option, option) for option in told["options"]]
    return forms.ChoiceField(
        label=label, required=required, choices=options, widget=forms.RadioSelect
    )


def choices_field(told: Mapping[str, Any], label: str, required: bool) -> forms.Field:
    options = [(option, option) for option in told["options"]]
    return forms.MultipleChoiceField(
        label=label, required=required, choices=options, widget=forms.CheckboxSelectMultiple
    )


def number_field(told: Mapping[str, Any], label: str, required: bool) -> forms.Field:
    return forms.DecimalField(label=label, required=required, max_digits=20, decimal_places=6)


def rating_field(told: Mapping[str, Any], label: str, required: bool) -> forms.Field:
    return forms.ChoiceField(
        label=label, required=required, choices=RATINGS, widget=forms.RadioSelect
    )


def file_field(told: Mapping[str, Any], label: str, required: bool) -> forms.Field:
    return forms.FileField(
        label=label, required=required, max_length=120, help_text=gettext("At most 5 MB.")
    )


FIELDS = {
    "text": text_field,
    "long": long_field,
    "choice": choice_field,
    "choices": choices_field,
    "number": number_field,
    "rating": rating_field,
    "file": file_field,
}
