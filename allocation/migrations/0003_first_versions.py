"""Version 1 of every mechanism, with the catalogue's own parameters."""

from datetime import UTC, datetime

from django.db import migrations

from allocation.engine.catalogue import CATALOGUE


def publish(apps, schema_editor):
    version = apps.get_model("allocation", "MechanismVersion")
    since = datetime(2026, 1, 1, tzinfo=UTC)
    version.objects.bulk_create(
        version(
            mechanism=card.slug,
            number=1,
            parameters=card.defaults,
            valid_from=since,
            published_at=since,
            reason="The first version: the catalogue's own parameters.",
        )
        for card in CATALOGUE.values()
    )


class Migration(migrations.Migration):
    dependencies = [("allocation", "0002_decisions_never_change")]
    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
