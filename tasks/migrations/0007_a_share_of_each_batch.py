"""How much of a batch one person may have, kept with every assignment however it was made."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

KEEP_SHARES = """
CREATE FUNCTION tasks_keep_share() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    capped record;
BEGIN
    SELECT b.id, b.most_per_worker AS most INTO capped
      FROM tasks_task t JOIN tasks_batch b ON b.id = t.batch_id
     WHERE t.id = NEW.task_id AND b.most_per_worker IS NOT NULL;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO tasks_share AS mine (batch_id, worker_id, held, most)
        VALUES (capped.id, NEW.worker_id, 1, capped.most)
        ON CONFLICT (batch_id, worker_id) DO UPDATE SET held = mine.held + 1;
    ELSE
        UPDATE tasks_share SET held = held - 1
         WHERE batch_id = capped.id AND worker_id = NEW.worker_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tasks_assignment_takes_from_the_share AFTER INSERT ON tasks_assignment
FOR EACH ROW EXECUTE FUNCTION tasks_keep_share();
CREATE TRIGGER tasks_assignment_gives_back_to_the_share AFTER UPDATE OF state ON tasks_assignment
FOR EACH ROW WHEN (NEW.state IN ('returned', 'expired') AND OLD.state NOT IN ('returned', 'expired'))
EXECUTE FUNCTION tasks_keep_share();
"""
FORGET_SHARES = """
DROP TRIGGER tasks_assignment_takes_from_the_share ON tasks_assignment;
DROP TRIGGER tasks_assignment_gives_back_to_the_share ON tasks_assignment;
DROP FUNCTION tasks_keep_share;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("tasks", "0006_shifts_and_bookings"),
        ("workers", "0002_reputation_is_stored"),
    ]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="most_per_worker",
            field=models.PositiveIntegerField(
                blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)]
            ),
        ),
        migrations.CreateModel(
            name="Share",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("held", models.PositiveIntegerField()),
                ("most", models.PositiveIntegerField()),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shares",
                        to="tasks.batch",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shares",
                        to="workers.worker",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("batch", "worker"), name="one_share_per_worker_and_batch"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("held__lte", models.F("most"))),
                        name="a_share_is_not_exceeded",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEEP_SHARES, FORGET_SHARES),
    ]
