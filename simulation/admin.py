"""Experiments and what became of them, for operators to read."""

from django.contrib.admin import register
from django.db.models import QuerySet
from django.http import HttpRequest

from marketplace.operators import ReadOnlyAdmin
from simulation.models import Examination, Experiment, Run, Scenario


@register(Experiment)
class ExperimentAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "preset", "state", "replications", "by", "created_at", "ended_at")
    list_filter = ("state", "preset", "finding")
    search_fields = ("=key", "title")
    ordering = ("-id",)
    list_select_related = ("by",)


@register(Scenario)
class ScenarioAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "experiment", "position")
    ordering = ("-id",)
    list_select_related = ("experiment",)


@register(Run)
class RunAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "scenario", "state", "seed", "seconds", "ended_at")
    list_filter = ("state",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("scenario").defer("pictures")


@register(Examination)
class ExaminationAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "asked_at", "ended_at", "seconds")
    list_filter = ("part",)
    ordering = ("-id",)
