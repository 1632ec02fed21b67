"""Foreign keys whose own index is the beginning of another have none."""

from django.db import migrations, models

from marketplace.own_indexes import without_own_index


class Migration(migrations.Migration):
    dependencies = [("simulation", "0004_a_check_names_its_law")]
    operations = [
        without_own_index(
            "run",
            "scenario",
            models.ForeignKey(
                db_index=False,
                on_delete=models.PROTECT,
                related_name="runs",
                to="simulation.scenario",
            ),
            "simulation_run_scenario_id_e6378219",
        ),
        without_own_index(
            "scenario",
            "experiment",
            models.ForeignKey(
                db_index=False,
                on_delete=models.PROTECT,
                related_name="scenarios",
                to="simulation.experiment",
            ),
            "simulation_scenario_experiment_id_116947ea",
        ),
    ]
