"""The dated facts that come with the product; and neither a fact nor a choice is ever changed."""

from django.db import migrations

from marketplace.append_only import append_only
from wages.actions.floors import load_facts


def load(apps, schema_editor):
    load_facts(apps.get_model("wages", "WageFloor"))


class Migration(migrations.Migration):
    dependencies = [("wages", "0001_wage_floors_and_time")]
    operations = [
        migrations.RunPython(load, migrations.RunPython.noop),
        append_only("wages_wagefloor"),
        append_only("wages_marketfloor"),
    ]
