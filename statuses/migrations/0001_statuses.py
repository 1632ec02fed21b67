"""Statuses, their limits, and what was worked under each."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('tasks', '0012_tasks_ask_for_proofs'),
        ('workers', '0005_the_status_worked_under'),
    ]

    operations = [
        migrations.CreateModel(
            name='StatusLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('country', models.CharField(choices=[('BE', 'Belgium'), ('NL', 'the Netherlands'), ('DE', 'Germany'), ('GB', 'the United Kingdom'), ('US', 'the United States')], max_length=2)),
                ('status', models.CharField(choices=[('employee', 'employee'), ('agency_temp', 'agency temp'), ('freelancer', 'freelancer'), ('secondary_self_employed', 'self-employed beside a job'), ('occasional', 'occasional work'), ('student', 'student'), ('pensioner', 'pensioner'), ('flexi_job', 'flexi-job'), ('coop_employee', 'employee of a co-op')], max_length=24)),
                ('hours', models.PositiveIntegerField()),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('source', models.CharField(max_length=200)),
                ('grade', models.CharField(choices=[('C', 'read in a reliable text'), ('C2', 'quoted by another text'), ('U', 'unconfirmed')], max_length=2)),
                ('as_of', models.DateField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='a_limit_of_a_status_names_its_source')],
            },
        ),
        migrations.CreateModel(
            name='HeldStatus',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('employee', 'employee'), ('agency_temp', 'agency temp'), ('freelancer', 'freelancer'), ('secondary_self_employed', 'self-employed beside a job'), ('occasional', 'occasional work'), ('student', 'student'), ('pensioner', 'pensioner'), ('flexi_job', 'flexi-job'), ('coop_employee', 'employee of a co-op')], max_length=24)),
                ('from_day', models.DateField()),
                ('to_day', models.DateField(blank=True, null=True)),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statuses', to='workers.worker')),
            ],
            options={
                'verbose_name_plural': 'held statuses',
                'constraints': [models.CheckConstraint(condition=models.Q(('to_day__isnull', True), ('to_day__gte', models.F('from_day')), _connector='OR'), name='a_status_begins_before_it_ends'), models.UniqueConstraint(condition=models.Q(('to_day__isnull', True)), fields=('worker', 'status'), name='one_lasting_status_of_a_kind_per_worker')],
            },
        ),
        migrations.CreateModel(
            name='WorkedAs',
            fields=[
                ('assignment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to='tasks.assignment')),
                ('status', models.CharField(choices=[('employee', 'employee'), ('agency_temp', 'agency temp'), ('freelancer', 'freelancer'), ('secondary_self_employed', 'self-employed beside a job'), ('occasional', 'occasional work'), ('student', 'student'), ('pensioner', 'pensioner'), ('flexi_job', 'flexi-job'), ('coop_employee', 'employee of a co-op')], max_length=24)),
                ('seconds', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workers.worker')),
            ],
            options={
                'verbose_name_plural': 'worked as',
                'indexes': [models.Index(fields=['worker', 'status', 'at'], name='work_under_a_status')],
            },
        ),
    ]
