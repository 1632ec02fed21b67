"""What operators say of proofs is told."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0002_shifts_and_opinions_are_told'),
    ]

    operations = [
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('offer', 'offer'), ('won', 'won'), ('not_chosen', 'not_chosen'), ('approved', 'approved'), ('rework', 'rework'), ('rejected', 'rejected'), ('bonus', 'bonus'), ('late', 'late'), ('cancelled', 'cancelled'), ('search', 'search'), ('proof', 'proof'), ('shift', 'shift'), ('opinion', 'opinion'), ('dispute', 'dispute'), ('problem', 'problem'), ('review', 'review'), ('choose', 'choose'), ('filled', 'filled'), ('handed_in', 'handed_in'), ('approval_near', 'approval_near'), ('returned', 'returned'), ('nobody', 'nobody'), ('batch', 'batch'), ('screened', 'screened')], max_length=14),
        ),
        migrations.AlterField(
            model_name='preference',
            name='kind',
            field=models.CharField(choices=[('offer', 'offer'), ('won', 'won'), ('not_chosen', 'not_chosen'), ('approved', 'approved'), ('rework', 'rework'), ('rejected', 'rejected'), ('bonus', 'bonus'), ('late', 'late'), ('cancelled', 'cancelled'), ('search', 'search'), ('proof', 'proof'), ('shift', 'shift'), ('opinion', 'opinion'), ('dispute', 'dispute'), ('problem', 'problem'), ('review', 'review'), ('choose', 'choose'), ('filled', 'filled'), ('handed_in', 'handed_in'), ('approval_near', 'approval_near'), ('returned', 'returned'), ('nobody', 'nobody'), ('batch', 'batch'), ('screened', 'screened')], max_length=14),
        ),
    ]
