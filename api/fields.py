"""Fields with the market's own limits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from rest_framework import serializers

from proofs.queries import proof_choices
from proofs.rules import FORM
from provisions.rules import SAYABLE, SAYABLE_PROVIDERS

MOST_CENTS = 100_000_000  # a million, so that no sum of a batch leaves 64 bits
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class Moment(serializers.DateTimeField):
    """A moment with its offset, answered in UTC. Only this and the next century."""

    def __init__(self, **options: Any) -> None:
        super().__init__(default_timezone=UTC, **options)

    def to_internal_value(self, value: Any) -> datetime:
        moment: datetime = super().to_internal_value(value)
        if not EARLIEST <= moment < LATEST:
            raise serializers.ValidationError("A moment between the years 2000 and 2200.")
        return moment


class Cents(serializers.IntegerField):
    """Whole cents."""

    def __init__(self, **options: Any) -> None:
        if not options.get("read_only"):
            options = {"min_value": 1, "max_value": MOST_CENTS} | options
        super().__init__(**options)


class Skills(serializers.ListField):
    """Names of skills, as short lower-case slugs."""

    def __init__(self, **options: Any) -> None:
        slug = serializers.RegexField(r"^[a-z0-9][a-z0-9_-]*$", max_length=40)
        super().__init__(child=slug, max_length=30, **options)


class Proofs(serializers.ListField):
    """Names of proofs, such as `language:french`. Which there are: `GET proof-kinds`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            child=serializers.RegexField(FORM, max_length=60), max_length=20, **options
        )


def must_be_known(slugs: Iterable[str]) -> None:
    """Raises ValidationError for a proof that no operator keeps: nobody could ever show it."""
    asked = set(slugs)
    known = {slug for slug, _name in proof_choices()} if asked else set()
    if unknown := sorted(asked - known):
        raise serializers.ValidationError({"proofs": [f"Not known here: {', '.join(unknown)}."]})


class Provided(serializers.DictField):
    """What a client says that they, or an agency or co-op, provide: function → provider."""

    def __init__(self, **options: Any) -> None:
        provider = serializers.ChoiceField([str(provider) for provider in SAYABLE_PROVIDERS])
        words = f"Function → provider. Functions: {', '.join(SAYABLE)}."
        super().__init__(child=provider, default=dict, help_text=words, **options)

    def to_internal_value(self, data: Any) -> dict[str, str]:
        said: dict[str, str] = super().to_internal_value(data)
        if unknown := sorted(set(said) - set(SAYABLE)):
            raise serializers.ValidationError(
                f"Not for a client to say: {', '.join(unknown)[:200]}. Known: {', '.join(SAYABLE)}."
            )
        return said


class Named(serializers.Serializer):
    """A client or a worker, by number and public name."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
