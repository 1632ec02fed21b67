"""Money cannot appear, disappear or be rewritten, not even with SQL of one's own."""

import uuid

import pytest
from django.db.models import F

from ledger import actions as ledger
from ledger.models import Account, Transfer
from ledger.queries import balance_cents, held_cents, trial_balance
from tasks.actions import post_task
from tests.people import NOW, a_task, post
from tests.refusals import refused, rows_of, run_sql

pytestmark = pytest.mark.django_db


def a_transfer(debit: Account, credit: Account, amount_cents: int = 100, **changes) -> Transfer:
    fields = {"kind": "refund", "currency": debit.currency, "at": NOW} | changes
    return Transfer.objects.create(debit=debit, credit=credit, amount_cents=amount_cents, **fields)


@pytest.fixture
def wallet(clara):
    return ledger.wallet_of(clara.user)


@pytest.fixture
def other(wim):
    return ledger.wallet_of(wim.user)


@pytest.fixture(autouse=True)
def _the_books_stay_right(db):
    yield
    assert trial_balance().is_right


def test_a_transfer_moves_exactly_its_amount(wallet, other):
    a_transfer(wallet, other, 250)
    wallet.refresh_from_db()
    other.refresh_from_db()
    assert (wallet.balance_cents, other.balance_cents) == (99_750, 250)


def test_a_balance_is_not_edited(wallet):
    before = rows_of(Account)
    with refused("money moves only by a transfer"):
        Account.objects.filter(pk=wallet.pk).update(balance_cents=F("balance_cents") + 1)
    with refused("money moves only by a transfer"):
        run_sql("UPDATE ledger_account SET balance_cents = 0 WHERE id = %s", wallet.pk)
    assert rows_of(Account) == before


def test_an_account_starts_empty(stan):
    with refused("an account starts empty"):
        Account.objects.create(kind="wallet", owner=stan, currency="EUR", balance_cents=5)
    assert Account.objects.create(kind="wallet", owner=stan, currency="EUR").balance_cents == 0


def test_an_account_with_its_money_is_not_deleted(wallet, stan):
    empty = Account.objects.create(kind="escrow", owner=stan, currency="EUR")
    for account in (wallet, empty):
        with refused("an account is never deleted"):
            run_sql("DELETE FROM ledger_account WHERE id = %s", account.pk)
    assert Account.objects.filter(pk__in=[wallet.pk, empty.pk]).count() == 2


@pytest.mark.parametrize("change", [{"kind": "escrow"}, {"currency": "USD"}])
def test_an_account_keeps_its_kind_and_its_currency(wallet, change):
    with refused("keeps its kind and its currency"):
        Account.objects.filter(pk=wallet.pk).update(**change)


def test_a_transfer_is_never_changed_or_deleted(wallet, other):
    a_transfer(wallet, other)
    before = rows_of(Transfer)
    with refused("append-only"):
        Transfer.objects.update(amount_cents=1)
    with refused("append-only"):
        run_sql("UPDATE ledger_transfer SET credit_id = debit_id")
    with refused("append-only"):
        run_sql("DELETE FROM ledger_transfer")
    assert rows_of(Transfer) == before


@pytest.mark.parametrize("amount_cents", [0, -1, -100_000])
def test_a_transfer_moves_more_than_nothing(wallet, other, amount_cents):
    with refused("a_transfer_moves_more_than_zero"):
        a_transfer(wallet, other, amount_cents)
    assert a_transfer(wallet, other, 1).amount_cents == 1


def test_a_transfer_is_between_two_accounts(wallet):
    with refused("a_transfer_is_between_two_accounts"):
        a_transfer(wallet, wallet)


@pytest.mark.parametrize("currency", ["EUR", "USD"])
def test_a_transfer_has_one_currency(wallet, stan, currency):
    dollars = Account.objects.create(kind="wallet", owner=stan, currency="USD")
    with refused("a transfer has one currency"):
        a_transfer(wallet, dollars, currency=currency)
    assert not Transfer.objects.filter(credit=dollars).exists()


def test_the_same_key_moves_once(wallet, other):
    key = uuid.uuid4()
    a_transfer(wallet, other, 100, id=key)
    with refused("ledger_transfer_pkey"):
        a_transfer(wallet, other, 100, id=key)
    assert balance_cents(other.owner) == 100


def test_a_wallet_is_emptied_but_not_overdrawn(wallet, other):
    with refused("a_balance_is_never_below_zero"):
        a_transfer(wallet, other, 100_001)
    assert balance_cents(wallet.owner) == 100_000
    a_transfer(wallet, other, 100_000)
    assert balance_cents(wallet.owner) == 0


def test_an_escrow_is_emptied_but_not_overdrawn(clara, other):
    task = post(clara)
    with refused("a_balance_is_never_below_zero"):
        a_transfer(task.escrow, other, 1_101)
    assert held_cents(clara.user) == 1_100
    a_transfer(task.escrow, other, 1_100)
    assert held_cents(clara.user) == 0


def test_posting_more_than_the_wallet_holds_posts_nothing(clara):
    with pytest.raises(ledger.NotEnoughMoney):
        post_task(client=clara, new=a_task(pay_cents=90_910), now=NOW)
    assert not clara.tasks.exists()
    assert (balance_cents(clara.user), held_cents(clara.user)) == (100_000, 0)
    post_task(client=clara, new=a_task(pay_cents=90_909), now=NOW)
    assert (balance_cents(clara.user), held_cents(clara.user)) == (0, 100_000)


def test_the_mint_and_the_fees_keep_no_stored_balance(wallet):
    mint = ledger.market_account(Account.Kind.MINT)
    with refused("money moves only|busy_accounts"):
        Account.objects.filter(pk=mint.pk).update(balance_cents=1)
    mint.refresh_from_db()
    assert mint.balance_cents == 0


def test_there_is_one_mint_per_currency(wallet):
    with refused("one_mint_and_one_fee_account_per_currency"):
        Account.objects.create(kind="mint", currency="EUR")
    assert Account.objects.create(kind="mint", currency="USD").pk


def test_a_person_has_one_wallet_per_currency(clara, wallet):
    with refused("one_wallet_per_person_and_currency"):
        Account.objects.create(kind="wallet", owner=clara.user, currency="EUR")


def test_a_wallet_belongs_to_somebody(db):
    with refused("a_wallet_or_escrow_has_an_owner"):
        Account.objects.create(kind="wallet", currency="EUR")
