"""Assignments: work in hand, handing it in, giving it back, and the client's verdict."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from api.doors import KEY, Door, document, read, show
from api.fields import Cents, Moment, Named
from api.idempotency import idempotent
from api.pages import ByPosition
from api.people import person, worker_of
from disputes import actions as disputes
from shifts import actions as shifts
from tasks import actions
from tasks.models import Assignment, Review
from tasks.queries import assignments_with_work, either_side


class ReviewSerializer(serializers.Serializer):
    """A verdict. `by` is empty where the client let the time run out, which approves."""

    verdict = serializers.ChoiceField(Review.Verdict.choices)
    reason_code = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)
    by = serializers.CharField(source="by.name", allow_null=True, default=None)
    at = Moment()


class SubmissionSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    content = serializers.CharField()
    submitted_at = Moment()
    review = ReviewSerializer(allow_null=True, default=None)


class AssignmentSerializer(serializers.Serializer):
    """One worker's hold on one slot of a task, with what was handed in, newest first."""

    id = serializers.IntegerField()
    task = serializers.IntegerField(source="task_id")
    title = serializers.CharField(source="task.title")
    worker = Named()
    pay_cents = Cents(read_only=True)
    state = serializers.ChoiceField(Assignment.State.choices)
    started_at = Moment()
    due_at = Moment()
    submitted_at = Moment(allow_null=True)
    settled_at = Moment(allow_null=True)
    submissions = SubmissionSerializer(many=True)


class Work(serializers.Serializer):
    content = serializers.CharField(max_length=100_000, trim_whitespace=False, allow_blank=True)


class HandedIn(serializers.Serializer):
    """What was handed in just now. Read the assignment for everything else."""

    assignment = serializers.IntegerField(source="assignment_id")
    number = serializers.IntegerField()
    submitted_at = Moment()


class Remark(serializers.Serializer):
    text = serializers.CharField(max_length=5000, default="", allow_blank=True)


class Refused(serializers.Serializer):
    reason_code = serializers.ChoiceField(Review.Reason.choices)
    text = serializers.CharField(max_length=5000, help_text="Something the worker can answer.")


class BonusSerializer(serializers.Serializer):
    amount_cents = Cents(max_value=1_000_000)
    text = serializers.CharField(max_length=500, help_text="What it is for.")


class Many(serializers.Serializer):
    assignments = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        min_length=1,
        max_length=200,
    )


class ManyApproved(serializers.Serializer):
    approved = serializers.IntegerField(help_text="How many were approved and paid just now.")


class AssignmentFilter(filters.FilterSet):  # type: ignore[misc]
    state = filters.ChoiceFilter(choices=Assignment.State.choices)
    role = filters.ChoiceFilter(
        choices=[("worker", "worker"), ("client", "client")],
        method="seen_as",
        label="`worker`: my work; `client`: work on my tasks.",
    )
    task = filters.NumberFilter("task_id", min_value=1, max_value=2**63 - 1)

    def seen_as(self, rows: QuerySet[Assignment], _name: str, role: str) -> QuerySet[Assignment]:
        user = self.request.user
        return (
            rows.filter(worker__user=user)
            if role == "worker"
            else rows.filter(task__client__user=user)
        )


def assignments_for(user: User) -> QuerySet[Assignment]:
    """The assignments that are this person's, as the worker or as the client."""
    return assignments_with_work().filter(either_side(user))


