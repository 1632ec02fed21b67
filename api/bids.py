"""Bids: placing, revising and withdrawing one's own; seeing of the others what may be seen."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from allocation import actions
from allocation.engine.catalogue import card_of
from allocation.models import Bid
from api.doors import KEY, Door, document, read, show
from api.fields import Cents, Moment, Named
from api.idempotency import idempotent
from api.pages import ByPosition
from api.people import client_or_none, worker_of, worker_or_none
from api.tasks import are_names_hidden, is_bidding, tasks_for
from tasks.models import Task

SHOWN = 200  # bids of one task, the best first


class NewBid(serializers.Serializer):
    amount_cents = Cents(max_value=2**31 - 1)
    message = serializers.CharField(max_length=2000, default="", allow_blank=True)


class BidSerializer(serializers.Serializer):
    """One's own bid. A revised bid is a new one; the older one says so."""

    id = serializers.IntegerField()
    task = serializers.IntegerField(source="task_id")
    amount_cents = Cents(read_only=True)
    message = serializers.CharField()
    state = serializers.ChoiceField(Bid.State.choices)
    received_at = Moment()


class SeenBid(serializers.Serializer):
    """A bid as this viewer may see it; without a name while that is nobody's business."""

    amount_cents = Cents(read_only=True)
    received_at = Moment()
    worker = Named(allow_null=True)
    message = serializers.CharField(allow_blank=True)
    is_mine = serializers.BooleanField()


class BidsOfTask(serializers.Serializer):
    """How many live bids there are, and those of them that this viewer may see, best first."""

    is_sealed = serializers.BooleanField()
    is_closed = serializers.BooleanField()
    count = serializers.IntegerField()
    bids = SeenBid(many=True)


class BidFilter(filters.FilterSet):  # type: ignore[misc]
    state = filters.ChoiceFilter(choices=Bid.State.choices)


class TaskBids(Door):
    @document(
        "See the bids on a task",
        gives=BidsOfTask,
        description="Sealed bids are shown to nobody but their bidder before closing, only their "
        "count; then the client sees them. In an open auction everybody sees the amounts without "
        "names.",
    )
    def get(self, request: Request, task_id: int) -> Response:
        task = tasks_for(request).get(pk=task_id)
        live = task.bids.filter(state=Bid.State.LIVE)
        shown = visible_bids(task, live, request).select_related("worker")
        best_first = shown.order_by("amount_cents", "received_at", "id")[:SHOWN]
        answer = {
            "is_sealed": card_of(task.mechanism).traits.sealed,
            "is_closed": not is_bidding(task),
            "count": live.count(),
            "bids": [seen(bid, task, request) for bid in best_first],
        }
        return Response(BidsOfTask(answer).data)

    @document(
        "Bid on a task",
        takes=NewBid,
        gives=BidSerializer,
        status=201,
        refuses=[403, 409, 422],
        parameters=[KEY],
        description="A second bid on the same task revises the first.",
    )
    @idempotent
    def post(self, request: Request, task_id: int) -> Response:
        worker = worker_of(request)
        given = read(NewBid, request)
        bid = actions.place_bid(task_id=task_id, by=worker, now=timezone.now(), **given)
        return Response(show(BidSerializer, bid), status=201)


def visible_bids(task: Task, live: QuerySet[Bid], request: Request) -> QuerySet[Bid]:
    if is_client_of(task, request) and not is_sealed_now(task):
        return live
    if task.mechanism == "open_descending":
        return live
    return live.filter(worker=worker_or_none(request.user))


def seen(bid: Bid, task: Task, request: Request) -> dict[str, Any]:
    is_mine = bid.worker == worker_or_none(request.user)
    may_name = is_mine or (is_client_of(task, request) and not are_names_hidden(task))
    return {
        "amount_cents": bid.amount_cents,
        "received_at": bid.received_at,
        "worker": bid.worker if may_name else None,
        "message": bid.message if may_name else "",
        "is_mine": is_mine,
    }


def is_sealed_now(task: Task) -> bool:
    return is_bidding(task) and card_of(task.mechanism).traits.sealed


def is_client_of(task: Task, request: Request) -> bool:
    return client_or_none(request.user) == task.client


class Bids(Door):
    pagination_class = ByPosition
    filterset_class = BidFilter
    queryset = Bid.objects.none()

    @document("List one's own bids", gives=BidSerializer(many=True), refuses=[403])
    def get(self, request: Request) -> Response:
        return self.list_of(worker_of(request).bids.all(), BidSerializer)


class WithdrawBid(Door):
    @document("Withdraw a bid", gives=BidSerializer, refuses=[403, 409, 422], parameters=[KEY])
    @idempotent
    def post(self, request: Request, bid_id: int) -> Response:
        bid = actions.withdraw_bid(bid_id=bid_id, by=worker_of(request), now=timezone.now())
        return Response(show(BidSerializer, bid))
