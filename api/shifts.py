"""Shifts, their reserve lists, who was not there, and hours to book."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.utils import timezone
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import KEY, Door, document, read, show
from api.fields import Cents, Moment, Named, must_be_known
from api.idempotency import idempotent
from api.pages import ByPosition
from api.people import client_of, person, worker_of
from api.tasks import NewTaskAtOnceSerializer, TaskSerializer, new_task, tasks_for
from shifts import actions, queries
from shifts.actions import ShiftTerms
from shifts.models import NoShow, Shift
from shifts.rules import Step
from tasks.actions import NewTask

HOURS = "starts_at ends_at break_minutes minimum_paid_minutes notice_hours time_zone".split()


class StepSerializer(serializers.Serializer):
    """Called off less than so many hours before the start, so many per cent of the pay are owed."""

    hours = serializers.IntegerField(min_value=1, max_value=720)
    percent = serializers.IntegerField(min_value=0, max_value=100)


class NewShift(NewTaskAtOnceSerializer):
    """A task with hours. Its pay is per slot for the whole shift; estimate and deadline follow."""

    estimate_seconds = closes_at = deadline_at = kind = None  # type: ignore[assignment]
    starts_at = Moment()
    ends_at = Moment()
    break_minutes = serializers.IntegerField(min_value=0, max_value=1440, default=0)
    minimum_paid_minutes = serializers.IntegerField(min_value=0, max_value=1440, default=0)
    notice_hours = serializers.IntegerField(min_value=0, max_value=720, default=24)
    cancellation = StepSerializer(many=True, default=list)
    time_zone = serializers.CharField(max_length=40, default=settings.TIME_ZONE)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["time_zone"] not in available_timezones():
            raise serializers.ValidationError({"time_zone": ["No such time zone."]})
        if len(attrs["cancellation"]) > 10:
            raise serializers.ValidationError({"cancellation": ["At most ten steps."]})
        # What the parent compares follows from the hours.
        times = {"closes_at": attrs["starts_at"], "deadline_at": attrs["starts_at"]}
        return super().validate(attrs | times)


class ShiftSerializer(serializers.Serializer):
    """When a task is worked, and what is owed when it is called off."""

    task = TaskSerializer()
    starts_at = Moment()
    ends_at = Moment()
    break_minutes = serializers.IntegerField()
    minimum_paid_minutes = serializers.IntegerField()
    paid_seconds = serializers.IntegerField()
    notice_hours = serializers.IntegerField()
    cancellation = StepSerializer(many=True, source="steps")
    time_zone = serializers.CharField()
    reserve_count = serializers.SerializerMethodField(help_text="How many wait for a free place.")

    def get_reserve_count(self, shift: Shift) -> int:
        return queries.reserves_waiting(shift.task).count()


class NoShowSerializer(serializers.Serializer):
    assignment = serializers.IntegerField(source="assignment_id")
    side = serializers.ChoiceField(NoShow.Side.choices, help_text="Who was not there.")
    reason = serializers.CharField()
    at = Moment()
    answer = serializers.CharField()


class Said(serializers.Serializer):
    text = serializers.CharField(max_length=2000)


class HourSerializer(serializers.Serializer):
    """An hour that a worker offers."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    description = serializers.CharField()
    worker = Named()
    starts_at = Moment()
    ends_at = Moment()
    pay_cents = Cents(read_only=True)


class NewHours(serializers.Serializer):
    title = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=2000)
    starts_at = Moment()
    minutes = serializers.IntegerField(min_value=15, max_value=1440)
    pay_cents = Cents()
    weeks = serializers.IntegerField(min_value=1, max_value=26, default=1)


class LowPayIsMeant(serializers.Serializer):
    accepts_low_pay = serializers.BooleanField(default=False)


def shown(request: Request, task_id: int) -> Response:
    task = tasks_for(request).get(pk=task_id)
    shift = Shift.objects.get(task=task)
    shift.task = task
    return Response(show(ShiftSerializer, shift))


