"""What an operator fills in to publish a version of a mechanism."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms

from allocation.engine.card import Card
from allocation.models import MechanismVersion
from allocation.queries import notice_days
from allocation.rules import earliest_start


class VersionForm(forms.Form):
    """One field per parameter of the mechanism, starting at the newest version's values."""

    valid_from = forms.DateTimeField(
        label="In force from",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    reason = forms.CharField(
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Everybody can read it in the register.",
    )

    def __init__(self, *args: Any, card: Card, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.card = card
        days = notice_days(card.slug)
        soon = earliest_start(now, days) + timedelta(hours=1)
        self.fields["valid_from"].initial = soon.replace(minute=0, second=0)
        self.fields["valid_from"].help_text = (
            f"At least {days} days from now: tasks were posted under this rule."
            if days
            else "From now on: no task was posted under this rule yet, so nobody needs notice."
        )
        newest = MechanismVersion.objects.filter(mechanism=card.slug).order_by("-number").first()
        current = {**card.defaults, **(newest.parameters if newest else {})}
        for parameter in card.parameters:
            self.fields[parameter.name] = forms.FloatField(
                label=parameter.name.replace("_", " ").capitalize(),
                initial=current[parameter.name],
                min_value=parameter.minimum,
                max_value=parameter.maximum,
                step_size=1 if parameter.is_whole else None,
                help_text=f"{parameter.meaning} {' to '.join(parameter.limits)} "
                f"{parameter.unit}".rstrip()
                + ".",
            )
        self.order_fields([p.name for p in card.parameters] + ["valid_from", "reason"])

    def is_usable_to_try(self) -> bool:
        """True when the numbers can be tried; date and reason are asked only for publishing."""
        self.full_clean()
        for name in ("valid_from", "reason"):
            self.errors.pop(name, None)
        return not self.errors

    @property
    def parameters(self) -> dict[str, float]:
        return {p.name: self.cleaned_data[p.name] for p in self.card.parameters}
