"""A class: a room with a teacher and a code, the rounds played in it, and who sits there."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Room


class Classroom(models.Model):
    """A class. Whoever knows its code may come in until it closes.

    `agents` is how many simulated workers play beside the pupils.
    """

    room = models.OneToOneField(Room, on_delete=models.PROTECT, related_name="classroom")
    teacher = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="classrooms"
    )
    code = models.CharField(max_length=8, unique=True, editable=False)
    title = models.CharField(_("name of the class"), max_length=60)
    agents = models.PositiveSmallIntegerField(_("simulated workers"))
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.title} ({self.code})"

    def get_absolute_url(self) -> str:
        return reverse("classroom", args=[self.code])

    def is_open(self, now: datetime) -> bool:
        return self.opened_at <= now < self.closes_at


class Round(models.Model):
    """One play of a market under one rule. That it is over follows from the clock, not from a mark,
    so that no process has to live to end it.
    """

    classroom = models.ForeignKey(
        Classroom, on_delete=models.PROTECT, related_name="rounds", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    preset = models.CharField(max_length=40)
    mechanism = models.CharField(max_length=32)
    speed = models.FloatField()
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["classroom", "number"], name="rounds_are_numbered_per_class"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("started_at")), name="a_round_ends_after_it_began"
            ),
        ]
        indexes = [models.Index(fields=["ends_at"], name="rounds_by_their_end")]

    def __str__(self) -> str:
        return f"round {self.number} of {self.classroom}"

    def is_on(self, now: datetime) -> bool:
        return self.started_at <= now < self.ends_at


class Pupil(models.Model):
    """One person's seat in a class: an account of its own, without e-mail and password.

    `account` is who they are elsewhere, when they were logged in. `word` opens the seat again on
    another device. When the account is deleted, nickname and word go with it.
    """

    class Role(models.TextChoices):
        WORKER = "worker", _("worker")
        CLIENT = "client", _("client")

    classroom = models.ForeignKey(Classroom, on_delete=models.PROTECT, related_name="pupils")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="pupil"
    )
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="seats",
        null=True,
        blank=True,
    )
    nickname = models.CharField(_("nickname"), max_length=24, blank=True)
    role = models.CharField(_("role"), max_length=6, choices=Role.choices)
    word = models.CharField(max_length=8, blank=True, editable=False)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "classroom",
                models.functions.Lower("nickname"),
                condition=Q(forgotten_at__isnull=True),
                name="one_seat_per_nickname_and_class",
            ),
            models.UniqueConstraint(
                fields=["classroom", "account"],
                condition=Q(account__isnull=False),
                name="one_seat_per_account_and_class",
            ),
            models.CheckConstraint(
                condition=Q(forgotten_at__isnull=True) | Q(nickname="", word="", account=None),
                name="of_a_forgotten_pupil_no_name_is_left",
            ),
        ]

    def __str__(self) -> str:
        return self.nickname or f"seat {self.pk}"
