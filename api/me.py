"""Me: one's account, its two sides, availability, play money."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from allocation import actions as allocation
from api.doors import KEY, Door, document, read, show
from api.fields import Cents, Moment, Skills
from api.idempotency import idempotent
from api.pages import ByPosition
from api.people import client_of, client_or_none, person, worker_of, worker_or_none
from clients import actions as clients
from ledger import queries as ledger
from ledger.models import Transfer
from workers import actions as workers
from workers.models import Worker


class ClientSide(serializers.Serializer):
    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=80)
    about = serializers.CharField(max_length=2000, default="", allow_blank=True)


class Profile(serializers.Serializer):
    """What a worker says about themselves. The position is where work starts from."""

    name = serializers.CharField(max_length=80)
    skills = Skills(default=list)
    latitude = serializers.FloatField(min_value=-90, max_value=90, allow_null=True, default=None)
    longitude = serializers.FloatField(min_value=-180, max_value=180, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["latitude"] is None) != (attrs["longitude"] is None):
            raise serializers.ValidationError({"longitude": ["Give both, or neither."]})
        return attrs


class WorkerSide(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    skills = Skills()
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)
    available_since = Moment(allow_null=True)
    standby_since = Moment(allow_null=True)
    capacity = serializers.IntegerField()
    active = serializers.IntegerField(help_text="Assignments in hand now.")
    approved_count = serializers.IntegerField()
    rejected_count = serializers.IntegerField()


class MeSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    email = serializers.EmailField()
    name = serializers.CharField()
    is_operator = serializers.BooleanField()
    currency = serializers.CharField()
    wallet_cents = Cents(read_only=True)
    held_cents = serializers.IntegerField(help_text="In escrow, over all one's tasks.")
    client = ClientSide(allow_null=True)
    worker = WorkerSide(allow_null=True)


class SkillsOnly(serializers.Serializer):
    skills = Skills()


class Deposit(serializers.Serializer):
    amount_cents = Cents(max_value=clients.MOST_CENTS)


class Wallet(serializers.Serializer):
    wallet_cents = Cents(read_only=True)
    currency = serializers.CharField()


class TransferSerializer(serializers.Serializer):
    """One line of the statement: negative when it left the wallet."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Transfer.Kind.choices)
    amount_cents = serializers.SerializerMethodField()
    currency = serializers.CharField()
    about = serializers.CharField()
    at = Moment()

    def get_amount_cents(self, transfer: Transfer) -> int:
        came_in = transfer.credit.kind == "wallet" and transfer.credit.owner == self.context["user"]
        return transfer.amount_cents if came_in else -transfer.amount_cents


class Me(Door):
    @document("Read one's own account", gives=MeSerializer)
    def get(self, request: Request) -> Response:
        return Response(show(MeSerializer, account(person(request))))


def account(user: User) -> dict[str, Any]:
    wallet_cents, held_cents = ledger.money_of(user)
    return {
        "id": user.pk,
        "email": user.email,
        "name": user.name,
        "is_operator": user.is_staff,
        "currency": settings.CURRENCY,
        "wallet_cents": wallet_cents,
        "held_cents": held_cents,
        "client": client_or_none(user),
        "worker": worker_or_none(user),
    }


class MyClient(Door):
    @document(
        "Become a client",
        takes=ClientSide,
        gives=ClientSide,
        status=201,
        refuses=[422],
        parameters=[KEY],
        description="With a first portion of play money. Doing it twice changes nothing.",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        given = read(ClientSide, request)
        client = clients.become_client(user=person(request), now=timezone.now(), **given)
        return Response(ClientSide(client).data, status=201)


class MyWorker(Door):
    @document(
        "Become a worker, or change what one says about oneself",
        takes=Profile,
        gives=WorkerSide,
        status=201,
    )
    def post(self, request: Request) -> Response:
        given = read(Profile, request)
        worker = workers.become_worker(user=person(request), **given)
        return Response(WorkerSide(worker).data, status=201)


class MySkills(Door):
    @document(
        "Say which skills one has",
        takes=SkillsOnly,
        gives=WorkerSide,
        refuses=[403],
    )
    def put(self, request: Request) -> Response:
        worker = worker_of(request)
        described = workers.describe_worker(
            worker=worker,
            name=worker.name,
            latitude=worker.latitude,
            longitude=worker.longitude,
            **read(SkillsOnly, request),
        )
        return Response(WorkerSide(described).data)


class Availability(Door):
    @document("Take offers from now on", gives=WorkerSide, refuses=[403])
    def post(self, request: Request) -> Response:
        worker = allocation.go_available(by=worker_of(request), now=timezone.now())
        return Response(WorkerSide(worker).data)

    @document("Take no offers any more", gives=WorkerSide, refuses=[403])
    def delete(self, request: Request) -> Response:
        allocation.go_off(by=worker_of(request))
        return Response(WorkerSide(fresh(request)).data)


class Standby(Door):
    @document("Stand in line for the next task that fits", gives=WorkerSide, refuses=[403])
    def post(self, request: Request) -> Response:
        worker = allocation.join_standby(by=worker_of(request), now=timezone.now())
        return Response(WorkerSide(worker).data)

    @document("Leave the line", gives=WorkerSide, refuses=[403])
    def delete(self, request: Request) -> Response:
        allocation.leave_standby(by=worker_of(request))
        return Response(WorkerSide(fresh(request)).data)


def fresh(request: Request) -> Worker:
    return Worker.objects.get(pk=worker_of(request).pk)


class Deposits(Door):
    @document(
        "Put play money in one's wallet",
        takes=Deposit,
        gives=Wallet,
        status=201,
        refuses=[403, 409, 422],
        parameters=[KEY],
        description="At most 10,000.00 at a time. It is play money.",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        client = client_of(request)
        given = read(Deposit, request)
        clients.deposit(client=client, now=timezone.now(), **given)
        wallet = {
            "wallet_cents": ledger.balance_cents(person(request)),
            "currency": settings.CURRENCY,
        }
        return Response(Wallet(wallet).data, status=201)


class Statement(Door):
    pagination_class = ByPosition
    page_order = ("-number",)
    filter_backends = []

    @document("List every transfer in or out of one's wallet", gives=TransferSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.list_of(ledger.statement(person(request)), TransferSerializer)

    def get_serializer_context(self) -> dict[str, Any]:
        return dict(super().get_serializer_context()) | {"user": self.request.user}
