"""What people are told, and the rows that say what nobody was told yet."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

HEARD = (
    "allocated",
    "approved",
    "awarded",
    "bonus",
    "cancelled",
    "consoled",
    "decided",
    "dispute_added",
    "dispute_answered",
    "dispute_unanswered",
    "dispute_upheld",
    "disputed",
    "expired",
    "offered",
    "overturned",
    "problem_answered",
    "problem_escalated",
    "problem_reported",
    "refused",
    "rejected",
    "rejection_agreed",
    "rejection_refused",
    "released",
    "reported",
    "returned",
    "review_answered",
    "rework",
    "submitted",
)


# Triggers, so that no way of writing an event can forget it, and an event of which nobody will be
# told costs nothing. Of decisions only those that turned somebody down, or that ask the client:
# a first-come claim decides among one candidate and awards.
NOTE_EVENTS = """
CREATE FUNCTION event_waits_to_be_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO notices_untold (what, number) VALUES ('event', NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER event_waits_to_be_told AFTER INSERT ON tasks_taskevent
FOR EACH ROW WHEN (
    NEW.kind IN ({kinds})
    AND (NEW.kind <> 'decided'
         OR (NEW.facts->>'candidates')::int > 1
         OR (NEW.facts->>'candidates')::int = 1
            AND (NEW.facts->>'awarded')::int + (NEW.facts->>'offered')::int = 0)
) EXECUTE FUNCTION event_waits_to_be_told();

CREATE FUNCTION posted_batch_waits_to_be_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO notices_untold (what, number) VALUES ('upload', NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER posted_batch_waits_to_be_told AFTER UPDATE OF state ON batches_upload
FOR EACH ROW WHEN (NEW.state = 'posted' AND OLD.state <> 'posted')
EXECUTE FUNCTION posted_batch_waits_to_be_told();
""".format(kinds=", ".join(f"'{kind}'" for kind in HEARD))  # nosec B608: names of our own
FORGET_EVENTS = """
DROP TRIGGER event_waits_to_be_told ON tasks_taskevent;
DROP FUNCTION event_waits_to_be_told;
DROP TRIGGER posted_batch_waits_to_be_told ON batches_upload;
DROP FUNCTION posted_batch_waits_to_be_told;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('batches', '0002_what_was_shown_and_said_stays'),
        ('accounts', '0001_initial'),
        ('tasks', '0005_a_reserve_beyond_the_slots'),
        ('workers', '0002_reputation_is_stored'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Letterbox',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to=settings.AUTH_USER_MODEL)),
                ('language', models.CharField(choices=[('en', 'English'), ('nl', 'Dutch'), ('fr', 'French')], max_length=5)),
            ],
            options={
                'verbose_name_plural': 'letterboxes',
            },
        ),
        migrations.CreateModel(
            name='Untold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('event', 'something happened to a task'), ('upload', 'a batch was posted')], max_length=6)),
                ('number', models.BigIntegerField()),
            ],
            options={
                'verbose_name_plural': 'untold',
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('offer', 'offer'), ('won', 'won'), ('not_chosen', 'not_chosen'), ('approved', 'approved'), ('rework', 'rework'), ('rejected', 'rejected'), ('bonus', 'bonus'), ('late', 'late'), ('cancelled', 'cancelled'), ('search', 'search'), ('dispute', 'dispute'), ('problem', 'problem'), ('review', 'review'), ('choose', 'choose'), ('filled', 'filled'), ('handed_in', 'handed_in'), ('approval_near', 'approval_near'), ('returned', 'returned'), ('nobody', 'nobody'), ('batch', 'batch'), ('screened', 'screened')], max_length=14)),
                ('about', models.CharField(max_length=32)),
                ('count', models.PositiveIntegerField(default=1)),
                ('cents', models.BigIntegerField(default=0)),
                ('facts', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('mailed_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
                ('task', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tasks.task')),
            ],
            options={
                'indexes': [models.Index(fields=['person', '-at', '-id'], name='notices_of_a_person'), models.Index(condition=models.Q(('read_at', None)), fields=['person'], name='unread_notices_of_a_person')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('read_at', None)), fields=('person', 'kind', 'about'), name='one_unread_notice_per_person_kind_and_thing')],
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('offer', 'offer'), ('won', 'won'), ('not_chosen', 'not_chosen'), ('approved', 'approved'), ('rework', 'rework'), ('rejected', 'rejected'), ('bonus', 'bonus'), ('late', 'late'), ('cancelled', 'cancelled'), ('search', 'search'), ('dispute', 'dispute'), ('problem', 'problem'), ('review', 'review'), ('choose', 'choose'), ('filled', 'filled'), ('handed_in', 'handed_in'), ('approval_near', 'approval_near'), ('returned', 'returned'), ('nobody', 'nobody'), ('batch', 'batch'), ('screened', 'screened')], max_length=14)),
                ('channel', models.CharField(choices=[('mail', 'inbox and e-mail'), ('daily', 'inbox and daily e-mail'), ('site', 'inbox only'), ('off', 'not at all')], max_length=5)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='preferences', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'kind'), name='one_preference_per_person_and_kind')],
            },
        ),
        migrations.CreateModel(
            name='SavedSearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('filters', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('looked_at', models.DateTimeField()),
                ('told_count', models.PositiveIntegerField(default=0)),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='searches', to='workers.worker')),
            ],
            options={
                'verbose_name_plural': 'saved searches',
                'indexes': [models.Index(fields=['looked_at', 'id'], name='searches_longest_not_looked_at')],
                'constraints': [models.UniqueConstraint(fields=('worker', 'name'), name='one_saved_search_per_worker_and_name'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='a_saved_search_has_a_name')],
            },
        ),
        migrations.RunSQL(NOTE_EVENTS, FORGET_EVENTS),
    ]
