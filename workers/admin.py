"""Workers and skills. Counts, queue and place belong to the market and to the worker."""

from __future__ import annotations

from django import forms
from django.contrib.admin import register
from django.http import HttpRequest

from marketplace.operators import OperatorAdmin
from workers.models import Skill, Worker


class WorkerForm(forms.ModelForm):
    """What an operator may set: the name, the skills and how much work at one time."""

    class Meta:
        model = Worker
        fields = ("name", "skills", "capacity")

    def clean_capacity(self) -> int:
        capacity: int = self.cleaned_data["capacity"]
        if capacity < self.instance.active:
            raise forms.ValidationError(
                f"This worker has {self.instance.active} tasks in hand: no less than that."
            )
        return capacity

    def clean_skills(self) -> list[str]:
        skills: list[str] = self.cleaned_data["skills"]
        known = set(Skill.objects.filter(pk__in=skills).values_list("pk", flat=True))
        unknown = [skill for skill in skills if skill not in known]
        if unknown:
            raise forms.ValidationError(f"There is no skill called {', '.join(unknown)}.")
        return skills


@register(Worker)
class WorkerAdmin(OperatorAdmin):
    form = WorkerForm
    list_display = (
        "__str__",
        "user",
        "skills",
        "active",
        "capacity",
        "available_since",
        "standby_since",
    )
    list_select_related = ("user",)
    readonly_fields = (
        "user",
        "active",
        "latitude",
        "longitude",
        "available_since",
        "standby_since",
        "last_served_at",
        "approved_count",
        "rejected_count",
        "created_at",
    )
    fields = ("name", "skills", "capacity", *readonly_fields)
    ordering = ("-id",)
    sortable_by = ()
    search_fields = ("=id", "=user__email")
    search_help_text = "Number of a worker, or a whole e-mail address"


@register(Skill)
class SkillAdmin(OperatorAdmin):
    list_display = ("__str__", "slug")
    ordering = ("name",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> tuple[str, ...]:
        """A slug in use stays: workers and tasks carry it."""
        return ("slug",) if obj else ()
