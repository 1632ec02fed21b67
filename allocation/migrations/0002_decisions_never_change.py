"""A decision, once taken, stays as it was; so do the versions it was taken by."""

from django.db import migrations

from marketplace.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("allocation", "0001_initial")]
    operations = [
        append_only("allocation_allocation"),
        append_only("allocation_mechanismversion"),
    ]
