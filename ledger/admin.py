"""The books, for operators to read. Money moves only through the market's own actions."""

from django.contrib import admin
from django.contrib.admin import register

from ledger.models import Account, Transfer
from marketplace.operators import ReadOnlyAdmin
from marketplace.templatetags.market import money


@register(Account)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "owner", "currency", "balance")
    list_filter = ("kind",)
    list_select_related = ("owner",)
    ordering = ("-id",)
    search_fields = ("=id", "=owner__email")
    search_help_text = "Number of an account, or its owner's whole e-mail address"

    @admin.display(description="stored balance")
    def balance(self, account: Account) -> str:
        is_busy = account.kind in (Account.Kind.FEES, Account.Kind.MINT)
        return "see the trial balance" if is_busy else money(account.balance_cents)


@register(Transfer)
class TransferAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "kind", "debit", "credit", "amount", "about", "at")
    list_filter = ("kind",)
    list_select_related = ("debit", "credit")
    ordering = ("-at", "-id")
    search_fields = ("=debit__id", "=credit__id")
    search_help_text = "Number of an account"

    @admin.display(description="amount")
    def amount(self, transfer: Transfer) -> str:
        return money(transfer.amount_cents)
