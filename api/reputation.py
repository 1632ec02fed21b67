"""Facts about clients and workers, and what two people say of each other."""

from __future__ import annotations

from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import KEY, Door, document, read, show
from api.fields import Moment, Named
from api.idempotency import idempotent
from api.people import person
from clients.models import Client
from reputation import actions, queries
from reputation.models import Opinion
from tasks.models import Task
from workers.models import Worker

SHOWN = 50


class ClientFactsSerializer(serializers.Serializer):
    """What a client did in the last year. Null means that there is no data, never zero."""

    verdict_count = serializers.IntegerField()
    days_to_pay = serializers.FloatField(allow_null=True, help_text="Median, of approved work.")
    rejection_share = serializers.FloatField(allow_null=True)
    reply_share = serializers.FloatField(
        allow_null=True, help_text="Verdicts that a person gave before the clock ran out."
    )
    hourly_cents = serializers.IntegerField(allow_null=True)
    hourly_worker_count = serializers.IntegerField()
    called_off = serializers.IntegerField()


class WorkerFactsSerializer(serializers.Serializer):
    """What a worker did. Null means that there is no data, never zero."""

    approved_share = serializers.FloatField(allow_null=True)
    on_time_share = serializers.FloatField(allow_null=True)


class OpinionSerializer(serializers.Serializer):
    """What one side said, once it is shown. `reason` is empty where an operator hid it."""

    assignment = serializers.IntegerField(source="assignment_id")
    side = serializers.ChoiceField(Opinion.Side.choices)
    score = serializers.IntegerField()
    reason = serializers.SerializerMethodField()
    hidden_because = serializers.CharField()
    written_at = Moment()
    revealed_at = Moment(allow_null=True)

    def get_reason(self, opinion: Opinion) -> str:
        return "" if opinion.is_hidden else opinion.reason


class ClientPageSerializer(serializers.Serializer):
    client = Named()
    facts = ClientFactsSerializer()
    opinions = OpinionSerializer(many=True, help_text="The newest fifty.")


class WorkerPageSerializer(serializers.Serializer):
    worker = Named()
    facts = WorkerFactsSerializer()
    opinions = OpinionSerializer(many=True, help_text="The newest fifty.")


class NewOpinion(serializers.Serializer):
    score = serializers.IntegerField(min_value=1, max_value=5)
    reason = serializers.CharField(max_length=2000)


class OneClient(Door):
    permission_classes = [IsAuthenticatedOrReadOnly]

    @document("Read what is known of a client", gives=ClientPageSerializer)
    def get(self, request: Request, client_id: int) -> Response:
        posted = Task.objects.posted().in_room_of(request.user).values("client")
        client = Client.objects.filter(pk__in=posted).get(pk=client_id)
        page = {
            "client": client,
            "facts": queries.facts_of_client(client, timezone.now()),
            "opinions": queries.said_of_client(client)[:SHOWN],
        }
        return Response(show(ClientPageSerializer, page))


class OneWorker(Door):
    @document("Read what is known of a worker", gives=WorkerPageSerializer)
    def get(self, request: Request, worker_id: int) -> Response:
        worker = Worker.objects.get(pk=worker_id)
        if not queries.may_see_worker(person(request), worker):
            raise NotFound
        page = {
            "worker": worker,
            "facts": queries.facts_of_worker(worker),
            "opinions": queries.said_of_worker(worker)[:SHOWN],
        }
        return Response(show(WorkerPageSerializer, page))


class SayHowItWent(Door):
    @document(
        "Say how it went",
        takes=NewOpinion,
        gives=OpinionSerializer,
        status=201,
        refuses=[409, 422],
        parameters=[KEY],
        description="Both sides are shown at one moment: with the second, or after 14 days.",
    )
    @idempotent
    def post(self, request: Request, assignment_id: int) -> Response:
        opinion = actions.write_opinion(
            assignment_id=assignment_id,
            by=person(request),
            now=timezone.now(),
            **read(NewOpinion, request),
        )
        return Response(show(OpinionSerializer, opinion), status=201)
