"""Nor are the assignments, whose rows the database guards one by one."""

from django.db import migrations

from marketplace.append_only import never_emptied


class Migration(migrations.Migration):
    dependencies = [("tasks", "0014_never_emptied")]
    operations = [never_emptied("tasks_assignment")]
