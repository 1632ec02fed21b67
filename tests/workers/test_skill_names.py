"""Skills are read by their names, not by their slugs."""

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import translation

from tests.people import post
from workers.models import Skill
from workers.queries import skill_names

pytestmark = pytest.mark.django_db


def test_a_skill_has_its_name_in_the_readers_language_and_an_unknown_one_its_slug():
    Skill.objects.create(slug="bicycle", name="Delivery by bicycle")
    with translation.override("nl"):
        assert skill_names(["juggling", "bicycle"]) == ["Bezorgen per fiets", "juggling"]


def test_a_task_shows_the_names_of_its_skills(clara, wim):
    Skill.objects.create(slug="bicycle", name="Delivery by bicycle")
    task = post(clara, skills=("bicycle",))
    browser = Browser()
    browser.force_login(wim.user)
    page = browser.get(reverse("task", args=[task.pk])).content.decode()
    assert "<dd>Delivery by bicycle</dd>" in page
