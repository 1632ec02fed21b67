"""The demo: one click and you are somebody; outside the demo there is no such door."""

import pytest
from django.utils import timezone

from marketplace.demo import seed

pytestmark = pytest.mark.browser


def test_one_click_makes_you_a_demo_person(walk_in, settings):
    settings.DEMO_MODE = True
    seed(timezone.now())
    visitor = walk_in()
    visitor.open("/accounts/login/?next=/spending/")
    visitor.press("Clara Peeters")
    visitor.gets("You are Clara Peeters now, in the demo.")
    assert visitor.page.url.endswith("/spending/")


def test_outside_the_demo_nobody_walks_in(walk_in, settings):
    visitor = walk_in()
    visitor.open("/accounts/login/")
    assert visitor.page.get_by_text("Or walk in as somebody").count() == 0
    token = visitor.context.cookies()[0]["value"]
    answer = visitor.page.request.post(
        "/demo/be/", form={"slug": "clara", "csrfmiddlewaretoken": token}
    )
    assert answer.status == 404