class Shifts(Door):
    @document(
        "Post a shift",
        takes=NewShift,
        gives=ShiftSerializer,
        status=201,
        refuses=[403, 409, 422],
        parameters=[KEY],
        description="A task with a start and an end. Given out until it starts.",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        client = client_of(request)
        given = new_task(low := read(NewShift, request))
        must_be_known(given["proofs"])
        steps = tuple(Step(**step) for step in given.pop("cancellation"))
        terms = ShiftTerms(steps=steps, **{name: given.pop(name) for name in HOURS})
        task = actions.post_shift(
            client=client,
            new=NewTask(estimate_seconds=1, **given),
            terms=terms,
            accepts_low_pay=low["accepts_low_pay"],
            now=timezone.now(),
        )
        answer = shown(request, task.pk)
        answer.status_code = 201
        return answer


class OneShift(Door):
    permission_classes = [IsAuthenticatedOrReadOnly]

    @document("Read a shift", gives=ShiftSerializer)
    def get(self, request: Request, task_id: int) -> Response:
        return shown(request, task_id)


class ReserveList(Door):
    @document("Join a reserve list", gives=ShiftSerializer, refuses=[403, 409])
    def post(self, request: Request, task_id: int) -> Response:
        tasks_for(request).get(pk=task_id)
        actions.join_reserve(task_id=task_id, by=worker_of(request), now=timezone.now())
        return shown(request, task_id)

    @document("Leave a reserve list", gives=ShiftSerializer, refuses=[403])
    def delete(self, request: Request, task_id: int) -> Response:
        tasks_for(request).get(pk=task_id)
        actions.leave_reserve(task_id=task_id, by=worker_of(request), now=timezone.now())
        return shown(request, task_id)


class NotThere(Door):
    @document(
        "Say that the other side was not there",
        takes=Said,
        gives=NoShowSerializer,
        status=201,
        refuses=[409, 422],
        parameters=[KEY],
        description="Of a worker: the place is given up. Of a client: the shift is handed in.",
    )
    @idempotent
    def post(self, request: Request, assignment_id: int) -> Response:
        said = actions.record_no_show(
            assignment_id=assignment_id,
            by=person(request),
            reason=read(Said, request)["text"],
            now=timezone.now(),
        )
        return Response(show(NoShowSerializer, said), status=201)


class AnswerNotThere(Door):
    @document("Answer that one was not there", takes=Said, gives=NoShowSerializer, refuses=[409])
    def post(self, request: Request, assignment_id: int) -> Response:
        said = actions.answer_no_show(
            assignment_id=assignment_id,
            by=person(request),
            answer=read(Said, request)["text"],
            now=timezone.now(),
        )
        return Response(show(NoShowSerializer, said))


class Hours(Door):
    permission_classes = [IsAuthenticatedOrReadOnly]
    pagination_class = ByPosition
    page_order = ("starts_at", "id")
    filter_backends = []

    @document("List hours to book", gives=HourSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.list_of(queries.free_hours(timezone.now(), request.user), HourSerializer)

    @document(
        "Publish hours",
        takes=NewHours,
        gives=HourSerializer(many=True),
        status=201,
        refuses=[403, 409, 422],
        parameters=[KEY],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        worker = worker_of(request)
        hours = actions.publish_hours(by=worker, now=timezone.now(), **read(NewHours, request))
        return Response(HourSerializer(hours, many=True).data, status=201)


class BookHour(Door):
    @document(
        "Book an hour",
        takes=LowPayIsMeant,
        gives=ShiftSerializer,
        status=201,
        refuses=[403, 409, 422],
        parameters=[KEY],
        description="Posts the task, holds its escrow and gives it to the worker, all at once.",
    )
    @idempotent
    def post(self, request: Request, hour_id: int) -> Response:
        task = actions.book_hour(
            hour_id=hour_id,
            by=client_of(request),
            now=timezone.now(),
            **read(LowPayIsMeant, request),
        )
        answer = shown(request, task.pk)
        answer.status_code = 201
        return answer
