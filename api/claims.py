"""Claims: a worker's "mine" on a first-come task or an entry in a draw."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from allocation import actions
from allocation.models import Claim
from api.doors import KEY, Door, document, show
from api.fields import Moment
from api.idempotency import idempotent
from api.pages import ByPosition
from api.people import worker_of
from tasks.models import Assignment


class ClaimSerializer(serializers.Serializer):
    """A claim, won or lost. A won one names the assignment it became."""

    id = serializers.IntegerField()
    task = serializers.IntegerField(source="task_id")
    received_at = Moment()
    is_won = serializers.BooleanField()
    assignment = serializers.IntegerField(source="assignment_id", allow_null=True)


def with_assignment(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """The newest assignment of the claim's worker on the claim's task."""
    became = Assignment.objects.filter(task=OuterRef("task"), worker=OuterRef("worker"))
    return claims.annotate(assignment_id=Subquery(became.order_by("-id").values("pk")[:1]))


def claim_answer(claim: Claim) -> dict[str, Any]:
    """The claim with its assignment, which one that was just won knows already."""
    known = hasattr(claim, "assignment_id")
    shown = claim if known else with_assignment(Claim.objects.all()).get(pk=claim.pk)
    return show(ClaimSerializer, shown)


class ClaimTask(Door):
    @document(
        "Claim a task",
        gives=ClaimSerializer,
        status=201,
        refuses=[403, 409, 422],
        parameters=[KEY],
        description="Decided at once, or at closing where chance decides. Claiming again what "
        "you hold gives the same claim. A claim that comes too late is kept as lost, with its reason.",
    )
    @idempotent
    def post(self, request: Request, task_id: int) -> Response:
        claim = actions.claim_slot(task_id=task_id, by=worker_of(request), now=timezone.now())
        return Response(claim_answer(claim), status=201)


class Claims(Door):
    pagination_class = ByPosition
    filter_backends = []

    @document("List one's own claims", gives=ClaimSerializer(many=True), refuses=[403])
    def get(self, request: Request) -> Response:
        return self.list_of(with_assignment(worker_of(request).claims.all()), ClaimSerializer)
