"""Bids, claims, offers and entries stay as they came in: a decision was taken on them.

They change only as the actions change them: a bid is revised (by a new row) or withdrawn, an open
offer is answered, an entry is improved until its contest closes. Whoever deletes their account takes
their message and the text of their entry away.
"""

from django.db import migrations

from marketplace.append_only import append_only, keeps, known_steps

BID_STEPS = {"live": ("revised", "withdrawn")}
OFFER_STEPS = {"open": ("accepted", "declined", "expired", "withdrawn")}
# The moment the transaction began, so that whom the action let in a moment before closing stays in.
TIMELY = """
CREATE FUNCTION allocation_comes_before_closing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM tasks_task
                    WHERE id = NEW.task_id AND state = 'open'
                      AND closes_at > greatest(NEW.received_at, now())) THEN
        RAISE EXCEPTION '% came after closing', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_bid_comes_before_closing BEFORE INSERT ON allocation_bid
FOR EACH ROW EXECUTE FUNCTION allocation_comes_before_closing();
CREATE TRIGGER an_entry_comes_before_closing BEFORE INSERT ON allocation_entry
FOR EACH ROW EXECUTE FUNCTION allocation_comes_before_closing();
CREATE TRIGGER an_entry_changes_before_closing BEFORE UPDATE ON allocation_entry FOR EACH ROW
WHEN (NEW.revised_at IS DISTINCT FROM OLD.revised_at
      OR NEW.content <> OLD.content
         AND NEW.content <> 'Taken away when the account was deleted.')
EXECUTE FUNCTION allocation_comes_before_closing();
"""
LATE = """
DROP TRIGGER a_bid_comes_before_closing ON allocation_bid;
DROP TRIGGER an_entry_comes_before_closing ON allocation_entry;
DROP TRIGGER an_entry_changes_before_closing ON allocation_entry;
DROP FUNCTION allocation_comes_before_closing;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("allocation", "0009_no_index_twice"),
        ("tasks", "0016_no_index_twice"),
    ]
    operations = [
        append_only("allocation_claim"),
        keeps(
            "allocation_bid",
            *("id", "task_id", "worker_id", "amount_cents", "received_at"),
            or_when="NEW.message <> OLD.message AND NEW.message <> ''",
        ),
        known_steps("allocation_bid", BID_STEPS),
        keeps(
            "allocation_offer",
            *("id", "task_id", "allocation_id", "worker_id", "slot_number", "pay_cents"),
            *("made_at", "expires_at"),
            or_when="OLD.state <> 'open' AND NEW.answered_at IS DISTINCT FROM OLD.answered_at",
        ),
        known_steps("allocation_offer", OFFER_STEPS),
        keeps("allocation_entry", "id", "task_id", "worker_id", "received_at"),
        migrations.RunSQL(TIMELY, LATE),
    ]
