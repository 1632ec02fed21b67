"""Templates and tables: a batch from rows, its progress, its results; and the rows that workers do."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.assignments import HandedIn
from api.doors import KEY, Door, document, read, show
from api.fields import Cents, Moment, Proofs, Provided, Skills, must_be_known
from api.idempotency import idempotent
from api.pages import ByPosition
from api.people import client_of, person, worker_of
from batches import actions, queries, rules
from batches.models import Template, Upload
from batches.views.batches import csv_lines, json_parts

MOST_ROWS = 100_000


class FieldSerializer(serializers.Serializer):
    """One field of a built form."""

    name = serializers.RegexField(r"^[A-Za-z0-9_-]+$", max_length=80)
    label = serializers.CharField(max_length=200)  # type: ignore[assignment]
    kind = serializers.ChoiceField([(kind, kind) for kind in rules.KINDS])
    required = serializers.BooleanField(default=True)  # type: ignore[assignment]
    options = serializers.ListField(
        child=serializers.CharField(max_length=200), max_length=100, default=list
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["kind"] in ("choice", "choices") and len(attrs["options"]) < 2:
            raise serializers.ValidationError({"options": ["At least two."]})
        return attrs


class NewTemplate(serializers.Serializer):
    name = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField(Template.Kind.choices)
    body = serializers.CharField(
        max_length=rules.MOST_TEMPLATE_BYTES, trim_whitespace=False, allow_blank=True, default=""
    )
    fields = FieldSerializer(many=True, default=list)  # type: ignore[assignment]

    def validate_fields(self, fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
        names = [field["name"] for field in fields]
        if len(set(names)) != len(names) or len(names) > 60:
            raise serializers.ValidationError("At most 60 fields, each with a name of its own.")
        return [dict(field) for field in fields]


class TemplateSerializer(serializers.Serializer):
    """One version of a template. It never changes; the same name again is the next version."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    version = serializers.IntegerField()
    kind = serializers.ChoiceField(Template.Kind.choices)
    body = serializers.CharField()
    fields = FieldSerializer(many=True)  # type: ignore[assignment]
    variables = serializers.ListField(child=serializers.CharField())
    created_at = Moment()


class NewTable(serializers.Serializer):
    """A table as CSV text, the template it fills, and the terms of each task."""

    template = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    title = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=20_000, default="", allow_blank=True)
    csv = serializers.CharField(trim_whitespace=False, help_text="With names of columns on top.")
    mapping = serializers.DictField(
        child=serializers.CharField(max_length=80),
        required=False,
        help_text="Variable → column; guessed from the names when left out.",
    )
    leave = serializers.ListField(
        child=serializers.CharField(max_length=80),
        default=list,
        max_length=200,
        help_text="Variables that stand as they are.",
    )
    pay_cents = Cents()
    estimate_seconds = serializers.IntegerField(min_value=1, max_value=86_400)
    redundancy = serializers.IntegerField(min_value=1, max_value=100, default=1)
    most_per_worker = serializers.IntegerField(
        min_value=1,
        max_value=10_000,
        default=None,
        allow_null=True,
        help_text="How many rows one person may do; null: as many as they like.",
    )
    closes_at = Moment()
    deadline_at = Moment()
    skills = Skills(default=list)
    proofs = Proofs(default=list)
    provided = Provided()
    accepts_low_pay = serializers.BooleanField(
        default=False, help_text="Yes, below the wage floor, where the market asks for a yes."
    )


class TableSerializer(serializers.Serializer):
    """A batch from a table, and how far it has come."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    state = serializers.ChoiceField(Upload.State.choices)
    template = serializers.IntegerField(source="template_id")
    mapping = serializers.DictField(child=serializers.CharField())
    row_count = serializers.IntegerField()
    gold_count = serializers.IntegerField()
    redundancy = serializers.IntegerField()
    most_per_worker = serializers.IntegerField(allow_null=True)
    slot_count = serializers.IntegerField()
    pay_cents = Cents(read_only=True, allow_null=True)
    batch = serializers.IntegerField(
        source="batch_id", allow_null=True, help_text="The batch to claim from, once it is posted."
    )
    created_at = Moment()
    published_at = Moment(allow_null=True)
    posted_at = Moment(allow_null=True)


class TableProgressSerializer(serializers.Serializer):
    """In rows while it is being posted, in slots afterwards."""

    written = serializers.IntegerField()
    total = serializers.IntegerField()
    free = serializers.IntegerField()
    in_hand = serializers.IntegerField()
    submitted = serializers.IntegerField()
    settled = serializers.IntegerField()
    dropped = serializers.IntegerField()


class OneTableSerializer(TableSerializer):
    progress = TableProgressSerializer()


class RowSerializer(serializers.Serializer):
    """What a worker is shown for one assignment: its row, and the template to put it in."""

    assignment = serializers.IntegerField()
    values = serializers.DictField(child=serializers.CharField())
    mapping = serializers.DictField(child=serializers.CharField())
    template = TemplateSerializer()


@extend_schema_field(OpenApiTypes.OBJECT)
class NamedAnswers(serializers.DictField):
    """Names and texts; a list of texts where a name has several."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        answers: dict[str, Any] = super().to_internal_value(data)
        pairs = [
            [name, part]
            for name, value in answers.items()
            for part in (value if isinstance(value, list) else [value])
        ]
        try:
            rules.gathered(pairs)
        except rules.AnswersAreBad:
            raise serializers.ValidationError("Names with texts or lists of texts, below 64 KB.")
        return answers


