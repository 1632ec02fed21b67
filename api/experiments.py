"""Experiments: asking what would happen, following it, reading the means and the differences."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import KEY, Door, document, read, show
from api.fields import Moment
from api.idempotency import idempotent
from api.pages import ByPosition
from api.people import person
from marketplace.doors import sentence_of
from simulation import actions, queries
from simulation.files import MEASURED, measured
from simulation.models import Experiment
from simulation.queries import ArmResult
from simulation.rules import Arm, NotAScenario, Plan, TooLarge
from simulation.visitors import visitor_of
from simulation.world import codebook
from simulation.world.comparing import Comparison, compare


class NewArm(serializers.Serializer):
    """An arm: a name, and lever → value, as `manage.py simulate --arm lever=value` takes them."""

    name = serializers.CharField(max_length=200)
    levers = serializers.DictField(
        child=serializers.CharField(max_length=1000), default=dict, allow_empty=True
    )


class NewExperiment(serializers.Serializer):
    preset = serializers.CharField(max_length=40)
    title = serializers.CharField(max_length=200, default="", allow_blank=True)
    arms = NewArm(many=True)
    replications = serializers.IntegerField(min_value=1, max_value=1000, default=20)
    seed = serializers.IntegerField(min_value=0, max_value=2**31 - 1, default=1)

    def validate_arms(self, arms: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({arm["name"] for arm in arms}) < len(arms):
            raise ValidationError("Two arms have the same name.")
        return arms


class ProgressSerializer(serializers.Serializer):
    """`ahead`: runs of other experiments that come first."""

    runs = serializers.IntegerField()
    done = serializers.IntegerField()
    failed = serializers.IntegerField()
    ahead = serializers.IntegerField()


class ExperimentRow(serializers.Serializer):
    key = serializers.CharField()
    title = serializers.CharField()
    preset = serializers.CharField()
    state = serializers.ChoiceField(Experiment.State.choices)
    replications = serializers.IntegerField()
    seed = serializers.IntegerField()
    code_version = serializers.CharField()
    input_digest = serializers.CharField()
    created_at = Moment()
    ended_at = Moment(allow_null=True)


class MeasureSerializer(serializers.Serializer):
    """One measure in one arm, over `runs` replications: those in which there was something to
    measure; the mean of none is null. From `difference` on all is null in the first arm; that is
    over `pairs` in which both arms have a value. Half widths are of 95 % intervals; `effect` is
    Cohen's d for pairs."""

    measure = serializers.CharField()
    runs = serializers.IntegerField()
    mean = serializers.FloatField(allow_null=True)
    half_width = serializers.FloatField(allow_null=True)
    pairs = serializers.IntegerField(allow_null=True)
    difference = serializers.FloatField(allow_null=True)
    difference_half_width = serializers.FloatField(allow_null=True)
    relative = serializers.FloatField(allow_null=True)
    effect = serializers.FloatField(allow_null=True)
    is_clear = serializers.BooleanField(allow_null=True)


class ArmSerializer(serializers.Serializer):
    name = serializers.CharField()
    levers = serializers.DictField(child=serializers.CharField())
    replications = serializers.IntegerField()
    measures = MeasureSerializer(many=True)


class ExperimentSerializer(ExperimentRow):
    progress = ProgressSerializer()
    arms = ArmSerializer(many=True)


class Experiments(Door):
    pagination_class = ByPosition
    queryset = Experiment.objects.none()

    @document("List one's own experiments", gives=ExperimentRow(many=True))
    def get(self, request: Request) -> Response:
        return self.list_of(Experiment.objects.filter(by=person(request)), ExperimentRow)

    @document(
        "Start an experiment",
        takes=NewExperiment,
        gives=ExperimentSerializer,
        status=201,
        refuses=[409, 422],
        parameters=[KEY],
        description="Every arm is played `replications` times on the same seeds. The first arm is "
        "the one that the others are compared with. Asking exactly the same of the same code "
        "answers with the experiment that there is.",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        given = read(NewExperiment, request)
        arms = tuple(Arm(arm["name"], arm["levers"]) for arm in given["arms"])
        plan = Plan(given["preset"], arms, given["replications"], given["seed"])
        by = person(request)
        try:
            experiment = actions.start_experiment(
                plan=plan,
                title=given["title"] or given["preset"],
                by=by,
                visitor=visitor_of(request._request, by),
                now=timezone.now(),
            )
        except (NotAScenario, TooLarge) as refusal:
            raise ValidationError({"arms": [sentence_of(refusal)]})
        return Response(shown(experiment), status=201)


class OneExperiment(Door):
    permission_classes = [AllowAny]

    @document(
        "Read an experiment",
        gives=ExperimentSerializer,
        description="Whoever knows the key may read it. Measures stand in the order of the "
        "codebook, over the replications that every arm has finished; those of a third of the "
        "workers, by how much they depend on the platform, come last.",
    )
    def get(self, request: Request, key: str) -> Response:
        return Response(shown(Experiment.objects.get(key=key)))


class CancelExperiment(Door):
    @document("Cancel an experiment", gives=ExperimentSerializer, refuses=[409])
    def post(self, request: Request, key: str) -> Response:
        own(request, key)
        return Response(shown(actions.cancel_experiment(key=key, now=timezone.now())))


class ResumeExperiment(Door):
    @document("Resume an experiment", gives=ExperimentSerializer, refuses=[409])
    def post(self, request: Request, key: str) -> Response:
        own(request, key)
        return Response(shown(actions.resume_experiment(key=key, now=timezone.now())))


def own(request: Request, key: str) -> Experiment:
    """Raises DoesNotExist for everybody else's."""
    return Experiment.objects.get(key=key, by=person(request))


def shown(experiment: Experiment) -> dict[str, Any]:
    row = dict(ExperimentRow(experiment).data)
    arms = queries.results(experiment)
    return row | {
        "progress": show(ProgressSerializer, queries.progress(experiment)),
        "arms": [shown_arm(arm, arms[0]) for arm in arms],
    }


def shown_arm(arm: ArmResult, first: ArmResult) -> dict[str, Any]:
    rows, base = measured_in(arm), None if arm is first else measured_in(first)
    found = [compare(rows, base, entry.name) for entry in MEASURED] if rows else []
    return {
        "name": arm.scenario.name,
        "levers": arm.scenario.levers,
        "replications": len(arm.runs),
        "measures": [shown_measure(one) for one in found if is_told(one)],
    }


def is_told(found: Comparison) -> bool:
    """No third of the workers has anything to tell where all of them are alike."""
    return found.measure in codebook.UNITS or found.arm.count > 0


def measured_in(arm: ArmResult) -> list[dict[str, Any]]:
    """With the thirds by dependence, under the names that the files have."""
    return [measured(run.measures or {}, run.by_dependence or {}) for run in arm.runs]


def shown_measure(found: Comparison) -> dict[str, Any]:
    gap = found.difference
    return {
        "measure": found.measure,
        "runs": found.arm.count,
        "mean": found.arm.mean,
        "half_width": found.arm.half_width,
        "pairs": gap.count if gap else None,
        "difference": gap.mean if gap else None,
        "difference_half_width": gap.half_width if gap else None,
        "relative": found.relative,
        "effect": found.effect,
        "is_clear": found.is_clear,
    }
