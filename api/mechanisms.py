"""Mechanisms: the public register of every rule that may give out work, with its versions."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from allocation.engine.card import Card
from allocation.engine.catalogue import CATALOGUE
from allocation.models import MechanismVersion
from allocation.queries.register import Change, changes_of
from api.doors import Door, document, show
from api.fields import Moment


class ParameterSerializer(serializers.Serializer):
    name = serializers.CharField()
    default = serializers.FloatField()
    minimum = serializers.FloatField()
    maximum = serializers.FloatField()
    unit = serializers.CharField(allow_blank=True)
    meaning = serializers.CharField()
    is_whole = serializers.BooleanField(help_text="A count or a choice: takes no fraction.")


class RehearsedSerializer(serializers.Serializer):
    """The newest decisions, each taken again on its own among the same candidates, by both versions."""

    decisions = serializers.IntegerField()
    otherwise = serializers.CharField(help_text='How many would have differed; "<5" for a few.')


class VersionSerializer(serializers.Serializer):
    """The parameters from a date on, and why they were changed."""

    number = serializers.IntegerField(source="version.number")
    parameters = serializers.DictField(source="version.parameters", child=serializers.FloatField())
    valid_from = Moment(source="version.valid_from")
    published_at = Moment(source="version.published_at")
    reason = serializers.CharField(source="version.reason")
    follows = serializers.IntegerField(
        source="follows.number",
        allow_null=True,
        help_text="Number of the version that decides before it.",
    )
    superseded_by = serializers.IntegerField(
        source="superseded_by.number",
        allow_null=True,
        help_text="Number of a version from the same moment on; then this one never decides.",
    )
    rehearsed = RehearsedSerializer(
        allow_null=True,
        help_text="For an announced version: what it would change against the one it follows.",
    )


class TraitsSerializer(serializers.Serializer):
    entry = serializers.CharField()
    decides = serializers.CharField()
    serves_standby = serializers.BooleanField()
    sealed = serializers.BooleanField()
    uses_price = serializers.BooleanField()
    uses_history = serializers.BooleanField()
    random = serializers.BooleanField()
    batched = serializers.BooleanField()
    makes_offers = serializers.BooleanField()


class MechanismSerializer(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()
    family = serializers.CharField()
    explanation = serializers.CharField()
    tie_rule = serializers.CharField(help_text="What decides among equals.")
    tends_to_win = serializers.CharField()
    tends_to_lose = serializers.CharField()
    sources = serializers.ListField(child=serializers.CharField())
    traits = TraitsSerializer()
    parameters = ParameterSerializer(many=True)
    versions = VersionSerializer(many=True)


class Register(serializers.Serializer):
    results = MechanismSerializer(many=True)


class Mechanisms(Door):
    permission_classes = [AllowAny]

    @document("List the mechanisms", gives=Register, description="The whole public register.")
    def get(self, request: Request) -> Response:
        versions = versions_of(list(CATALOGUE))
        rows = [shown(card, versions.get(card.slug, [])) for card in CATALOGUE.values()]
        return Response({"results": MechanismSerializer(rows, many=True).data})


class OneMechanism(Door):
    permission_classes = [AllowAny]

    @document("Read a mechanism", gives=MechanismSerializer)
    def get(self, request: Request, slug: str) -> Response:
        card = CATALOGUE.get(slug)
        if card is None:
            raise MechanismVersion.DoesNotExist
        return Response(show(MechanismSerializer, shown(card, versions_of([slug]).get(slug, []))))


def shown(card: Card, versions: list[Change]) -> dict[str, Any]:
    fields = [str(f) for f in MechanismSerializer().fields if str(f) != "versions"]
    return {name: getattr(card, name) for name in fields} | {"versions": versions}


def versions_of(slugs: list[str]) -> dict[str, list[Change]]:
    """By mechanism, newest first, each with what it changes."""
    found: dict[str, list[MechanismVersion]] = {}
    for version in MechanismVersion.objects.filter(mechanism__in=slugs):
        found.setdefault(version.mechanism, []).append(version)
    now = timezone.now()
    return {
        slug: sorted(changes_of(versions, now), key=lambda one: -one.version.number)
        for slug, versions in found.items()
    }
