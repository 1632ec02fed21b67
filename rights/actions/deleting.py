"""Deleting an account: what is personal goes, what others' pay hangs on stays without a name."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from rest_framework.authtoken.models import Token

from accounts.models import User
from accounts.names import FORMER_CLIENT, FORMER_MEMBER, FORMER_WORKER
from allocation.models import Bid, Entry
from batches.actions import discard
from batches.models import Draft, Upload
from clients.models import Client
from marketplace.locks import lock
from notices.models import Letterbox, Notice, Preference, SavedSearch
from rights.models import Deletion
from rights.queries.obstacles import obstacles
from shifts.models import PublishedHour, Reserve
from wages.models import TimeEntry, TimeKeeping
from workers.models import Worker

HOUR_IS_GONE = ENTRY_IS_GONE = "Taken away when the account was deleted."


class AccountIsInUse(Exception):
    """Something of this account is still open."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(*sentences)
        self.sentences = sentences


class OperatorsStayNamed(Exception):
    """You are an operator: your name stands under decisions about people. Another operator has to
    take that role from you first."""


@transaction.atomic
def delete_account(*, by: User, now: datetime) -> Deletion:
    """Take everything personal away and leave a pseudonym. Harmless twice.

    Raises OperatorsStayNamed or AccountIsInUse. The worker's row is locked first, so that nobody is
    given work meanwhile; a worker with no capacity is given none afterwards.
    """
    if hasattr(by, "worker"):
        lock(Worker, by.worker.pk, "NO KEY UPDATE")
    user = User.objects.select_for_update().get(pk=by.pk)
    if done := Deletion.objects.filter(user=user).first():
        return done
    if user.is_staff:
        raise OperatorsStayNamed
    if still_open := obstacles(user):
        raise AccountIsInUse(still_open)
    forget_notices(user)
    forget_worker(user, now)
    forget_client(user)
    forget_keys(user)
    forget_account(user)
    return Deletion.objects.create(user=user, at=now)


def forget_notices(user: User) -> None:
    """What this person was told, and their name in what others were told.

    Somebody else of the same name loses it there too: that does less harm than a name that stays.
    """
    for told in (Notice, Preference, Letterbox):
        told.objects.filter(person=user).delete()
    SavedSearch.objects.filter(worker__user=user).delete()
    sides = [
        side.objects.filter(user=user).values_list("name", flat=True) for side in (Worker, Client)
    ]
    names = {user.name, *sides[0], *sides[1]}
    for notice in Notice.objects.filter(facts__name__in=sorted(names)):
        notice.facts["name"] = FORMER_MEMBER
        notice.save(update_fields=["facts"])


def forget_worker(user: User, now: datetime) -> None:
    """Profile, place, skills, diary, drafts and what was only said to win work."""
    worker = Worker.objects.filter(user=user).first()
    if worker is None:
        return
    Worker.objects.filter(pk=worker.pk).update(
        name=FORMER_WORKER,
        skills=[],
        latitude=None,
        longitude=None,
        cell=None,
        available_since=None,
        standby_since=None,
        capacity=0,
    )
    Bid.objects.filter(worker=worker).exclude(message="").update(message="")
    Entry.objects.filter(worker=worker).update(content=ENTRY_IS_GONE)
    Reserve.objects.filter(worker=worker, left_at=None, served_at=None).update(left_at=now)
    offered = PublishedHour.objects.filter(worker=worker, task=None)
    offered.filter(withdrawn_at=None).update(withdrawn_at=now)
    offered.update(title=HOUR_IS_GONE, description=HOUR_IS_GONE)
    Draft.objects.filter(assignment__worker=worker).delete()
    TimeEntry.objects.filter(worker=worker).delete()
    TimeKeeping.objects.filter(worker=worker).delete()


def forget_client(user: User) -> None:
    client = Client.objects.filter(user=user).first()
    if client is None:
        return
    for upload in Upload.objects.filter(client=client, state=Upload.State.DRAFT):
        discard(upload_id=upload.pk, by=client)
    Client.objects.filter(pk=client.pk).update(name=FORMER_CLIENT, about="")


def forget_keys(user: User) -> None:
    """Every way in: addresses, second factors, tokens, kept answers, sessions."""
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    Token.objects.filter(user=user).delete()
    apps.get_model("api", "IdempotentAnswer").objects.filter(user=user).delete()
    for session in Session.objects.iterator(chunk_size=1000):
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


def forget_account(user: User) -> None:
    """The account itself, and its name in the admin's own history."""
    user.groups.clear()
    user.user_permissions.clear()
    forget_history(user)
    user.email = f"former-{user.pk}@deleted.invalid"
    user.name = FORMER_MEMBER
    user.is_active = False
    user.last_login = None
    user.set_unusable_password()
    user.save()


def forget_history(user: User) -> None:
    """What the admin wrote down about this person when an operator mended their account."""
    about = Q(
        content_type__app_label="accounts", content_type__model="user", object_id=str(user.pk)
    )
    for side, label in (("worker", "workers"), ("client", "clients")):
        if hasattr(user, side):
            number = str(getattr(user, side).pk)
            about |= Q(content_type__app_label=label, content_type__model=side, object_id=number)
    LogEntry.objects.filter(about).update(object_repr=FORMER_MEMBER, change_message="")
