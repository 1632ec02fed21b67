"""Dutch and French: complete, up to date, and on every page of clients, workers and visitors."""

import os
import re
import shutil
from gettext import GNUTranslations
from html import unescape
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.test import Client as Browser
from django.urls import reverse

from allocation.engine.catalogue import CATALOGUE
from marketplace.management.commands.collect_words import HOW, LANGUAGES, STUB, stub
from tests.house.catalogues import entries
from tests.house.test_pages import (  # noqa: F401
    GET_PAGES,
    address,
    browser_of,
    market,
    no_list_of_static_files,
)

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!\$)\{\w*\}")
OURS = [config.name for config in apps.get_app_configs() if "." not in config.name]
FOLDER = Path(settings.BASE_DIR, "locale")
MARKERS = re.compile(
    r"\b(the|you|your|and|with|from|for|work|workers?|clients?|nobody|this|every|has|money)\b",
    re.I,
)
# What people wrote or were called, the title of what is cited, and names of our own.
NOT_OURS = (
    "Carry a box", "From the door to the attic.", "Clara Ltd", "Mira Ltd", "You asked for blue.",
)  # fmt: skip


def catalogue(language: str, ending: str = "po") -> Path:
    return FOLDER / language / "LC_MESSAGES" / f"django.{ending}"


# --- the catalogues -----------------------------------------------------------------------------
def test_the_engines_sentences_are_written_down_for_translators():
    written, now = set(STUB.read_text().splitlines()), set(stub().splitlines())
    assert (now - written, written - now) == (set(), set()), "run: manage.py collect_words"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_said_and_none_is_guessed(language):
    found = entries(catalogue(language))
    assert len(found) > 700
    assert [e.key for e in found if e.is_fuzzy or not e.said or not all(e.said)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_the_placeholders(language):
    def placeholders(text):
        return sorted(set(PLACEHOLDER.findall(text)))

    wrong = [
        e.key
        for e in entries(catalogue(language))
        if any(placeholders(said) != placeholders(e.english[-1]) for said in e.said[1:])
        or placeholders(e.said[0]) not in [placeholders(text) for text in e.english]
    ]
    assert wrong == []


def test_french_keeps_its_marks_on_the_line():
    loose = re.compile(r"(?<=\w) [:;?!»]|« ")
    assert [e.key for e in entries(catalogue("fr")) if loose.search(" ".join(e.said))] == []


def test_french_has_its_own_apostrophe_and_quotes():
    typed = re.compile(r"(?<=[^\W\d])'(?=[^\W\d])|[“”]")
    assert [e.key for e in entries(catalogue("fr")) if typed.search(" ".join(e.said))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_was_written(language):
    written = {}
    for entry in entries(catalogue(language)):
        key = "\x04".join(filter(None, entry.key))
        if len(entry.english) == 1:
            written[key] = entry.said[0]
        else:
            written |= {(key, number): said for number, said in enumerate(entry.said)}
    with catalogue(language, "mo").open("rb") as compiled:
        catalog = GNUTranslations(compiled)._catalog
    assert {key: said for key, said in catalog.items() if key} == written


def test_the_catalogues_hold_every_sentence_and_no_other(settings, tmp_path, monkeypatch):
    if not shutil.which("xgettext"):
        assert not os.environ.get("CI"), "CI has to bring gettext"
        pytest.skip("gettext is not installed (apt install gettext)")
    found = {entry.key for entry in entries(extracted(settings, tmp_path, monkeypatch))}
    assert len(found) > 700
    for language in LANGUAGES:
        kept = {entry.key for entry in entries(catalogue(language))}
        assert (found - kept, kept - found) == (set(), set()), "run: manage.py collect_words"


def extracted(settings, tmp_path: Path, monkeypatch) -> Path:
    """What makemessages finds now, in a copy: it writes beside the files that it reads."""
    for folder in {"templates", *(app for app in OURS if Path(settings.BASE_DIR, app).is_dir())}:
        shutil.copytree(Path(settings.BASE_DIR, folder), tmp_path / folder)
    (tmp_path / "locale").mkdir()
    monkeypatch.chdir(tmp_path)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    call_command("makemessages", locale=["nl"], **HOW)
    return tmp_path / "locale" / "nl" / "LC_MESSAGES" / "django.po"


# --- the pages ----------------------------------------------------------------------------------
PAGES = [
    (name, who)
    for name, (_thing, *statuses) in GET_PAGES.items()
    for who, status in zip(("visitor", "clara", "wim", "otto", "stan"), statuses, strict=True)
    if status == 200
    and name not in ("healthz", "service_worker", "client_spending_csv", "statement_csv")
    and name not in ("certificate", "certificate_keys", "log_json", "log_csv", "transparency_json")
    and not name.startswith(("admin:", "api", "account_", "mfa_", "usersessions"))
    and (who in ("visitor", "clara", "wim") or name.startswith("become"))
]


@pytest.mark.django_db
@pytest.mark.parametrize("name", dict.fromkeys(name for name, _ in PAGES))
def test_a_page_speaks_one_language(market, name):  # noqa: F811
    thing = GET_PAGES[name][0]
    url = address(name, market[thing] if thing else "")
    for who in [reader for page, reader in PAGES if page == name]:
        browser = browser_of(market, who)
        for language in LANGUAGES:
            page = browser.get(url, headers={"Accept-Language": language})
            assert (who, language, english_in(visible(page.content.decode()))) == (
                who,
                language,
                [],
            )


def english_in(words: str) -> list[str]:
    """The lines of a page in which an English word stands."""
    return [line for line in words.splitlines() if MARKERS.search(line)]


def visible(html: str) -> str:
    """What a person reads or hears of a page, without what other people wrote."""
    html = re.sub(r"<(script|style|code)\b.*?</\1>", "", html, flags=re.S)
    # What is quoted from the files and sources of the simulation says that it is English.
    html = re.sub(r'<(dl|table|th|cite)\b[^>]* lang="en">.*?</\1>', "", html, flags=re.S)
    spoken = re.findall(
        r'\b(?:alt|aria-label|title|placeholder|data-label|content)="([^"]*)"', html
    )
    text = unescape("\n".join([re.sub(r"<[^>]*>", "\n", html), *spoken]))
    sources = [source for card in CATALOGUE.values() for source in card.sources]
    for words in (*NOT_OURS, *sources):
        text = text.replace(words, "")
    return text


def test_english_on_a_page_is_found():
    assert english_in(visible("<p>Bonjour</p><p>Nobody came.</p>")) == ["Nobody came."]
    assert english_in(visible('<a aria-label="To the square">Place</a>')) == ["To the square"]


@pytest.mark.django_db
def test_a_person_keeps_the_language_they_chose_after_logging_in(wim):
    browser = Browser()
    browser.post(reverse("set_language"), {"language": "fr", "next": "/"})
    browser.force_login(wim.user)
    assert '<html lang="fr"' in browser.get(reverse("worker_home")).content.decode()
    assert browser.cookies[settings.LANGUAGE_COOKIE_NAME]["max-age"] > 0, "also tomorrow"
