"""The database itself moves the money: a transfer's trigger is the only hand on a balance."""

from django.db import migrations

from marketplace.append_only import append_only

# Balances are changed in the order of the accounts' ids, so that two transfers between the same
# accounts in opposite directions cannot deadlock.
MOVE_MONEY = """
CREATE FUNCTION ledger_move_money() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    account_id bigint;
    known ledger_account%ROWTYPE;
BEGIN
    FOREACH account_id IN ARRAY
        ARRAY[least(NEW.debit_id, NEW.credit_id), greatest(NEW.debit_id, NEW.credit_id)]
    LOOP
        SELECT * INTO known FROM ledger_account WHERE id = account_id;
        IF known.currency <> NEW.currency THEN
            RAISE EXCEPTION 'a transfer has one currency'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF known.kind IN ('wallet', 'escrow') THEN
            UPDATE ledger_account
               SET balance_cents = balance_cents
                   + CASE WHEN id = NEW.credit_id THEN NEW.amount_cents ELSE -NEW.amount_cents END
             WHERE id = account_id;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_transfer_moves_money AFTER INSERT ON ledger_transfer
FOR EACH ROW EXECUTE FUNCTION ledger_move_money();
"""

# Depth 1 is a statement of somebody's own; depth 2 is the transfer's trigger above.
GUARD_BALANCES = """
CREATE FUNCTION ledger_guard_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.balance_cents <> 0 THEN
        RAISE EXCEPTION 'an account starts empty' USING ERRCODE = 'integrity_constraint_violation';
    ELSIF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an account is never deleted'
            USING ERRCODE = 'integrity_constraint_violation';
    ELSIF TG_OP = 'UPDATE' AND (NEW.kind, NEW.currency) <> (OLD.kind, OLD.currency) THEN
        RAISE EXCEPTION 'an account keeps its kind and its currency'
            USING ERRCODE = 'integrity_constraint_violation';
    ELSIF TG_OP = 'UPDATE' AND NEW.balance_cents <> OLD.balance_cents
          AND pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'money moves only by a transfer'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER ledger_account_is_guarded BEFORE INSERT OR UPDATE OR DELETE ON ledger_account
FOR EACH ROW EXECUTE FUNCTION ledger_guard_account();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        append_only("ledger_transfer"),
        migrations.RunSQL(
            MOVE_MONEY,
            "DROP TRIGGER ledger_transfer_moves_money ON ledger_transfer;"
            "DROP FUNCTION ledger_move_money;",
        ),
        migrations.RunSQL(
            GUARD_BALANCES,
            "DROP TRIGGER ledger_account_is_guarded ON ledger_account;"
            "DROP FUNCTION ledger_guard_account;",
        ),
    ]
