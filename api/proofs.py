"""Proofs: which there are, and what a worker has shown of them."""

from __future__ import annotations

from django.utils import timezone
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import KEY, Door, document, read, show
from api.fields import Moment
from api.idempotency import idempotent
from api.pages import ByPosition
from api.people import worker_of
from proofs import actions
from proofs.models import Proof, ProofKind


class ProofKindSerializer(serializers.Serializer):
    """Something that a task may ask proof of."""

    slug = serializers.CharField()
    gate = serializers.CharField()
    name = serializers.CharField()
    how = serializers.CharField()


class ProofSerializer(serializers.Serializer):
    """One thing that a worker showed, and what an operator said of it."""

    id = serializers.IntegerField()
    kind = serializers.CharField(source="kind_id")
    text = serializers.CharField()
    state = serializers.ChoiceField(Proof.State.choices)
    shown_at = Moment()
    decided_at = Moment(allow_null=True)
    reason = serializers.CharField()
    valid_until = Moment(allow_null=True)


class NewProof(serializers.Serializer):
    kind = serializers.CharField(max_length=60)
    text = serializers.CharField(max_length=2000)


class ProofKinds(Door):
    permission_classes = [AllowAny]
    filter_backends = []

    @document("List the kinds of proof", gives=ProofKindSerializer(many=True))
    def get(self, request: Request) -> Response:
        kinds = ProofKind.objects.order_by("slug")
        return Response([show(ProofKindSerializer, kind) for kind in kinds])


class Proofs(Door):
    pagination_class = ByPosition
    filter_backends = []

    @document("List one's own proofs", gives=ProofSerializer(many=True), refuses=[403])
    def get(self, request: Request) -> Response:
        return self.list_of(worker_of(request).shown_proofs.all(), ProofSerializer)

    @document(
        "Show a proof",
        takes=NewProof,
        gives=ProofSerializer,
        status=201,
        refuses=[403, 409, 422],
        parameters=[KEY],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        worker = worker_of(request)
        proof = actions.show_proof(worker=worker, now=timezone.now(), **read(NewProof, request))
        return Response(show(ProofSerializer, proof), status=201)


class WithdrawProof(Door):
    @document("Take a proof back", gives=ProofSerializer, refuses=[403, 422], parameters=[KEY])
    @idempotent
    def post(self, request: Request, proof_id: int) -> Response:
        proof = actions.withdraw_proof(proof_id=proof_id, by=worker_of(request))
        return Response(show(ProofSerializer, proof))
