"""One's own data and certificate, the keys to check it with, and the market's public figures."""

from __future__ import annotations

from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import Door, document
from api.fields import Moment
from api.people import person, worker_of
from rights.actions import certify
from rights.files import json_log
from rights.queries.keys import key_document
from transparency.views import document as figures_document


class SignatureSerializer(serializers.Serializer):
    algorithm = serializers.CharField()
    key = serializers.CharField(help_text="Which of the market's public keys.")
    value = serializers.CharField(help_text="In base64, over the certificate as canonical JSON.")


class SignedCertificate(serializers.Serializer):
    certificate = serializers.DictField()
    signature = SignatureSerializer()


class KeySerializer(serializers.Serializer):
    key = serializers.CharField()
    public_key = serializers.CharField(help_text="32 bytes in base64.")
    since = Moment()


class CertificateKeys(serializers.Serializer):
    algorithm = serializers.CharField()
    keys = KeySerializer(many=True)


class PeriodSerializer(serializers.Serializer):
    until = Moment()
    days = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        """`from` is no name in Python."""
        return {"from": Moment(), **super().get_fields()}


class PublishedFigures(serializers.Serializer):
    """Null until the figures were first counted. A count is a number or "<5"."""

    counted_at = Moment(allow_null=True)
    fewest = serializers.IntegerField()
    definitions = serializers.DictField(child=serializers.CharField())
    register = serializers.URLField()
    period = PeriodSerializer(allow_null=True)
    people = serializers.DictField(allow_null=True)
    simulated = serializers.DictField(allow_null=True)


class MyLog(Door):
    @document(
        "Download one's complete log",
        gives=OpenApiTypes.OBJECT,
        description="Everything about oneself, part by part, with every number a ranking used.",
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        pieces = json_log(person(request), timezone.now())
        return StreamingHttpResponse(pieces, content_type="application/json")


class MyCertificate(Door):
    @document("Get a signed certificate of one's work", gives=SignedCertificate, refuses=[403])
    def get(self, request: Request) -> Response:
        issuer = request.build_absolute_uri("/")
        return Response(certify(worker=worker_of(request), issuer=issuer, now=timezone.now()))


class Keys(Door):
    permission_classes = [AllowAny]

    @document("List the keys of certificates", gives=CertificateKeys)
    def get(self, request: Request) -> Response:
        return Response(key_document())


class Transparency(Door):
    permission_classes = [AllowAny]

    @document("Read the market's figures", gives=PublishedFigures)
    def get(self, request: Request) -> Response:
        return Response(figures_document(request))
