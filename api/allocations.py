"""Allocations: who got the work and why, as far as the reader may know."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from allocation.engine.contract import Outcome
from allocation.models import Allocation
from allocation.queries.dossiers import shown_case
from allocation.queries.explaining import rank_told
from api.doors import Door, document, show
from api.fields import Moment
from api.pages import ByPosition
from api.people import client_or_none, person, worker_or_none
from workers.models import Worker

OUTCOMES = [(outcome.value, outcome.value) for outcome in Outcome]


class RankedSerializer(serializers.Serializer):
    """One candidate's place. No features and no gates: those are the worker's own business."""

    worker = serializers.IntegerField()
    name = serializers.CharField()
    rank = serializers.IntegerField(allow_null=True)
    outcome = serializers.ChoiceField(OUTCOMES)
    score = serializers.FloatField(allow_null=True)


class AllocationSerializer(serializers.Serializer):
    """A decision. The client sees the whole ranking, a worker the own row and the counts.

    `case` and `decision`, complete enough to replay, are for operators.
    """

    id = serializers.IntegerField()
    task = serializers.IntegerField()
    mechanism = serializers.CharField()
    version = serializers.IntegerField()
    trigger = serializers.ChoiceField(Allocation.Trigger.choices)
    decided_at = Moment()
    latency_ms = serializers.FloatField()
    candidate_count = serializers.IntegerField()
    awarded_count = serializers.IntegerField()
    digest = serializers.CharField()
    ranking = RankedSerializer(many=True)
    case = serializers.DictField(required=False)
    decision = serializers.DictField(required=False)


class AllocationFilter(filters.FilterSet):  # type: ignore[misc]
    task = filters.NumberFilter("task_id", min_value=1, max_value=2**63 - 1)


def allocations_for(user: User) -> QuerySet[Allocation]:
    """Decisions about one's own tasks, and those in which one was a candidate."""
    found = Allocation.objects.select_related("task", "version")
    if user.is_staff:
        return found
    mine = Q(task__client__user=user)
    worker = worker_or_none(user)
    if worker is not None:
        mine |= Q(pk__in=Allocation.objects.with_candidate(worker).values("pk"))
    return found.filter(mine)


def shown_to(user: User, allocation: Allocation) -> dict[str, Any]:
    ranking = allocation.decision.get("ranking", [])
    if not sees_everybody(user, allocation):
        worker = worker_or_none(user)
        ranking = [row for row in ranking if worker and row["worker"] == worker.pk]
    slug, case = allocation.version.mechanism, allocation.case
    ranking = [row | {"rank": rank_told(slug, case, row)} for row in ranking]
    shown: dict[str, Any] = {
        "id": allocation.pk,
        "task": allocation.task_id,
        "mechanism": slug,
        "version": allocation.version.number,
        "trigger": allocation.trigger,
        "decided_at": allocation.decided_at,
        "latency_ms": allocation.latency_ms,
        "candidate_count": allocation.candidate_count,
        "awarded_count": allocation.awarded_count,
        "digest": allocation.digest,
        "ranking": ranking,
    }
    if user.is_staff:
        shown |= {"case": shown_case(allocation), "decision": allocation.decision}
    return shown


def sees_everybody(user: User, allocation: Allocation) -> bool:
    client = client_or_none(user)
    return user.is_staff or (client is not None and client.pk == allocation.task.client_id)


def with_names(shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Write names beside numbers, for all rows with one query."""
    ids = {row["worker"] for one in shown for row in one["ranking"]}
    names = dict(Worker.objects.filter(pk__in=ids).values_list("pk", "name"))
    for one in shown:
        one["ranking"] = [
            {"score": None, **row, "name": names.get(row["worker"], "")} for row in one["ranking"]
        ]
    return shown


class Allocations(Door):
    pagination_class = ByPosition
    filterset_class = AllocationFilter
    queryset = Allocation.objects.none()

    @document(
        "List decisions",
        gives=AllocationSerializer(many=True),
        description="Those about one's own tasks, and those in which one was a candidate.",
    )
    def get(self, request: Request) -> Response:
        user = person(request)
        page = self.paginate_queryset(self.filter_queryset(allocations_for(user)))
        shown = with_names([shown_to(user, allocation) for allocation in page or []])
        return self.get_paginated_response(AllocationSerializer(shown, many=True).data)


class OneAllocation(Door):
    @document("Read a decision", gives=AllocationSerializer)
    def get(self, request: Request, allocation_id: int) -> Response:
        user = person(request)
        allocation = allocations_for(user).get(pk=allocation_id)
        return Response(show(AllocationSerializer, with_names([shown_to(user, allocation)])[0]))
