"""The three wages and the diary of the worker who asks."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import KEY, Door, document, read, show
from api.idempotency import idempotent
from api.pages import ByPosition
from api.people import worker_of
from wages import actions, queries
from wages.models import TimeEntry

BY_HAND = ["transport", "equipment", "training", "insurance", "working", "other"]


class WagesSerializer(serializers.Serializer):
    """Cents per hour in three ways; null means that there is no data, never zero."""

    per_paid_hour = serializers.IntegerField(allow_null=True)
    per_hour = serializers.IntegerField(allow_null=True)
    net_per_hour = serializers.IntegerField(allow_null=True)
    money_cents = serializers.IntegerField()
    paid_seconds = serializers.IntegerField()
    unpaid_seconds = serializers.IntegerField()
    cost_cents = serializers.IntegerField()
    left_out = serializers.IntegerField(help_text="Paid work of unknown length, in no wage.")


class WeekSerializer(serializers.Serializer):
    week = serializers.DateField(help_text="Its Monday.")
    wages = WagesSerializer()


class MyWagesSerializer(serializers.Serializer):
    last_30_days = WagesSerializer()
    weeks = WeekSerializer(many=True)


class EntrySerializer(serializers.Serializer):
    """A line of the diary. Nobody but its worker can read it."""

    id = serializers.IntegerField(read_only=True)
    kind = serializers.ChoiceField(TimeEntry.Kind.choices)
    day = serializers.DateField()
    seconds = serializers.IntegerField()
    cost_cents = serializers.IntegerField()
    assignment = serializers.IntegerField(source="assignment_id", allow_null=True)
    note = serializers.CharField()
    is_automatic = serializers.BooleanField(read_only=True)


class NewEntry(serializers.Serializer):
    kind = serializers.ChoiceField(BY_HAND)
    day = serializers.DateField()
    seconds = serializers.IntegerField(min_value=0, max_value=86_400, default=0)
    cost_cents = serializers.IntegerField(min_value=0, max_value=100_000_000, default=0)
    assignment = serializers.IntegerField(
        min_value=1, max_value=2**63 - 1, allow_null=True, default=None
    )
    note = serializers.CharField(max_length=120, default="", allow_blank=True)


class MyWages(Door):
    @document("Read one's three wages", gives=MyWagesSerializer, refuses=[403])
    def get(self, request: Request) -> Response:
        worker, now = worker_of(request), timezone.now()
        weeks = queries.wages_by_week(worker, now, weeks=12)
        answer: dict[str, Any] = {
            "last_30_days": queries.wages_since(worker, now, days=30),
            "weeks": [{"week": monday, "wages": wages} for monday, wages in weeks],
        }
        return Response(show(MyWagesSerializer, answer))


class MyTime(Door):
    pagination_class = ByPosition
    page_order = ("-day", "-id")
    filter_backends = []

    @document("List one's own diary", gives=EntrySerializer(many=True), refuses=[403])
    def get(self, request: Request) -> Response:
        return self.list_of(queries.diary_of(worker_of(request)), EntrySerializer)

    @document(
        "Write time or costs down",
        takes=NewEntry,
        gives=EntrySerializer,
        status=201,
        refuses=[403, 409, 422],
        parameters=[KEY],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        given = read(NewEntry, request)
        entry = actions.write_entry(
            by=worker_of(request),
            assignment_id=given.pop("assignment"),
            now=timezone.now(),
            **given,
        )
        return Response(show(EntrySerializer, entry), status=201)


class OneEntry(Door):
    @document("Delete a line of one's diary", gives=EntrySerializer, refuses=[403])
    def delete(self, request: Request, entry_id: int) -> Response:
        worker = worker_of(request)
        entry = worker.time_entries.get(pk=entry_id)
        answer = Response(show(EntrySerializer, entry))
        actions.delete_entry(entry_id=entry_id, by=worker)
        return answer
