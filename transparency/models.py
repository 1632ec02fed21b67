"""The published figures of the market, as they were last counted."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Figures(models.Model):
    """One row, counted anew every few minutes: only what everybody may read, and since when."""

    figures = models.JSONField()
    counted_at = models.DateTimeField()
    seconds = models.FloatField(help_text="How long the counting took.")

    class Meta:
        verbose_name_plural = "figures"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="the_figures_are_one_row"),
        ]

    def __str__(self) -> str:
        return f"figures of {self.counted_at:%Y-%m-%d %H:%M}"
