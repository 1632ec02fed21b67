"""What people are told: notices, how they want to hear of things, and searches they keep."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notices import rules
from tasks.models import Task
from workers.models import Worker


class Untold(models.Model):
    """Something happened of which nobody was told yet.

    The database writes this row in the transaction in which it happened (see the migration); the
    row is deleted in the transaction that writes the notices. So a notice is never lost or doubled.
    """

    class What(models.TextChoices):
        EVENT = "event", "something happened to a task"
        UPLOAD = "upload", "a batch was posted"

    what = models.CharField(max_length=6, choices=What.choices)
    number = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "untold"

    def __str__(self) -> str:
        return f"{self.what} {self.number}"


class Notice(models.Model):
    """One line in a person's inbox. While it is unread, more of the same is counted on it.

    `about` says what it is about ("task:12", "batch:3", "search:4"); `facts` hold the names and
    amounts that its sentence needs, because the sentence is made in the reader's language.
    """

    person = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="notices", db_index=False
    )
    kind = models.CharField(max_length=14, choices=[(slug, slug) for slug in rules.KINDS])
    about = models.CharField(max_length=32)
    task = models.ForeignKey(
        Task, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    count = models.PositiveIntegerField(default=1)
    cents = models.BigIntegerField(default=0)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "about"],
                condition=Q(read_at=None),
                name="one_unread_notice_per_person_kind_and_thing",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-at", "-id"], name="notices_of_a_person"),
            models.Index(
                fields=["person"], condition=Q(read_at=None), name="unread_notices_of_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about} for {self.person_id}"


class Preference(models.Model):
    """How one person wants to hear of one kind of thing; without a row it is the usual way."""

    class Channel(models.TextChoices):
        MAIL = "mail", _("inbox and e-mail")
        DAILY = "daily", _("inbox and daily e-mail")
        SITE = "site", _("inbox only")
        OFF = "off", _("not at all")

    person = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="preferences", db_index=False
    )
    kind = models.CharField(max_length=14, choices=[(slug, slug) for slug in rules.KINDS])
    channel = models.CharField(max_length=5, choices=Channel.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], name="one_preference_per_person_and_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.channel}"


class Letterbox(models.Model):
    """The language in which a person last read the site: their e-mail is written in it."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True
    )
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)

    class Meta:
        verbose_name_plural = "letterboxes"

    def __str__(self) -> str:
        return self.language


class SavedSearch(models.Model):
    """Filters of "find work" that a worker keeps under a name.

    `seen_at` is when they last opened it; `told_count` how many newer tasks fitted when the sweep
    last looked, at `looked_at`.
    """

    worker = models.ForeignKey(
        Worker, on_delete=models.CASCADE, related_name="searches", db_index=False
    )
    name = models.CharField(_("name"), max_length=60)
    filters = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    looked_at = models.DateTimeField()
    told_count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "saved searches"
        constraints = [
            models.UniqueConstraint(
                fields=["worker", "name"], name="one_saved_search_per_worker_and_name"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="a_saved_search_has_a_name"),
        ]
        indexes = [models.Index(fields=["looked_at", "id"], name="searches_longest_not_looked_at")]

    def __str__(self) -> str:
        return self.name
