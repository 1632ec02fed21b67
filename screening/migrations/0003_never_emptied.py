"""What is guarded row by row is not emptied either."""

from django.db import migrations

from marketplace.append_only import never_emptied


class Migration(migrations.Migration):
    dependencies = [("screening", "0002_nobody_rules_on_their_own_task")]
    operations = [never_emptied("screening_ruling")]
