"""What is guarded row by row is not emptied either."""

from django.db import migrations

from marketplace.append_only import never_emptied


class Migration(migrations.Migration):
    dependencies = [("rights", "0002_they_stay")]
    operations = [never_emptied("rights_signingkey", "rights_deletion")]
