"""Clients, whose name and text an operator may mend."""

from django.contrib.admin import register

from clients.models import Client
from marketplace.operators import OperatorAdmin


@register(Client)
class ClientAdmin(OperatorAdmin):
    list_display = ("__str__", "user", "created_at")
    list_select_related = ("user",)
    fields = ("user", "name", "about", "created_at")
    readonly_fields = ("user", "created_at")
    ordering = ("-id",)
    sortable_by = ()
    search_fields = ("=id", "=user__email")
    search_help_text = "Number of a client, or a whole e-mail address"
