"""A task may ask for proofs."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tasks', '0011_a_contest_is_a_kind_of_task'),
    ]

    operations = [
        migrations.AddField(
            model_name='task',
            name='proofs',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None),
        ),
    ]
