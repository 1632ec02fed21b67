"""What only grows is not emptied either."""

from django.db import migrations

from marketplace.append_only import never_emptied


class Migration(migrations.Migration):
    dependencies = [("allocation", "0006_decisions_by_candidate")]

    operations = [
        never_emptied("allocation_allocation", "allocation_mechanismversion", "allocation_chainlink"),
    ]
