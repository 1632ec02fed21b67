"""Notices: what a person is told, and that it was read."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import KEY, Door, document, show
from api.fields import Cents, Moment
from api.idempotency import idempotent
from api.pages import ByPosition
from api.people import person
from notices import actions, rules
from notices.links import target
from notices.models import Notice
from notices.queries import inbox_of
from notices.words import line


class NoticeSerializer(serializers.Serializer):
    """One thing that a person was told. While it is unread, more of the same is counted on it."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(list(rules.KINDS))
    sentence = serializers.SerializerMethodField()
    page = serializers.SerializerMethodField()
    task = serializers.IntegerField(source="task_id", allow_null=True)
    count = serializers.IntegerField()
    amount_cents = Cents(source="cents", read_only=True)
    at = Moment()
    read_at = Moment(allow_null=True)

    def get_sentence(self, notice: Notice) -> str:
        return line(notice)

    def get_page(self, notice: Notice) -> str:
        """The page of the site that it is about."""
        return target(notice)


class NoticeFilter(filters.FilterSet):  # type: ignore[misc]
    unread = filters.BooleanFilter(field_name="read_at", lookup_expr="isnull")


class Notices(Door):
    pagination_class = ByPosition
    filterset_class = NoticeFilter
    queryset = Notice.objects.none()
    page_order = ("-at", "-id")

    @document("List one's own notices", gives=NoticeSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.list_of(inbox_of(person(request)), NoticeSerializer)


class ReadNotice(Door):
    @document("Mark a notice as read", gives=NoticeSerializer, parameters=[KEY], refuses=[409, 422])
    @idempotent
    def post(self, request: Request, notice_id: int) -> Response:
        get_object_or_404(person(request).notices, pk=notice_id)
        actions.read_notice(notice_id=notice_id, by=person(request), now=timezone.now())
        return Response(show(NoticeSerializer, inbox_of(person(request)).get(pk=notice_id)))
