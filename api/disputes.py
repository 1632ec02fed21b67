"""Disagreeing: disputes about rejected work, human reviews of decisions, problems with tasks."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from allocation.models import Allocation
from api.doors import KEY, Door, document, read, show
from api.fields import Moment
from api.idempotency import idempotent
from api.pages import ByPosition
from api.people import person, worker_of
from disputes import actions, queries
from disputes.models import Dispute, HeldRejection, HumanReview, ProblemTicket, Verdict


class Words(serializers.Serializer):
    text = serializers.CharField(max_length=5000)


class QuestionSerializer(serializers.Serializer):
    """What somebody asked a person, by when it is answered, and the answer."""

    id = serializers.IntegerField()
    text = serializers.CharField()
    asked_at = Moment()
    due_at = Moment()
    reason = serializers.CharField(allow_blank=True, help_text="The deciding person's own reason.")
    decided_by = serializers.CharField(source="decided_by.name", allow_null=True, default=None)
    decided_at = Moment(allow_null=True)


class StatementSerializer(serializers.Serializer):
    by = serializers.SerializerMethodField()
    text = serializers.CharField()
    at = Moment()

    def get_by(self, said: Any) -> str:
        return "client" if said.is_client else "worker"


class DisputeSerializer(QuestionSerializer):
    assignment = serializers.IntegerField(source="assignment_id")
    answer_due_at = Moment()
    outcome = serializers.ChoiceField(Verdict.choices, allow_blank=True)
    statements = StatementSerializer(many=True)


class HeldRejectionSerializer(QuestionSerializer):
    assignment = serializers.IntegerField(source="submission.assignment_id")
    reason_code = serializers.CharField()
    outcome = serializers.ChoiceField(HeldRejection.Outcome.choices, allow_blank=True)


class HumanReviewSerializer(QuestionSerializer):
    allocation = serializers.IntegerField(source="allocation_id")
    outcome = serializers.ChoiceField(Verdict.choices, allow_blank=True)


class TicketSerializer(QuestionSerializer):
    task = serializers.IntegerField(source="task_id")
    escalated_at = Moment(allow_null=True)
    outcome = serializers.ChoiceField(ProblemTicket.Outcome.choices, allow_blank=True)


class AnswerSerializer(serializers.Serializer):
    outcome = serializers.ChoiceField(ProblemTicket.Outcome.choices)
    reason = serializers.CharField(max_length=5000)


def disputes_for(user: User) -> Any:
    return queries.disputes_of(user).prefetch_related("statements")


class OpenDispute(Door):
    @document(
        "Dispute a rejection",
        takes=Words,
        gives=DisputeSerializer,
        status=201,
        refuses=[403, 409, 422],
        parameters=[KEY],
        description="The worker says that a rejection is wrong. Its pay stays in escrow until an "
        "operator, who is neither side, has decided.",
    )
    @idempotent
    def post(self, request: Request, assignment_id: int) -> Response:
        worker = worker_of(request)
        dispute = actions.open_dispute(
            assignment_id=assignment_id, by=worker, now=timezone.now(), **read(Words, request)
        )
        return Response(show(DisputeSerializer, dispute), status=201)


class Disputes(Door):
    pagination_class = ByPosition
    filter_backends = []
    queryset = Dispute.objects.none()

    @document("List one's own disputes", gives=DisputeSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.list_of(disputes_for(person(request)), DisputeSerializer)


class OneDispute(Door):
    @document("Read a dispute", gives=DisputeSerializer)
    def get(self, request: Request, dispute_id: int) -> Response:
        return Response(show(DisputeSerializer, disputes_for(person(request)).get(pk=dispute_id)))


class Statements(Door):
    @document(
        "Say something in a dispute",
        takes=Words,
        gives=DisputeSerializer,
        status=201,
        refuses=[409, 422],
        parameters=[KEY],
        description="The client's answer, or something that the worker adds.",
    )
    @idempotent
    def post(self, request: Request, dispute_id: int) -> Response:
        user = person(request)
        actions.add_statement(
            dispute_id=dispute_id, by=user, now=timezone.now(), **read(Words, request)
        )
        shown = disputes_for(user).get(pk=dispute_id)
        return Response(show(DisputeSerializer, shown), status=201)


class HeldRejections(Door):
    pagination_class = ByPosition
    filter_backends = []
    queryset = HeldRejection.objects.none()

    @document(
        "List held rejections",
        gives=HeldRejectionSerializer(many=True),
        description="Rejections that wait for an operator, of one's own tasks or of one's own "
        "work. Until the operator agrees, nobody is refused pay.",
    )
    def get(self, request: Request) -> Response:
        return self.list_of(queries.held_about(person(request)), HeldRejectionSerializer)


class AskForReview(Door):
    @document(
        "Ask a person to look again",
        takes=Words,
        gives=HumanReviewSerializer,
        status=201,
        refuses=[409, 422],
        parameters=[KEY],
    )
    @idempotent
    def post(self, request: Request, allocation_id: int) -> Response:
        user = person(request)
        if not actions.is_about(Allocation.objects.get(pk=allocation_id), user):
            raise Allocation.DoesNotExist
        review = actions.ask_for_review(
            allocation_id=allocation_id, by=user, now=timezone.now(), **read(Words, request)
        )
        return Response(show(HumanReviewSerializer, review), status=201)


class HumanReviews(Door):
    pagination_class = ByPosition
    filter_backends = []
    queryset = HumanReview.objects.none()

    @document("List what one asked a person", gives=HumanReviewSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.list_of(queries.reviews_of(person(request)), HumanReviewSerializer)


class ReportProblem(Door):
    @document(
        "Report a problem with a task",
        takes=Words,
        gives=TicketSerializer,
        status=201,
        refuses=[409, 422],
        parameters=[KEY],
    )
    @idempotent
    def post(self, request: Request, task_id: int) -> Response:
        problem = actions.report_problem(
            task_id=task_id, by=person(request), now=timezone.now(), **read(Words, request)
        )
        return Response(show(TicketSerializer, problem), status=201)


class Problems(Door):
    pagination_class = ByPosition
    filter_backends = []
    queryset = ProblemTicket.objects.none()

    @document(
        "List problems",
        gives=TicketSerializer(many=True),
        description="Those that one reported, and those with one's own tasks.",
    )
    def get(self, request: Request) -> Response:
        return self.list_of(queries.problems_of(person(request)), TicketSerializer)


class AnswerProblem(Door):
    @document(
        "Answer a problem",
        takes=AnswerSerializer,
        gives=TicketSerializer,
        refuses=[409, 422],
        parameters=[KEY],
        description="The client's answer, within 48 hours; after that an operator may answer too.",
    )
    @idempotent
    def post(self, request: Request, problem_id: int) -> Response:
        user = person(request)
        mine = ProblemTicket.objects.filter(task__client__user=user)
        found = mine.get(pk=problem_id)
        problem = actions.answer_problem(
            problem_id=found.pk, by=user, now=timezone.now(), **read(AnswerSerializer, request)
        )
        return Response(show(TicketSerializer, problem))
