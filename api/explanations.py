"""Why (not) me, and why was my task decided so: explanations as data, with the words beside them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from allocation.engine.card import Factor
from allocation.engine.counterfactuals import Counterfactual
from allocation.engine.disclosure import SCORE_CELLS, Band
from allocation.engine.explain import NotInThisCase, Winner
from allocation.engine.gates import remedy, sentence
from allocation.engine.wording import FIXED, OTHERS_UNCHANGED
from allocation.models import Allocation
from allocation.queries.explaining import Told, explanation_for, task_explanation
from allocation.queries.reading import ReadersWording
from api.allocations import OUTCOMES, allocations_for, sees_everybody
from api.doors import Door, document, show
from api.fields import Moment
from api.people import person, worker_or_none
from workers.models import Worker

CHANGES = ("ask", "ask_at_floor", "arrival", "feature", "gates", "answer")
UNITS = {"ask": "cents", "ask_at_floor": "cents", "arrival": "seconds", "feature": "share"}
WORKER = OpenApiParameter(
    "worker",
    OpenApiTypes.INT64,
    description="For operators: a candidate, to read exactly what that person reads.",
)


class FactorSerializer(serializers.Serializer):
    """One part of a score: contribution = value × weight; all together are the score."""

    name = serializers.CharField()
    value = serializers.FloatField()
    weight = serializers.FloatField()
    contribution = serializers.FloatField()


class GapSerializer(serializers.Serializer):
    """How much better would have been enough, never as exact as a rival's own number."""

    amount = serializers.FloatField()
    unit = serializers.ChoiceField([(u, u) for u in ("cents", "score", "seconds")])


class CounterfactualSerializer(serializers.Serializer):
    """One thing done otherwise that led to a better outcome when the mechanism was run again."""

    kind = serializers.ChoiceField([(kind, kind) for kind in CHANGES])
    feature = serializers.CharField(allow_blank=True)
    value = serializers.FloatField(allow_null=True)
    unit = serializers.CharField(allow_blank=True)
    outcome = serializers.ChoiceField(OUTCOMES)
    words = serializers.CharField()


class ClosedGateSerializer(serializers.Serializer):
    gate = serializers.CharField()
    words = serializers.CharField()
    remedy = serializers.CharField(allow_null=True)


class BandSerializer(serializers.Serializer):
    """At least five rivals above `low` and at most at `high`, in cents or in score (0…1)."""

    low = serializers.FloatField()
    high = serializers.FloatField()
    unit = serializers.CharField()
    count = serializers.IntegerField(min_value=5)


class AboutWorkerSerializer(serializers.Serializer):
    """Why (not) me? `words` has at most 120 words; the rest is what a page shows in tables.

    `rank` is out of `ranked`. `numbers` are those of the sentence, such as `seconds_late`, the
    `fee_cents` or `share_cents` that a contest pays to who did not win (`fee_of_earlier_cents`: only
    to entries that came earlier), or `chance`, `draw` and `arrival` (the number from 0 that enters
    the draw) of a lottery. While sealed bids may still change there is no rank, score, gap,
    counterfactual or band.
    """

    worker = serializers.IntegerField()
    outcome = serializers.ChoiceField(OUTCOMES)
    reason = serializers.CharField()
    words = serializers.CharField()
    numbers = serializers.DictField(child=serializers.FloatField())
    rank = serializers.IntegerField(allow_null=True)
    ranked = serializers.IntegerField()
    score = serializers.FloatField(allow_null=True)
    factors = FactorSerializer(many=True)
    gap = GapSerializer(allow_null=True)
    counterfactuals = serializers.ListField(child=CounterfactualSerializer(), max_length=3)
    others_unchanged = serializers.CharField(
        help_text="On what all counterfactuals depend, in words."
    )
    cannot_change = serializers.ListField(child=serializers.CharField())
    closed_gates = ClosedGateSerializer(many=True)
    bands = BandSerializer(many=True)


class WinnerSerializer(serializers.Serializer):
    worker = serializers.IntegerField()
    name = serializers.CharField()
    slot = serializers.IntegerField()
    pay_cents = serializers.IntegerField()
    rank = serializers.IntegerField(allow_null=True)
    score = serializers.FloatField(allow_null=True)
    factors = FactorSerializer(many=True)


class AboutTaskSerializer(serializers.Serializer):
    """Who won and on which criteria; `reason` says why places are open, "" when none is."""

    words = serializers.CharField()
    winners = WinnerSerializer(many=True)
    open_slots = serializers.IntegerField()
    reason = serializers.CharField(allow_blank=True)
    candidates = serializers.IntegerField()
    eligible = serializers.IntegerField()
    declined = serializers.IntegerField()
    consoled = serializers.IntegerField(
        help_text="Entrants of a contest who were paid without winning."
    )
    consoled_cents = serializers.IntegerField(help_text="What they were paid in all.")
    shares_prize = serializers.BooleanField(
        help_text="They shared the guaranteed prize; otherwise it is a fee for taking part."
    )


