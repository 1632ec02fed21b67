"""Offers: the engine asks a worker, who answers."""

from __future__ import annotations

from django.utils import timezone
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from allocation import actions
from allocation.models import Offer
from api.assignments import AssignmentSerializer, assignments_for
from api.doors import KEY, Door, document, show
from api.fields import Cents, Moment
from api.idempotency import idempotent
from api.pages import ByPosition
from api.people import person, worker_of


class OfferSerializer(serializers.Serializer):
    """An offer of one slot of a task, open until it expires."""

    id = serializers.IntegerField()
    task = serializers.IntegerField(source="task_id")
    title = serializers.CharField(source="task.title")
    pay_cents = Cents(read_only=True)
    state = serializers.ChoiceField(Offer.State.choices)
    made_at = Moment()
    expires_at = Moment()
    answered_at = Moment(allow_null=True)


class OfferFilter(filters.FilterSet):  # type: ignore[misc]
    state = filters.ChoiceFilter(choices=Offer.State.choices)


class Offers(Door):
    pagination_class = ByPosition
    filterset_class = OfferFilter
    queryset = Offer.objects.none()

    @document("List one's own offers", gives=OfferSerializer(many=True), refuses=[403])
    def get(self, request: Request) -> Response:
        return self.list_of(worker_of(request).offers.select_related("task"), OfferSerializer)


class AcceptOffer(Door):
    @document(
        "Accept an offer",
        gives=AssignmentSerializer,
        refuses=[403, 409, 422],
        parameters=[KEY],
        description="Accepting twice gives the same assignment.",
    )
    @idempotent
    def post(self, request: Request, offer_id: int) -> Response:
        taken = actions.accept_offer(offer_id=offer_id, by=worker_of(request), now=timezone.now())
        shown = assignments_for(person(request)).get(pk=taken.pk)
        return Response(show(AssignmentSerializer, shown))


class DeclineOffer(Door):
    @document(
        "Decline an offer",
        gives=OfferSerializer,
        refuses=[403, 409, 422],
        parameters=[KEY],
        description="Without any consequence; the next candidate is asked at once.",
    )
    @idempotent
    def post(self, request: Request, offer_id: int) -> Response:
        offer = actions.decline_offer(offer_id=offer_id, by=worker_of(request), now=timezone.now())
        return Response(show(OfferSerializer, offer))