class Assignments(Door):
    pagination_class = ByPosition
    filterset_class = AssignmentFilter
    queryset = Assignment.objects.none()

    @document("List one's own assignments", gives=AssignmentSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.list_of(assignments_for(person(request)), AssignmentSerializer)


class OneAssignment(Door):
    @document("Read an assignment", gives=AssignmentSerializer)
    def get(self, request: Request, assignment_id: int) -> Response:
        return answer(request, assignment_id)


def answer(request: Request, assignment_id: int) -> Response:
    shown = assignments_for(person(request)).get(pk=assignment_id)
    return Response(show(AssignmentSerializer, shown))


class SubmitWork(Door):
    @document(
        "Hand in work",
        takes=Work,
        gives=HandedIn,
        status=201,
        refuses=[403, 409, 422],
        parameters=[KEY],
    )
    @idempotent
    def post(self, request: Request, assignment_id: int) -> Response:
        worker = worker_of(request)
        submission = shifts.submit_work(
            assignment_id=assignment_id,
            by=worker,
            content=read(Work, request)["content"],
            now=timezone.now(),
        )
        return Response(HandedIn(submission).data, status=201)


class ReturnAssignment(Door):
    @document(
        "Return an assignment",
        gives=AssignmentSerializer,
        refuses=[403, 409, 422],
        parameters=[KEY],
        description="Give the slot back, without penalty.",
    )
    @idempotent
    def post(self, request: Request, assignment_id: int) -> Response:
        worker = worker_of(request)
        shifts.give_back(assignment_id=assignment_id, by=worker, now=timezone.now())
        return answer(request, assignment_id)


class Approve(Door):
    @document(
        "Approve work",
        takes=Remark,
        gives=AssignmentSerializer,
        refuses=[409, 422],
        parameters=[KEY],
        description="Accept the newest submission and pay it from escrow.",
    )
    @idempotent
    def post(self, request: Request, assignment_id: int) -> Response:
        return verdict(request, assignment_id, actions.approve, Remark)


class AskForRework(Door):
    @document(
        "Ask for rework",
        takes=Remark,
        gives=AssignmentSerializer,
        refuses=[409, 422],
        parameters=[KEY],
    )
    @idempotent
    def post(self, request: Request, assignment_id: int) -> Response:
        return verdict(request, assignment_id, actions.ask_for_rework, Remark)


class Reject(Door):
    @document(
        "Reject work",
        takes=Refused,
        gives=AssignmentSerializer,
        refuses=[409, 422],
        parameters=[KEY],
        description="Needs a reason. What it would have cost stays in escrow for 14 days, in which "
        "the worker may dispute it. Beyond a tenth of a batch the rejection is held: the assignment "
        "stays `submitted` and stands in /held-rejections until an operator has decided.",
    )
    @idempotent
    def post(self, request: Request, assignment_id: int) -> Response:
        return verdict(request, assignment_id, disputes.reject, Refused)


class GiveBonus(Door):
    @document(
        "Give a bonus",
        takes=BonusSerializer,
        gives=AssignmentSerializer,
        refuses=[409, 422],
        parameters=[KEY],
        description="Pay the worker extra from your wallet, for work that was handed in. Without a "
        "fee. Send an Idempotency-Key: without one, each request pays again.",
    )
    @idempotent
    def post(self, request: Request, assignment_id: int) -> Response:
        key = request.headers.get("Idempotency-Key") or uuid4().hex
        actions.give_bonus(
            assignment_id=assignment_id,
            by=person(request),
            key=f"api:{key}",
            now=timezone.now(),
            **read(BonusSerializer, request),
        )
        return answer(request, assignment_id)


class ApproveMany(Door):
    @document(
        "Approve many at once",
        takes=Many,
        gives=ManyApproved,
        refuses=[422],
        parameters=[KEY],
        description="Approve and pay those of these assignments that are on your tasks and still "
        "wait for a verdict: all of them in one transaction.",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        ids = read(Many, request)["assignments"]
        count = actions.approve_many(assignment_ids=ids, by=person(request), now=timezone.now())
        return Response({"approved": count})


def verdict(
    request: Request, assignment_id: int, say: Any, words: type[serializers.Serializer]
) -> Response:
    given = read(words, request)
    say(assignment_id=assignment_id, by=person(request), now=timezone.now(), **given)
    return answer(request, assignment_id)
