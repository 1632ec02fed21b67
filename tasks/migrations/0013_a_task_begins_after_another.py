"""A task may begin after another: it waits until that one is approved."""

import django.db.models.deletion
from django.db import migrations, models

from marketplace.append_only import known_steps

TASK_STEPS = {
    "draft": ("open", "held", "waiting", "cancelled"),
    "held": ("open", "waiting", "cancelled"),
    "waiting": ("open", "cancelled"),
    "open": ("allocated", "cancelled", "expired"),
    "allocated": ("open", "completed", "cancelled", "expired"),
}
# What a task begins after stays, as its other terms do: so the order of a project never changes.
GUARD_ORDER = """
CREATE FUNCTION tasks_guard_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.starts_after_id IS DISTINCT FROM OLD.starts_after_id THEN
        RAISE EXCEPTION 'what a task begins after stays as it was posted'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER tasks_task_keeps_its_order BEFORE UPDATE OF starts_after_id ON tasks_task
FOR EACH ROW EXECUTE FUNCTION tasks_guard_order();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_rooms'),
        ('clients', '0001_initial'),
        ('ledger', '0005_transfers_are_numbered'),
        ('tasks', '0012_tasks_ask_for_proofs'),
    ]

    operations = [
        migrations.AddField(
            model_name='task',
            name='starts_after',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followers', to='tasks.task'),
        ),
        migrations.AlterField(
            model_name='task',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('held', 'held for a person to look at'), ('waiting', 'waiting for another task'), ('open', 'open'), ('allocated', 'allocated'), ('completed', 'completed'), ('cancelled', 'cancelled'), ('expired', 'expired')], default='draft', max_length=10),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('starts_after__isnull', False)), fields=['starts_after', 'id'], name='tasks_that_follow_a_task'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.CheckConstraint(condition=models.Q(('starts_after__isnull', True), ('starts_after__lt', models.F('id')), _connector='OR'), name='a_task_starts_after_an_earlier_one'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'waiting'), _negated=True), ('starts_after__isnull', False), _connector='OR'), name='a_waiting_task_waits_for_another'),
        ),
        known_steps("tasks_task", TASK_STEPS),
        migrations.RunSQL(
            GUARD_ORDER,
            "DROP TRIGGER tasks_task_keeps_its_order ON tasks_task; DROP FUNCTION tasks_guard_order;",
        ),
    ]
