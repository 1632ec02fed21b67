"""People: one account may be client and worker at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.names import shown


class People(BaseUserManager["User"]):
    """How accounts are made; the name is Django's `objects`."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        fields.setdefault("name", "Operator")
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class Room(models.Model):
    """A market of its own: who is in it meets nobody outside, and nobody outside sees in.

    From `opened_at` until `closes_at` its people may post and do work. Their day runs `speed` times
    as fast as the clock: an hour of work takes 3600 / speed seconds.

    What is posted has the rule `mechanism` and, in the form, the kind of work `kind`; empty means any.
    What is decided at closing stays open for `bidding_seconds`; 0 means as long as its client says.
    """

    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    speed = models.FloatField(default=1.0)
    mechanism = models.CharField(max_length=32, blank=True)
    kind = models.CharField(max_length=16, blank=True)
    bidding_seconds = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(speed__gt=0), name="time_goes_forward_in_every_room"
            )
        ]

    def __str__(self) -> str:
        return f"room {self.pk}"

    def is_open(self, now: datetime) -> bool:
        return self.opened_at <= now < self.closes_at


class User(AbstractBaseUser, PermissionsMixin):
    """One person's account, known by e-mail. Operators are staff."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    is_simulated = models.BooleanField(
        default=False, help_text="A simulated person; every page says so."
    )
    room = models.ForeignKey(
        Room,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        help_text="Where this person is and stays; empty for the market that everybody sees.",
    )
    is_staff = models.BooleanField("operator", default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[People] = People()
    EMAIL_FIELD = USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_account_per_email_whatever_the_case")
        ]

    def __str__(self) -> str:
        return shown(self.name) or self.email
