"""The hash chain: links, and the rows that say which decision still waits for one."""

import django.db.models.deletion
from django.db import migrations, models

from marketplace.append_only import append_only

# A trigger, so that no way of writing an allocation can forget it.
WAIT_FOR_A_LINK = """
CREATE FUNCTION allocation_waits_for_its_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO allocation_unsealed (allocation_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER allocation_waits_for_its_link AFTER INSERT ON allocation_allocation
FOR EACH ROW EXECUTE FUNCTION allocation_waits_for_its_link();
INSERT INTO allocation_unsealed (allocation_id) SELECT id FROM allocation_allocation;
"""
STOP_WAITING = """
DROP TRIGGER allocation_waits_for_its_link ON allocation_allocation;
DROP FUNCTION allocation_waits_for_its_link;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("allocation", "0003_first_versions"),
        ("tasks", "0002_what_the_database_refuses"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChainLink",
            fields=[
                ("position", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("previous_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64, unique=True)),
                ("sealed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Unsealed",
            fields=[
                (
                    "allocation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="allocation.allocation",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "unsealed",
            },
        ),
        migrations.AlterField(
            model_name="allocation",
            name="version",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="allocation.mechanismversion",
            ),
        ),
        migrations.AddIndex(
            model_name="allocation",
            index=models.Index(
                fields=["version", "-decided_at", "-id"], name="decisions_of_a_version"
            ),
        ),
        migrations.AddField(
            model_name="chainlink",
            name="allocation",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="link",
                to="allocation.allocation",
            ),
        ),
        append_only("allocation_chainlink"),
        migrations.RunSQL(WAIT_FOR_A_LINK, STOP_WAITING),
    ]
