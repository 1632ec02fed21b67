"""Keeping a template: each edit is a new version, so that what was posted stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from batches import rules
from batches.models import Template
from clients.models import Client


class TemplateIsEmpty(Exception):
    """There is nothing to fill in: write a template, or add at least one field."""


class TemplateIsTooLarge(Exception):
    """A template may be at most 1 MB. Leave out what is not needed, pictures first."""


@transaction.atomic
def keep_template(
    *,
    client: Client,
    name: str,
    kind: str,
    body: str,
    now: datetime,
    fields: Sequence[dict[str, Any]] = (),
) -> Template:
    """Keep a template as the next version of its name; the same again gives the version there is.

    Raises TemplateIsEmpty or TemplateIsTooLarge.
    """
    if len(body.encode()) > rules.MOST_TEMPLATE_BYTES:
        raise TemplateIsTooLarge
    if not (fields if kind == Template.Kind.FORM else body.strip()):
        raise TemplateIsEmpty
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    newest = client.templates.filter(name=name).order_by("-version").first()
    told = {"kind": kind, "body": body, "fields": list(fields)}
    if newest and told == {"kind": newest.kind, "body": newest.body, "fields": newest.fields}:
        return newest
    version = newest.version + 1 if newest else 1
    return Template.objects.create(
        client=client, name=name, version=version, created_at=now, **told
    )
