"""A contest is a kind of task of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tasks', '0010_who_provides_what'),
    ]

    operations = [
        migrations.AlterField(
            model_name='task',
            name='kind',
            field=models.CharField(choices=[('microtask', 'microtask'), ('errand', 'errand'), ('brief', 'project brief'), ('contest', 'contest'), ('shift', 'shift'), ('booking', 'booking')], default='microtask', max_length=10, verbose_name='kind'),
        ),
    ]
