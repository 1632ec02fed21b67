"""Available workers under each of their skills, in two orders; the database keeps the list."""

import django.db.models.deletion
from django.db import migrations, models

KEEP = """
CREATE FUNCTION workers_keep_the_listings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM workers_listing
     WHERE worker_id = NEW.id AND (NEW.available_since IS NULL OR skill <> ALL (NEW.skills));
    IF NEW.available_since IS NOT NULL THEN
        INSERT INTO workers_listing (worker_id, skill, reputation, available_since)
        SELECT DISTINCT NEW.id, skill, NEW.reputation, NEW.available_since
          FROM unnest(NEW.skills) skill
            ON CONFLICT (worker_id, skill) DO UPDATE
           SET reputation = EXCLUDED.reputation, available_since = EXCLUDED.available_since;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER a_new_worker_is_listed AFTER INSERT ON workers_worker FOR EACH ROW
WHEN (NEW.available_since IS NOT NULL)
EXECUTE FUNCTION workers_keep_the_listings();
CREATE TRIGGER a_worker_is_listed_as_they_are_now AFTER UPDATE ON workers_worker FOR EACH ROW
WHEN ((OLD.skills, OLD.available_since, OLD.reputation)
      IS DISTINCT FROM (NEW.skills, NEW.available_since, NEW.reputation))
EXECUTE FUNCTION workers_keep_the_listings();
"""
LEAVE = """
DROP TRIGGER a_worker_is_listed_as_they_are_now ON workers_worker;
DROP TRIGGER a_new_worker_is_listed ON workers_worker;
DROP FUNCTION workers_keep_the_listings;
"""
FILL = """
INSERT INTO workers_listing (worker_id, skill, reputation, available_since)
SELECT DISTINCT id, unnest(skills), reputation, available_since
  FROM workers_worker WHERE available_since IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("workers", "0006_available_workers_by_proof")]
    operations = [
        migrations.CreateModel(
            name="Listing",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "worker",
                        "skill",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("skill", models.CharField(max_length=40)),
                ("reputation", models.FloatField()),
                ("available_since", models.DateTimeField()),
                (
                    "worker",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workers.worker",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["skill", "-reputation", "worker"], name="skilled_workers_by_repute"
                    ),
                    models.Index(
                        fields=["skill", "available_since", "worker"],
                        name="skilled_workers_by_wait",
                    ),
                ]
            },
        ),
        migrations.RunSQL(KEEP, LEAVE),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
