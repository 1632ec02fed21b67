"""What is guarded row by row is not emptied either."""

from django.db import migrations

from marketplace.append_only import never_emptied


class Migration(migrations.Migration):
    dependencies = [("disputes", "0002_what_the_database_refuses")]
    operations = [
        never_emptied(
            "disputes_statement",
            "disputes_heldrejection",
            "disputes_dispute",
            "disputes_humanreview",
            "disputes_problemticket",
        )
    ]