class ExplanationSerializer(serializers.Serializer):
    """`about_worker` for whoever was a candidate, `about_task` for the client of the task."""

    allocation = serializers.IntegerField()
    task = serializers.IntegerField()
    mechanism = serializers.CharField()
    version = serializers.IntegerField()
    decided_at = Moment()
    digest = serializers.CharField()
    about_worker = AboutWorkerSerializer(allow_null=True)
    about_task = AboutTaskSerializer(allow_null=True)


class OneExplanation(Door):
    @document(
        "Explain a decision",
        gives=ExplanationSerializer,
        parameters=[WORKER],
        description="Why (not) me: rank, factors, gap, and what would have changed the outcome, "
        "each verified by running the mechanism again. The client of the task reads who won and "
        "on which criteria, or why places are open.",
    )
    def get(self, request: Request, allocation_id: int) -> Response:
        user = person(request)
        allocation = allocations_for(user).get(pk=allocation_id)
        worker = asking_worker(user, request.query_params.get("worker"))
        sees_task = sees_everybody(user, allocation)
        shown = {
            "allocation": allocation.pk,
            "task": allocation.task_id,
            "mechanism": allocation.version.mechanism,
            "version": allocation.version.number,
            "decided_at": allocation.decided_at,
            "digest": allocation.digest,
            "about_worker": about_worker(allocation, worker, is_optional=sees_task),
            "about_task": about_task(allocation) if sees_task else None,
        }
        return Response(show(ExplanationSerializer, shown))


def asking_worker(user: User, chosen: str | None) -> Worker | None:
    """The asking person's own worker; an operator may choose one, anybody else finds nothing."""
    own = worker_or_none(user)
    if chosen is None:
        return own
    if not user.is_staff:
        own_number = str(own.pk) if own else ""
        if chosen != own_number:
            raise Http404
        return own
    if not chosen.isascii() or not chosen.isdecimal() or len(chosen) > 18:
        raise Http404
    return Worker.objects.get(pk=int(chosen))


def about_worker(
    allocation: Allocation, worker: Worker | None, *, is_optional: bool
) -> dict[str, Any] | None:
    if worker is None:
        return None
    try:
        told = explanation_for(allocation, worker)
    except NotInThisCase:
        if is_optional:
            return None
        raise Http404 from None
    return shown_to_worker(told)


def shown_to_worker(told: Told) -> dict[str, Any]:
    why, reader = told.explanation, ReadersWording()
    return {
        "worker": why.worker,
        "outcome": why.outcome.value,
        "reason": why.reason,
        "words": told.words,
        "numbers": dict(why.numbers),
        "rank": why.rank,
        "ranked": why.ranked,
        "score": why.score,
        "factors": [shown_factor(factor) for factor in why.factors],
        "gap": asdict(why.gap) if why.gap else None,
        "counterfactuals": [shown_counterfactual(one, reader) for one in why.counterfactuals],
        "others_unchanged": reader.say(OTHERS_UNCHANGED),
        "cannot_change": [reader.say(FIXED.get(name, name)) for name in why.fixed],
        "closed_gates": [shown_gate(gate, reader) for gate in why.closed_gates],
        "bands": [shown_band(band, why.bands_unit) for band in why.bands],
    }


def shown_factor(factor: Factor) -> dict[str, Any]:
    return {**asdict(factor), "contribution": factor.contribution}


def shown_counterfactual(found: Counterfactual, reader: ReadersWording) -> dict[str, Any]:
    unit = UNITS.get(found.change.kind, "")
    return {
        "kind": found.change.kind,
        "feature": found.change.name,
        "value": found.change.value if unit else None,
        "unit": unit,
        "outcome": found.outcome.value,
        "words": reader.counterfactual(found),
    }


def shown_gate(gate: str, reader: ReadersWording) -> dict[str, Any]:
    how = remedy(gate)
    return {
        "gate": gate,
        "words": reader.say(sentence(gate)),
        "remedy": reader.say(how) if how else None,
    }


def shown_band(band: Band, unit: str) -> dict[str, Any]:
    scale = 1 if unit == "cents" else SCORE_CELLS
    return {
        "low": band.low / scale,
        "high": band.high / scale,
        "unit": unit,
        "count": band.count,
    }


def about_task(allocation: Allocation) -> dict[str, Any]:
    told, words = task_explanation(allocation)
    names = Worker.objects.filter(pk__in=[w.worker for w in told.winners]).values_list("pk", "name")
    called = dict(names)
    return {
        "words": words,
        "winners": [shown_winner(winner, called) for winner in told.winners],
        "open_slots": told.open_slots,
        "reason": told.reason,
        "candidates": told.candidates,
        "eligible": told.eligible,
        "declined": told.declined,
        "consoled": told.consoled,
        "consoled_cents": told.consoled_cents,
        "shares_prize": told.shares_prize,
    }


def shown_winner(winner: Winner, names: dict[int, str]) -> dict[str, Any]:
    return {
        **asdict(winner),
        "name": names.get(winner.worker, ""),
        "factors": [shown_factor(factor) for factor in winner.factors],
    }
