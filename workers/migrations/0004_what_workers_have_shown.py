"""What workers have shown to operators, where gates look."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workers', '0003_workers_of_a_room'),
    ]

    operations = [
        migrations.AddField(
            model_name='worker',
            name='proofs',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, editable=False, size=None),
        ),
    ]
