"""What may be proved, and what each worker has shown of it."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('workers', '0004_what_workers_have_shown'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ProofKind',
            fields=[
                ('slug', models.CharField(max_length=60, primary_key=True, serialize=False, validators=[django.core.validators.RegexValidator('^(minimum_age|qualification|insurance|language):[a-z0-9]([a-z0-9-]*[a-z0-9])?$', 'A gate, a colon and a name, such as language:french.')])),
                ('name', models.CharField(max_length=60)),
                ('how', models.CharField(help_text='How a worker shows it. Workers and clients read this.', max_length=300)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('slug__regex', '^(minimum_age|qualification|insurance|language):[a-z0-9]([a-z0-9-]*[a-z0-9])?$')), name='a_proof_is_named_after_its_gate')],
            },
        ),
        migrations.CreateModel(
            name='Proof',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=2000)),
                ('state', models.CharField(choices=[('shown', 'waits for an operator'), ('accepted', 'accepted'), ('refused', 'refused'), ('withdrawn', 'withdrawn'), ('expired', 'expired')], default='shown', max_length=9)),
                ('shown_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.TextField(blank=True, max_length=2000)),
                ('valid_until', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shown_proofs', to='workers.worker')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proofs', to='proofs.proofkind')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'shown')), fields=['shown_at'], name='proofs_that_wait_longest')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['shown', 'accepted'])), fields=('worker', 'kind', 'state'), name='one_standing_proof_per_worker_kind_and_state'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['accepted', 'refused']), _negated=True), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='a_proof_is_decided_by_a_named_person'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='a_refused_proof_has_a_reason')],
            },
        ),
    ]
