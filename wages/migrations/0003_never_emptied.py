"""What is guarded row by row is not emptied either."""

from django.db import migrations

from marketplace.append_only import never_emptied


class Migration(migrations.Migration):
    dependencies = [("wages", "0002_the_facts_of_the_day")]
    operations = [never_emptied("wages_wagefloor", "wages_marketfloor")]
