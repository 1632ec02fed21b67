"""Classes, their rounds and seats, for operators to read."""

from django.contrib.admin import register

from classroom.models import Classroom, Pupil, Round
from marketplace.operators import ReadOnlyAdmin


@register(Classroom)
class ClassroomAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "teacher", "agents", "opened_at", "closes_at")
    search_fields = ("=code", "title")
    ordering = ("-id",)
    list_select_related = ("teacher",)


@register(Round)
class RoundAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "preset", "mechanism", "started_at", "ends_at")
    list_filter = ("preset", "mechanism")
    ordering = ("-id",)
    list_select_related = ("classroom",)


@register(Pupil)
class PupilAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "classroom", "role", "joined_at", "left_at", "forgotten_at")
    list_filter = ("role",)
    ordering = ("-id",)
    list_select_related = ("classroom",)
