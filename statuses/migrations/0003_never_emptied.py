"""What is guarded row by row is not emptied either."""

from django.db import migrations

from marketplace.append_only import never_emptied


class Migration(migrations.Migration):
    dependencies = [("statuses", "0002_what_the_database_writes")]
    operations = [never_emptied("statuses_statuslimit", "statuses_workedas")]
