"""What is read about workers: the names of skills."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext

from workers.models import Skill


def skill_names(slugs: Sequence[str]) -> list[str]:
    """The names of these skills in the reader's language; a slug that nobody knows stays."""
    if not slugs:
        return []
    known = dict(Skill.objects.filter(pk__in=slugs).values_list("slug", "name"))
    return sorted(gettext(known.get(slug, slug)) for slug in slugs)
