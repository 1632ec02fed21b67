"""A result stays as it was found; states follow each other as the models say."""

from django.db import migrations

from marketplace.append_only import known_steps

EXPERIMENT_STEPS = {
    "running": ("finished", "cancelled"),
    "cancelled": ("running",),
    "finished": ("running",),
}
RUN_STEPS = {"waiting": ("done", "failed"), "failed": ("waiting",)}

RESULT_STAYS = """
CREATE OR REPLACE FUNCTION simulation_result_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% keeps the result it has', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER done_run_stays BEFORE UPDATE ON simulation_run
FOR EACH ROW WHEN (OLD.state = 'done') EXECUTE FUNCTION simulation_result_stays();
CREATE TRIGGER ended_examination_stays BEFORE UPDATE ON simulation_examination
FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION simulation_result_stays();
CREATE TRIGGER scenario_stays BEFORE UPDATE ON simulation_scenario
FOR EACH ROW EXECUTE FUNCTION simulation_result_stays();
"""
RESULT_MAY_CHANGE = """
DROP TRIGGER scenario_stays ON simulation_scenario;
DROP TRIGGER ended_examination_stays ON simulation_examination;
DROP TRIGGER done_run_stays ON simulation_run;
DROP FUNCTION simulation_result_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("simulation", "0001_experiments")]

    operations = [
        known_steps("simulation_experiment", EXPERIMENT_STEPS),
        known_steps("simulation_run", RUN_STEPS),
        migrations.RunSQL(RESULT_STAYS, RESULT_MAY_CHANGE),
    ]
