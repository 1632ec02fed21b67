"""Batches: many tasks posted together, and claiming the next one of them."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response

from allocation.actions import claim_next, post_batch
from api.claims import ClaimSerializer, claim_answer
from api.doors import KEY, Door, document, read, show
from api.fields import Moment, Named, must_be_known
from api.idempotency import idempotent
from api.pages import ByPosition
from api.people import client_of, worker_of
from api.tasks import NewTaskAtOnceSerializer, new_task
from tasks.actions import NewTask
from tasks.models import Batch

MOST_TASKS = 10_000


class NewBatch(serializers.Serializer):
    title = serializers.CharField(max_length=120)
    tasks = serializers.ListField(
        child=NewTaskAtOnceSerializer(), min_length=1, max_length=MOST_TASKS
    )
    most_per_worker = serializers.IntegerField(
        min_value=1,
        max_value=MOST_TASKS,
        default=None,
        allow_null=True,
        help_text="How many of the tasks one person may have.",
    )
    accepts_low_pay = serializers.BooleanField(
        default=False, help_text="Said once for all tasks; what a single task says is not read."
    )


class BatchSerializer(serializers.Serializer):
    """Tasks posted together on one escrow account."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    client = Named()
    task_count = serializers.IntegerField()
    most_per_worker = serializers.IntegerField(
        allow_null=True, help_text="How many of the tasks one person may have; null: all."
    )
    open_count = serializers.IntegerField(help_text="How many of the tasks are still open.")
    created_at = Moment()


def with_open_count(batches: QuerySet[Batch]) -> QuerySet[Batch]:
    still_open = Count("tasks", filter=Q(tasks__state="open"))
    return batches.select_related("client").annotate(open_count=still_open)


class Batches(Door):
    pagination_class = ByPosition
    filter_backends = []

    @document("List one's own batches", gives=BatchSerializer(many=True), refuses=[403])
    def get(self, request: Request) -> Response:
        return self.list_of(with_open_count(client_of(request).batches.all()), BatchSerializer)

    @document(
        "Post a batch",
        takes=NewBatch,
        gives=BatchSerializer,
        status=201,
        refuses=[403, 409, 413, 422],
        parameters=[KEY],
        description="All of the tasks, at most 10,000, or none.",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        client = client_of(request)
        given = read(NewBatch, request)
        must_be_known(slug for task in given["tasks"] for slug in task["proofs"])
        news = [NewTask(**new_task(task)) for task in given["tasks"]]
        batch = post_batch(
            client=client,
            title=given["title"],
            news=news,
            most_per_worker=given["most_per_worker"],
            accepts_low_pay=given["accepts_low_pay"],
            now=timezone.now(),
        )
        batch.open_count = batch.task_count  # type: ignore[attr-defined]
        return Response(show(BatchSerializer, batch), status=201)


class OneBatch(Door):
    permission_classes = [IsAuthenticatedOrReadOnly]

    @document("Read a batch", gives=BatchSerializer)
    def get(self, request: Request, batch_id: int) -> Response:
        return Response(
            show(BatchSerializer, with_open_count(Batch.objects.all()).get(pk=batch_id))
        )


class ClaimInBatch(Door):
    @document(
        "Claim some task of a batch",
        gives=ClaimSerializer,
        status=201,
        refuses=[403, 409, 422],
        parameters=[KEY],
        description="Any open task of the batch that you never had.",
    )
    @idempotent
    def post(self, request: Request, batch_id: int) -> Response:
        worker = worker_of(request)
        claim = claim_next(batch_id=batch_id, by=worker, now=timezone.now())
        return Response(claim_answer(claim), status=201)
