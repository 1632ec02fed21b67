"""People's accounts. Operators mend names and addresses; only a superuser makes an operator."""

from __future__ import annotations

from django.contrib.admin import register
from django.db.models import Model
from django.http import HttpRequest

from accounts.models import Room, User
from marketplace.operators import OperatorAdmin, ReadOnlyAdmin


@register(User)
class UserAdmin(OperatorAdmin):
    list_display = ("__str__", "email", "is_staff", "is_active", "is_simulated", "date_joined")
    list_filter = ("is_staff", "is_active", "is_simulated")
    fields = (
        *("name", "email", "is_staff", "is_active", "is_simulated", "room"),
        *("date_joined", "last_login"),
    )
    ordering = ("-id",)
    sortable_by = ()
    search_fields = ("=email",)
    search_help_text = "A whole e-mail address"

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """An operator does not change another operator's account, only a superuser does."""
        if not super().has_change_permission(request, obj):
            return False
        is_superuser = bool(getattr(request.user, "is_superuser", False))
        return is_superuser or not (isinstance(obj, User) and obj.is_staff)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[str, ...]:
        """Switching an account off is refused here: that needs a reason and a decision (B6)."""
        fixed = ("is_active", "is_simulated", "room", "date_joined", "last_login")
        return fixed if getattr(request.user, "is_superuser", False) else ("is_staff", *fixed)


@register(Room)
class RoomAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "opened_at", "closes_at", "speed")
    ordering = ("-id",)
