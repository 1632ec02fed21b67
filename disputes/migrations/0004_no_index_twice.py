"""Foreign keys whose own index is the beginning of another have none."""

from django.db import migrations, models

from marketplace.own_indexes import without_own_index


class Migration(migrations.Migration):
    dependencies = [("allocation", "0009_no_index_twice"), ("disputes", "0003_never_emptied")]
    operations = [
        without_own_index(
            "humanreview",
            "allocation",
            models.ForeignKey(
                db_index=False,
                on_delete=models.PROTECT,
                related_name="human_reviews",
                to="allocation.allocation",
            ),
            "disputes_humanreview_allocation_id_26eae040",
        ),
    ]
