"""Bookings, calls off, places that come free, who was not there, and opinions are told too."""

from django.db import migrations, models

HEARD = (
    "allocated", "approved", "awarded", "bonus", "cancelled", "consoled", "decided",
    "dispute_added", "dispute_answered", "dispute_unanswered", "dispute_upheld", "disputed",
    "expired", "offered", "overturned", "problem_answered", "problem_escalated",
    "problem_reported", "refused", "rejected", "rejection_agreed", "rejection_refused",
    "released", "reported", "returned", "review_answered", "rework", "submitted",
)
MORE = (
    "booked", "called_off", "client_not_there", "opinion_written", "opinions_shown",
    "reserve_served", "worker_not_there",
)
TRIGGER = """
CREATE OR REPLACE TRIGGER event_waits_to_be_told AFTER INSERT ON tasks_taskevent
FOR EACH ROW WHEN (
    NEW.kind IN ({kinds})
    AND (NEW.kind <> 'decided'
         OR (NEW.facts->>'candidates')::int > 1
         OR (NEW.facts->>'candidates')::int = 1
            AND (NEW.facts->>'awarded')::int + (NEW.facts->>'offered')::int = 0)
) EXECUTE FUNCTION event_waits_to_be_told();
"""


def hear(*kinds: str) -> str:
    return TRIGGER.format(kinds=", ".join(f"'{kind}'" for kind in kinds))


class Migration(migrations.Migration):

    dependencies = [
        ("notices", "0001_notices_and_searches"),
    ]

    operations = [
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('offer', 'offer'), ('won', 'won'), ('not_chosen', 'not_chosen'), ('approved', 'approved'), ('rework', 'rework'), ('rejected', 'rejected'), ('bonus', 'bonus'), ('late', 'late'), ('cancelled', 'cancelled'), ('search', 'search'), ('shift', 'shift'), ('opinion', 'opinion'), ('dispute', 'dispute'), ('problem', 'problem'), ('review', 'review'), ('choose', 'choose'), ('filled', 'filled'), ('handed_in', 'handed_in'), ('approval_near', 'approval_near'), ('returned', 'returned'), ('nobody', 'nobody'), ('batch', 'batch'), ('screened', 'screened')], max_length=14),
        ),
        migrations.AlterField(
            model_name='preference',
            name='kind',
            field=models.CharField(choices=[('offer', 'offer'), ('won', 'won'), ('not_chosen', 'not_chosen'), ('approved', 'approved'), ('rework', 'rework'), ('rejected', 'rejected'), ('bonus', 'bonus'), ('late', 'late'), ('cancelled', 'cancelled'), ('search', 'search'), ('shift', 'shift'), ('opinion', 'opinion'), ('dispute', 'dispute'), ('problem', 'problem'), ('review', 'review'), ('choose', 'choose'), ('filled', 'filled'), ('handed_in', 'handed_in'), ('approval_near', 'approval_near'), ('returned', 'returned'), ('nobody', 'nobody'), ('batch', 'batch'), ('screened', 'screened')], max_length=14),
        ),
        migrations.RunSQL(hear(*HEARD, *MORE), hear(*HEARD)),
    ]
