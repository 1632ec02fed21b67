"""What is guarded row by row is not emptied either."""

from django.db import migrations

from marketplace.append_only import never_emptied


class Migration(migrations.Migration):
    dependencies = [("reputation", "0002_what_was_said_stays")]
    operations = [never_emptied("reputation_opinion")]
