"""A worker's own work statuses, and under which they work."""

from __future__ import annotations

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import KEY, Door, document, read, show
from api.idempotency import idempotent
from api.people import worker_of
from statuses import actions
from statuses.models import WORDS, HeldStatus
from statuses.queries import Standing, standings_of
from statuses.rules import STATUSES
from workers.models import Worker

CHOICES = [(slug, slug) for slug in STATUSES]


class LimitSerializer(serializers.Serializer):
    """The hours a year that the law allows, as a dated fact. Not legal advice."""

    hours = serializers.IntegerField()
    valid_from = serializers.DateField()
    source = serializers.CharField()  # type: ignore[assignment]
    grade = serializers.CharField()
    as_of = serializers.DateField()


class HeldStatusSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="held.pk")
    status = serializers.ChoiceField(CHOICES, source="held.status")
    from_day = serializers.DateField(source="held.from_day")
    to_day = serializers.DateField(source="held.to_day", allow_null=True)
    is_chosen = serializers.BooleanField(help_text="The next work is recorded under this one.")
    limit = LimitSerializer(allow_null=True)
    used_seconds = serializers.SerializerMethodField(
        help_text="Of this year, where there is a limit."
    )

    def get_used_seconds(self, standing: Standing) -> int | None:
        return standing.used.used_seconds if standing.used else None


class NewStatus(serializers.Serializer):
    status = serializers.ChoiceField(list(WORDS))
    from_day = serializers.DateField()
    to_day = serializers.DateField(allow_null=True, default=None)


class Chosen(serializers.Serializer):
    status = serializers.ChoiceField(["", *WORDS], allow_blank=True, help_text="Empty: under none.")


def statuses_of(worker: Worker) -> list[dict[str, object]]:
    worker.refresh_from_db()
    return [show(HeldStatusSerializer, one) for one in standings_of(worker, timezone.now())]


class Statuses(Door):
    @document("List one's own statuses", gives=HeldStatusSerializer(many=True), refuses=[403])
    def get(self, request: Request) -> Response:
        return Response(statuses_of(worker_of(request)))

    @document(
        "Add a status",
        takes=NewStatus,
        gives=HeldStatusSerializer(many=True),
        status=201,
        refuses=[403, 409, 422],
        parameters=[KEY],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        worker = worker_of(request)
        actions.hold_status(worker=worker, now=timezone.now(), **read(NewStatus, request))
        return Response(statuses_of(worker), status=201)


class ChooseStatus(Door):
    @document(
        "Choose the status to work under",
        takes=Chosen,
        gives=HeldStatusSerializer(many=True),
        refuses=[403, 409, 422],
        parameters=[KEY],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        worker = worker_of(request)
        actions.work_as(worker=worker, now=timezone.now(), **read(Chosen, request))
        return Response(statuses_of(worker))


class EndStatus(Door):
    @document(
        "End a status",
        gives=HeldStatusSerializer(many=True),
        refuses=[403, 422],
        parameters=[KEY],
        description="Today is its last day, and it is not worked under any more.",
    )
    @idempotent
    def post(self, request: Request, held_id: int) -> Response:
        worker = worker_of(request)
        held = HeldStatus.objects.get(pk=held_id, worker=worker)
        actions.end_status(held_id=held.pk, by=worker, now=timezone.now())
        return Response(statuses_of(worker))
