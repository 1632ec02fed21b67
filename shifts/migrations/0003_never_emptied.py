"""What is guarded row by row is not emptied either."""

from django.db import migrations

from marketplace.append_only import never_emptied


class Migration(migrations.Migration):
    dependencies = [("shifts", "0002_nobody_works_two_shifts_at_once")]
    operations = [never_emptied("shifts_shift", "shifts_cancellation")]
