"""What tells that a decision was deleted before it was sealed is not emptied either."""

from django.db import migrations

from marketplace.append_only import never_emptied


class Migration(migrations.Migration):
    dependencies = [("allocation", "0007_never_emptied")]

    operations = [never_emptied("allocation_unsealed")]
