"""Changing a mechanism: a new version, with a date, a reason and a name under it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import connection, transaction

from accounts.models import User
from allocation import queries
from allocation.engine.card import UnusableParameters
from allocation.engine.catalogue import CATALOGUE, validate_parameters
from allocation.models import MechanismVersion
from allocation.rules import earliest_start

FARTHEST = timedelta(days=731)


class NoSuchMechanism(Exception):
    """There is no mechanism with this name."""


class ParametersCannotBeUsed(Exception):
    """These parameters cannot be used."""


class VersionChangesNothing(Exception):
    """This version would change nothing: the rule already has these parameters at that moment."""


class VersionNeedsAReason(Exception):
    """Say why the mechanism changes: everybody it concerns can read the reason."""


class VersionNeedsAnOperator(Exception):
    """A mechanism is changed by a named operator."""


class TooFarAhead(Exception):
    """This date is more than two years away. Choose an earlier one."""


class TooLittleNotice(Exception):
    """This date is too soon: people need notice before a mechanism they work under changes."""


@transaction.atomic
def publish_version(
    *,
    mechanism: str,
    parameters: Mapping[str, object],
    valid_from: datetime,
    reason: str,
    by: User,
    now: datetime,
) -> MechanismVersion:
    """Add a version that decides the tasks posted from `valid_from` on; older tasks keep theirs.

    Notice is `queries.notice_days`: none while no task was ever posted under the mechanism.
    Harmless twice: the same again, by the same operator, is the version that is there already.
    Raises NoSuchMechanism, VersionNeedsAnOperator, VersionNeedsAReason, ParametersCannotBeUsed
    (saying which and why), TooLittleNotice, TooFarAhead or VersionChangesNothing.
    """
    if mechanism not in CATALOGUE:
        raise NoSuchMechanism
    if not (by.is_staff and by.is_active):
        raise VersionNeedsAnOperator
    if not reason.strip():
        raise VersionNeedsAReason
    complete = usable(mechanism, parameters)
    if valid_from < earliest_start(now, queries.notice_days(mechanism)):
        raise TooLittleNotice
    if valid_from > now + FARTHEST:
        raise TooFarAhead
    newest = newest_under_a_lock(mechanism)
    said = {
        "parameters": complete,
        "valid_from": valid_from,
        "reason": reason.strip(),
        "by": by,
    }
    if newest and all(getattr(newest, name) == value for name, value in said.items()):
        return newest
    if newest and queries.version_in_force(mechanism, valid_from).parameters == complete:
        raise VersionChangesNothing
    return MechanismVersion.objects.create(
        mechanism=mechanism, number=newest.number + 1 if newest else 1, published_at=now, **said
    )


def usable(mechanism: str, parameters: Mapping[str, object]) -> dict[str, float]:
    try:
        return validate_parameters(mechanism, parameters)
    except UnusableParameters as error:
        raise ParametersCannotBeUsed(str(error)) from error


def newest_under_a_lock(mechanism: str) -> MechanismVersion | None:
    """Two operators, or one who pressed twice, come one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"version {mechanism}"])
    return MechanismVersion.objects.filter(mechanism=mechanism).order_by("-number").first()
