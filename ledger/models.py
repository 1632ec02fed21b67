"""Money as facts: accounts, and transfers between two of them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Account(models.Model):
    """A place where money is. Its balance changes only because a transfer was written.

    The database keeps `balance_cents` itself, inside the transfer's own trigger; nobody else may
    touch it. The mint (which issues play money) and the fee account are busy, so they keep no
    stored balance: theirs is the sum of their transfers.
    """

    class Kind(models.TextChoices):
        WALLET = "wallet", "wallet"
        ESCROW = "escrow", "escrow"
        FEES = "fees", "fees"
        MINT = "mint", "mint (issues play money)"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True
    )
    currency = models.CharField(max_length=3)
    balance_cents = models.BigIntegerField(default=0, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(balance_cents__gte=0), name="a_balance_is_never_below_zero"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["wallet", "escrow"]) | Q(balance_cents=0),
                name="busy_accounts_keep_no_stored_balance",
            ),
            models.UniqueConstraint(
                fields=["owner", "currency"],
                condition=Q(kind="wallet"),
                name="one_wallet_per_person_and_currency",
            ),
            models.UniqueConstraint(
                fields=["kind", "currency"],
                condition=Q(kind__in=["fees", "mint"]),
                name="one_mint_and_one_fee_account_per_currency",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["fees", "mint"]) | Q(owner__isnull=False),
                name="a_wallet_or_escrow_has_an_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Transfer(models.Model):
    """One amount from one account (`debit`) to another (`credit`). Append-only.

    One row is one debit and one credit, so the sum over all accounts is zero by construction. The
    primary key is the idempotency key: writing the same transfer twice is refused. `number` counts
    transfers as they are written: several may have the same moment, and a statement needs an order.
    """

    class Kind(models.TextChoices):
        DEPOSIT = "deposit", "deposit"
        ESCROW = "escrow", "into escrow"
        PAYOUT = "payout", "payout"
        FEE = "fee", "fee"
        REFUND = "refund", "refund"
        CONSOLATION = "consolation", "for taking part"
        BONUS = "bonus", "bonus"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.BigIntegerField(
        unique=True,
        editable=False,
        db_default=models.Func(models.Value("ledger_transfer_number"), function="nextval"),
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="debits")
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="credits")
    amount_cents = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    about = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0), name="a_transfer_moves_more_than_zero"
            ),
            models.CheckConstraint(
                condition=~Q(debit=F("credit")),
                name="a_transfer_is_between_two_accounts",
            ),
        ]
        indexes = [models.Index(fields=["at"], name="transfers_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_cents} {self.currency}"
