"""Templates, tables, answers and reports, for operators to read."""

from django.contrib.admin import register

from batches.models import Answers, File, Report, Row, Template, Upload
from marketplace.operators import ReadOnlyAdmin


@register(Template)
class TemplateAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "client", "kind", "created_at")
    list_filter = ("kind",)
    list_select_related = ("client",)
    ordering = ("-id",)
    search_fields = ("=client__user__email",)
    search_help_text = "A client's whole e-mail address"


@register(Upload)
class UploadAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "client", "state", "row_count", "redundancy", "published_at")
    list_filter = ("state",)
    list_select_related = ("client",)
    ordering = ("-id",)
    search_fields = ("=id", "=client__user__email")
    search_help_text = "Number of an upload, or a client's whole e-mail address"


@register(Row)
class RowAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "upload", "task")
    list_select_related = ("upload", "task")
    ordering = ("-id",)
    search_fields = ("=upload__id", "=task__id")
    search_help_text = "Number of an upload or of a task"


@register(Answers)
class AnswersAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "submission")
    list_select_related = ("submission",)
    ordering = ("-id",)
    search_fields = ("=submission__assignment__task__id",)
    search_help_text = "Number of a task"


@register(File)
class FileAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "assignment", "size", "at")
    list_select_related = ("assignment",)
    ordering = ("-id",)
    search_fields = ("=assignment__task__id",)
    search_help_text = "Number of a task"


@register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "worker", "text", "at")
    list_select_related = ("worker",)
    ordering = ("-id",)
    search_fields = ("=assignment__task__id",)
    search_help_text = "Number of a task"
