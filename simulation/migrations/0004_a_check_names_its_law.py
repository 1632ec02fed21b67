"""Rows of the theory page name their law since; what was measured before is measured again."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("simulation", "0003_the_theory_has_more_parts")]

    operations = [
        migrations.RunSQL(
            "DELETE FROM simulation_examination WHERE rows @? '$[*].name'", migrations.RunSQL.noop
        )
    ]
