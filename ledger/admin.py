"""The books, for operators to read. Money moves only through the market's own actions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import register
from django.http import HttpRequest, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from ledger.models import Account, Transfer
from ledger.pages import statement_file, statement_page
from ledger.queries import book_of
from marketplace.operators import PageAdmin, ReadOnlyAdmin
from marketplace.templatetags.market import money


@register(Account)
class AccountAdmin(PageAdmin):
    """Every account with its statement, the mint and the fees too."""

    page_template = "admin/ledger/account/page.html"
    list_display = ("__str__", "owner", "currency", "balance")
    list_filter = ("kind",)
    list_select_related = ("owner",)
    ordering = ("-id",)
    search_fields = ("=id", "=owner__email")
    search_help_text = "Number of an account, or its owner's whole e-mail address"

    def page(self, request: HttpRequest, row: Account, **extra: Any) -> TemplateResponse:
        return super().page(request, row, **statement_page(request, book_of(row)), **extra)

    def get_urls(self) -> list[URLPattern]:
        file = self.admin_site.admin_view(self.statement)
        name = "ledger_account_statement"
        return [path("<path:object_id>/statement.csv", file, name=name), *super().get_urls()]

    def statement(self, request: HttpRequest, object_id: str) -> StreamingHttpResponse:
        return statement_file(request, book_of(self.found(request, object_id)))

    @admin.display(description="stored balance")
    def balance(self, account: Account) -> str:
        is_busy = account.kind in (Account.Kind.FEES, Account.Kind.MINT)
        return "see the trial balance" if is_busy else money(account.balance_cents)


@register(Transfer)
class TransferAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "kind", "debit", "credit", "amount", "about", "at")
    list_filter = ("kind",)
    list_select_related = ("debit", "credit")
    ordering = ("-number",)
    search_fields = ("=debit__id", "=credit__id")
    search_help_text = "Number of an account"

    @admin.display(description="amount")
    def amount(self, transfer: Transfer) -> str:
        return money(transfer.amount_cents)
