"""Rules for docker-compose.yml and the Dockerfile that need no Docker."""

import fnmatch
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from marketplace.embedded.programs import (
    CELERY,
    PREPARE,
    SCHEDULE,
    WEB_ENVIRONMENT,
    web,
)

ROOT = Path(__file__).resolve().parents[2]
COMPOSE_FILE = ROOT / "docker-compose.yml"
COMPOSE = yaml.safe_load(COMPOSE_FILE.read_text())
SERVICES = COMPOSE["services"]
DOCKERFILE = re.sub(r"\\\n", "", (ROOT / "Dockerfile").read_text())


def steps(instruction: str) -> list[str]:
    return re.findall(rf"^{instruction} (.+)$", DOCKERFILE, re.MULTILINE)


def python(words: list[str]) -> list[str]:
    return ["python", "-m", *words]


def test_compose_file_is_valid():
    command = ["check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE_FILE)]
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("service", "words"),
    [
        ("setup", PREPARE),
        ("web", web("0.0.0.0:8000")),
        ("celery", CELERY),
        ("schedule", SCHEDULE),
    ],
)
def test_compose_starts_what_run_py_starts(service, words):
    assert SERVICES[service]["command"] == python(words)


def test_pages_have_the_same_time_limit_as_under_run_py():
    assert WEB_ENVIRONMENT.items() <= SERVICES["web"]["environment"].items()


def test_image_serves_the_site_by_default():
    assert json.loads(steps("CMD")[-1]) == python(web("0.0.0.0:8000"))


def test_site_starts_only_after_setup_has_ended_well():
    for name in ("web", "celery", "schedule"):
        after = SERVICES[name]["depends_on"]
        assert after["setup"] == {"condition": "service_completed_successfully"}
        assert after["postgres"] == after["valkey"] == {"condition": "service_healthy"}


def test_every_lasting_service_has_a_health_check():
    # The image's own check asks the site, so only `web` may inherit it.
    for name in SERVICES.keys() - {"setup", "web"}:
        assert "test" in SERVICES[name]["healthcheck"]
    assert "HEALTHCHECK" in DOCKERFILE


def test_no_secret_has_a_default():
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "VALKEY_PASSWORD"):
        uses = re.findall(rf"\$\{{{name}[^}}]*\}}", COMPOSE_FILE.read_text())
        assert any(":?" in use for use in uses)
        assert not any(":-" in use for use in uses)


def test_services_are_not_reachable_from_the_network():
    assert "ports" not in SERVICES["postgres"]
    assert "ports" not in SERVICES["valkey"]


def test_data_survives_new_containers():
    for name in ("postgres", "valkey"):
        volume = SERVICES[name]["volumes"][0].split(":")[0]
        assert volume in COMPOSE["volumes"]


def test_container_is_not_root():
    assert steps("USER") == ["taakplein"]
    assert DOCKERFILE.rindex("USER taakplein") > DOCKERFILE.rindex("FROM")


def test_image_installs_only_locked_requirements():
    (install,) = re.findall(r"pip install .*", DOCKERFILE)
    assert "--require-hashes -r requirements/run.txt" in install


def test_everything_copied_into_the_image_exists():
    for words in steps("COPY"):
        if "--from" not in words:
            for source in words.split()[:-1]:
                assert (ROOT / source).exists(), source


def test_secrets_and_data_stay_out_of_the_image():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {".env", "var", ".venv", ".git"} <= set(ignored)


def test_image_has_what_the_site_needs():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    for needed in ("manage.py", "marketplace", "tasks", "templates", "static", "requirements"):
        assert not any(fnmatch.fnmatch(needed, pattern) for pattern in ignored)


def names_in(path: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, (ROOT / path).read_text(), re.MULTILINE))


def test_what_the_settings_read_stands_in_the_example_and_the_other_way_round():
    read = names_in("marketplace/settings.py", r'env(?:\.\w+)?\(\s*"([A-Z_]+)"')
    told = names_in(".env.example", r"^#([A-Z_]+)=")
    by_others = {"PORT", "POSTGRES_PASSWORD", "VALKEY_PASSWORD"}  # run.py and docker-compose.yml
    of_processes = {
        "DEBUG",
        "STATEMENT_TIMEOUT_MS",
        "STATIC_MANIFEST",
    }  # set by whoever starts them
    assert told - by_others == read - of_processes


@pytest.mark.parametrize("service", ["setup", "web", "celery", "schedule"])
def test_what_is_set_in_the_file_reaches_every_process_of_ours(service):
    assert SERVICES[service]["env_file"] == [{"path": ".env", "required": False}]
