"""Entries: handing in work for a contest, changing one's own, reading them when it has closed."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from allocation import actions
from allocation.models import Entry
from api.bids import is_client_of
from api.doors import KEY, Door, document, read, show
from api.fields import Moment, Named
from api.idempotency import idempotent
from api.pages import ByPosition
from api.people import worker_of, worker_or_none
from api.tasks import is_bidding, tasks_for
from tasks.models import Task


class NewContestEntry(serializers.Serializer):
    content = serializers.CharField(max_length=100_000, help_text="Text or links.")


class ContestEntrySerializer(serializers.Serializer):
    """Work that was handed in for a contest. A changed entry keeps its place in the order."""

    id = serializers.IntegerField()
    task = serializers.IntegerField(source="task_id")
    worker = Named()
    content = serializers.CharField()
    received_at = Moment()
    revised_at = Moment(allow_null=True)


class PagesOfEntries(ByPosition):
    """With each page: how many entries there are, also for who may not read them yet."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        page = super().get_paginated_response_schema(schema)
        page["required"] += ["is_closed", "count"]
        page["properties"] |= {"is_closed": {"type": "boolean"}, "count": {"type": "integer"}}
        return page


class TaskEntries(Door):
    pagination_class = PagesOfEntries
    page_order = ("received_at", "id")
    filter_backends = []
    queryset = Entry.objects.none()

    @document(
        "See the entries of a contest",
        gives=ContestEntrySerializer(many=True),
        description="Before closing a worker reads their own entry and everybody else only how "
        "many there are; then the client reads them all, in the order of arrival.",
    )
    def get(self, request: Request, task_id: int) -> Response:
        task = tasks_for(request).get(pk=task_id)
        page = self.list_of(visible_entries(task, request), ContestEntrySerializer)
        told = {"is_closed": not is_bidding(task), "count": task.entries.count()}
        return Response(told | page.data)

    @document(
        "Enter a contest",
        takes=NewContestEntry,
        gives=ContestEntrySerializer,
        status=201,
        refuses=[403, 409, 422],
        parameters=[KEY],
        description="A second entry for the same contest replaces the first and keeps its place.",
    )
    @idempotent
    def post(self, request: Request, task_id: int) -> Response:
        worker = worker_of(request)
        given = read(NewContestEntry, request)
        entry = actions.enter_contest(task_id=task_id, by=worker, now=timezone.now(), **given)
        return Response(show(ContestEntrySerializer, entry), status=201)


def visible_entries(task: Task, request: Request) -> QuerySet[Entry]:
    entries = task.entries.select_related("worker")
    if is_client_of(task, request) and not is_bidding(task):
        return entries
    return entries.filter(worker=worker_or_none(request.user))


class Entries(Door):
    pagination_class = ByPosition
    filter_backends = []
    queryset = Entry.objects.none()

    @document("List one's own entries", gives=ContestEntrySerializer(many=True), refuses=[403])
    def get(self, request: Request) -> Response:
        mine = worker_of(request).entries.select_related("worker")
        return self.list_of(mine, ContestEntrySerializer)