class NewAnswers(serializers.Serializer):
    answers = NamedAnswers()


class Templates(Door):
    pagination_class = ByPosition
    filter_backends = []

    @document("List one's own templates", gives=TemplateSerializer(many=True), refuses=[403])
    def get(self, request: Request) -> Response:
        return self.list_of(client_of(request).templates.all(), TemplateSerializer)

    @document(
        "Keep a template",
        takes=NewTemplate,
        gives=TemplateSerializer,
        status=201,
        refuses=[403, 409, 413, 422],
        parameters=[KEY],
        description="As the next version of its name; the same again gives the version there is.",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        client = client_of(request)
        told = read(NewTemplate, request)
        kept = actions.keep_template(client=client, now=timezone.now(), **told)
        return Response(show(TemplateSerializer, kept), status=201)


class Tables(Door):
    pagination_class = ByPosition
    filter_backends = []

    @document("List one's own tables", gives=TableSerializer(many=True), refuses=[403])
    def get(self, request: Request) -> Response:
        return self.list_of(queries.uploads_of(client_of(request)).order_by(), TableSerializer)

    @document(
        "Publish a table",
        takes=NewTable,
        gives=TableSerializer,
        status=202,
        refuses=[403, 409, 413, 422],
        parameters=[KEY],
        description="At most 100,000 rows and 5 MB. Every row of it, or none: a bad line is named "
        "under `csv`. The escrow is held now; the tasks follow, see `state` and `progress`.",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        client, now = client_of(request), timezone.now()
        told = read(NewTable, request)
        must_be_known(told["proofs"])
        template = client.templates.get(pk=told.pop("template"))
        upload = publish_table(client, template, told, person(request), now)
        return Response(show(TableSerializer, upload), status=202)


@transaction.atomic
def publish_table(
    client: Any, template: Template, told: dict[str, Any], by: Any, now: Any
) -> Upload:
    content, leave = told.pop("csv").encode(), frozenset(told.pop("leave"))
    accepts_low_pay = told.pop("accepts_low_pay")
    try:
        upload = actions.keep_table(
            client=client,
            template=template,
            title=told["title"],
            content=content,
            now=now,
            most_rows=MOST_ROWS,
        )
    except actions.TableHasProblems as refusal:
        raise ValidationError({"csv": list(refusal.sentences)})
    told.setdefault("mapping", upload.mapping)
    actions.set_terms(upload_id=upload.pk, by=client, **told)
    return actions.publish(
        upload_id=upload.pk, by=by, now=now, leave=leave, accepts_low_pay=accepts_low_pay
    )


class OneTable(Door):
    @document("Read a table", gives=OneTableSerializer, refuses=[403])
    def get(self, request: Request, table_id: int) -> Response:
        upload = queries.uploads_of(client_of(request)).get(pk=table_id)
        upload.progress = queries.progress_of(upload)  # type: ignore[attr-defined]
        return Response(show(OneTableSerializer, upload))


class Results(Door):
    @document(
        "Read the results of a table",
        gives=OpenApiTypes.OBJECT,
        refuses=[403],
        description="Streamed: `{batch, results: [...]}` under the column names of MTurk's results "
        "file, with `input`, `answer` and `gold`. `?as=csv` gives that file.",
    )
    def get(self, request: Request, table_id: int) -> Any:
        upload = queries.uploads_of(client_of(request)).get(pk=table_id)
        if request.query_params.get("as") == "csv":
            return StreamingHttpResponse(csv_lines(upload), content_type="text/csv; charset=utf-8")
        return StreamingHttpResponse(json_parts(upload), content_type="application/json")


class RowOfAssignment(Door):
    @document(
        "Read the row of an assignment",
        gives=RowSerializer,
        refuses=[403],
        description="Only for work in your hands that comes from a table. Known answers are never "
        "in it.",
    )
    def get(self, request: Request, assignment_id: int) -> Response:
        held = worker_of(request).assignments.get(pk=assignment_id)
        row = queries.row_of_task(held.task_id)
        if row is None:
            raise Template.DoesNotExist
        told = {"assignment": held.pk, "values": row.values, "mapping": row.upload.mapping}
        return Response(show(RowSerializer, {**told, "template": row.upload.template}))


class HandInAnswers(Door):
    @document(
        "Hand in answers",
        takes=NewAnswers,
        gives=HandedIn,
        status=201,
        refuses=[403, 409, 422],
        parameters=[KEY],
    )
    @idempotent
    def post(self, request: Request, assignment_id: int) -> Response:
        worker = worker_of(request)
        submission = actions.submit_answers(
            assignment_id=assignment_id,
            by=worker,
            answers=read(NewAnswers, request)["answers"],
            now=timezone.now(),
        )
        return Response(HandedIn(submission).data, status=201)
