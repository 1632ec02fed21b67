"""What import-linter cannot see: names that must mean something at the other end."""

from __future__ import annotations

import ast
import inspect
import pkgutil
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from agenda.actions import HANDLERS
from allocation.engine.catalogue import CATALOGUE
from allocation.models import MechanismVersion
from marketplace.celery import app

OURS = [
    config for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR
]
SOURCES = [
    path
    for config in OURS
    for path in Path(config.path).rglob("*.py")
    if "migrations" not in path.parts
]


def first_words_given_to(*functions: str) -> set[str]:
    """The literal first argument of every call of these functions, in all source files."""
    calls = (
        node
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and node.args and name_of(node.func) in functions
    )
    return {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}


def topics_put_down_in_sql() -> set[str]:
    """The topic that each prepared statement writes into the agenda itself."""
    put_down = re.compile(r"INSERT INTO agenda_duework \([^)]*\)\s+(?:SELECT|VALUES \()\s*'(\w+)'")
    return {topic for path in SOURCES for topic in put_down.findall(path.read_text())}


def name_of(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


def jobs() -> dict:
    app.loader.import_default_modules()
    return {name: job for name, job in app.tasks.items() if not name.startswith("celery.")}


def test_every_topic_that_is_scheduled_has_a_handler_and_no_handler_waits_in_vain():
    scheduled = first_words_given_to("schedule", "schedule_many") | topics_put_down_in_sql()
    assert scheduled == set(HANDLERS)


def test_every_job_that_is_sent_or_scheduled_exists():
    sent = first_words_given_to("send_task")
    timed = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert "agenda.drain" in sent
    assert sent | timed <= set(jobs())


def test_every_job_survives_a_message_from_a_newer_version():
    for name, job in jobs().items():
        kinds = {p.kind for p in inspect.signature(job.run).parameters.values()}
        assert inspect.Parameter.VAR_KEYWORD in kinds, name


def test_a_job_is_named_after_its_app():
    assert {name.split(".")[0] for name in jobs()} <= {config.label for config in OURS}


@pytest.mark.django_db
@pytest.mark.parametrize("slug", CATALOGUE)
def test_every_mechanism_has_its_first_version_with_all_its_parameters(slug):
    version = MechanismVersion.objects.get(mechanism=slug, number=1)
    assert version.parameters == CATALOGUE[slug].defaults
    assert CATALOGUE[slug].complete(version.parameters) == version.parameters


@pytest.mark.parametrize("slug", CATALOGUE)
def test_every_mechanism_says_what_it_is(slug):
    card = CATALOGUE[slug]
    assert (card.slug, card.decide.__module__.rsplit(".", 1)[-1]) == (slug, slug)
    for sentence in (card.explanation, card.tends_to_win, card.tends_to_lose):
        assert sentence.endswith(".")
    assert card.name and card.sources and card.traits


@pytest.mark.parametrize("slug", CATALOGUE)
def test_every_mechanism_has_a_page(slug):
    page = Path(settings.BASE_DIR, "docs", "mechanisms", f"{slug}.md").read_text()
    assert CATALOGUE[slug].name in page.splitlines()[0]


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def refusals():
    """Every exception that an action may raise at a person."""
    for config in OURS:
        for module in modules_under(f"{config.name}.actions"):
            for _, found in inspect.getmembers(module, inspect.isclass):
                if issubclass(found, Exception) and found.__module__ == module.__name__:
                    yield pytest.param(found, id=found.__name__)


def modules_under(name: str):
    try:
        module = import_module(name)
    except ModuleNotFoundError:
        return []
    inner = pkgutil.iter_modules(getattr(module, "__path__", []), f"{name}.")
    return [module, *(import_module(found.name) for found in inner)]


REFUSALS = list(refusals())


@pytest.mark.parametrize("refusal", REFUSALS)
def test_every_refusal_is_a_sentence_for_the_person_it_is_told_to(refusal):
    sentence = inspect.cleandoc(refusal.__doc__ or "")
    assert sentence[:1].isupper()
    assert sentence.endswith(".")


@pytest.mark.parametrize("refusal", REFUSALS)
def test_every_refusal_can_be_imported_from_its_actions(refusal):
    actions = import_module(f"{refusal.__module__.split('.')[0]}.actions")
    assert getattr(actions, refusal.__name__) is refusal


def test_the_engine_and_the_rules_run_without_django():
    modules = ["allocation.engine.catalogue", "tasks.rules", "ledger.rules"]
    look = f"import sys, {', '.join(modules)}; sys.exit('django' in sys.modules)"
    subprocess.run([sys.executable, "-c", look], cwd=settings.BASE_DIR, check=True)


def test_the_detector_works_a_model_does_bring_django_in():
    look = "import sys, ledger.models"
    done = subprocess.run([sys.executable, "-c", look], cwd=settings.BASE_DIR, capture_output=True)
    assert done.returncode != 0
