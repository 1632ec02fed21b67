"""What only grows is not emptied either."""

from django.db import migrations

from marketplace.append_only import never_emptied


class Migration(migrations.Migration):
    dependencies = [("tasks", "0013_a_task_begins_after_another")]

    operations = [
        never_emptied("tasks_taskevent", "tasks_submission", "tasks_review"),
    ]
