"""What the pages' own template words promise: money, times, states, icons, fields."""

from datetime import timedelta

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.utils import timezone, translation

from marketplace.templatetags import market
from tasks.models import Task
from tasks.templatetags import task_words


def render(source: str, **context) -> str:
    return Template("{% load market %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("language", "cents", "words"),
    [
        ("en", 125_050, "€1,250.50"),
        ("nl", 125_050, "€\u00a01.250,50"),
        ("en", -5, "−€0.05"),
        ("en", 0, "€0.00"),
        ("en", 900_719_925_474_099_301, "€9,007,199,254,740,993.01"),
    ],
)
def test_money_is_exact_and_speaks_the_readers_language(language, cents, words):
    with translation.override(language):
        assert market.money(cents) == words


def test_french_money_puts_the_sign_behind():
    with translation.override("fr"):
        assert market.money(150) == "1,50\u00a0€"


def test_a_currency_without_a_sign_is_named_behind_the_amount(settings):
    settings.CURRENCY = "PLN"
    assert market.money(150) == "1.50\u00a0PLN"


@pytest.mark.parametrize(("cents", "words"), [(0, "€0"), (150_000, "€1,500"), (50, "€0.50")])
def test_the_axis_of_a_chart_shows_no_more_digits_than_it_needs(cents, words):
    assert market.axis_money(cents) == words


def test_unknown_pay_is_a_dash_not_a_zero():
    assert market.money(None) == "–"
    assert market.hourly(None) == "–"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (100, "100 s"),
        (120, "2 min"),
        (3_570, "1 h"),
        (4_800, "1 h 20 min"),
        (86_400, "1 day"),
        (86_399, "1 day"),
        (183_600, "2 days 3 h"),
        (-4, "0 s"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_units(seconds, words):
    assert market.duration(seconds) == words


def test_a_countdown_gives_the_servers_clock_and_words_that_stand_without_a_script():
    html = render("{% countdown until %}", until=timezone.now() + timedelta(minutes=34, seconds=5))
    assert ">34 min</time>" in html
    assert "data-now=" in html


def test_a_countdown_that_is_over_says_so():
    html = render("{% countdown until %}", until=timezone.now() - timedelta(seconds=1))
    assert ">closed</time>" in html


def test_a_state_without_a_pill_of_its_own_is_still_readable():
    assert "almost there" in market.pill("almost_there")


def test_what_people_write_is_escaped_in_a_pill_and_an_avatar():
    assert "<b" not in market.pill("<b>") and "<b" not in market.avatar("<b>")


def test_an_icon_that_was_never_drawn_is_a_mistake_at_once():
    with pytest.raises(TemplateSyntaxError):
        market.icon("unicorn")


def test_every_state_has_an_icon_that_exists():
    assert {shape for _, shape, _ in market.STATES.values()} <= market.ICONS


def test_a_bar_is_never_longer_than_its_rail():
    assert 'width="100.0"' in market.bar(1.7)
    assert 'width="0.0"' in market.bar(-1)


def test_a_bars_width_is_read_by_browsers_in_every_language():
    with translation.override("nl"):
        assert 'width="33.3"' in market.bar(1 / 3)


def test_a_wrong_field_is_tied_to_its_help_and_its_error():
    class PayForm(forms.Form):
        pay = forms.IntegerField(min_value=1, help_text="For each slot.")

    html = render(
        '{% include "components/_field.html" with field=form.pay %}',
        form=PayForm({"pay": "0"}),
    )
    assert 'aria-describedby="id_pay_helptext id_pay_error"' in html
    assert 'id="id_pay_helptext"' in html
    assert 'id="id_pay_error"' in html
    assert 'aria-invalid="true"' in html


def test_no_page_carries_a_style_or_a_script_that_the_policy_would_block():
    from pathlib import Path

    from django.conf import settings

    for page in (Path(settings.BASE_DIR) / "templates").rglob("*.html"):
        text = page.read_text()
        assert " style=" not in text, page
        assert "<script>" not in text, page
        assert " onclick=" not in text, page


@pytest.mark.parametrize(
    ("mechanism", "state", "said"),
    [
        ("scored_offers", "open", "not_asked_yet"),
        ("scored_offers", "allocated", "not_asked"),
        ("rotation", "expired", "not_asked"),
        ("standby_queue", "open", "waiting"),
        ("standby_queue", "allocated", "not_awarded"),
        ("sealed_first_price", "allocated", "waiting"),
    ],
)
def test_who_was_waiting_in_a_decision_reads_what_came_of_it(mechanism, state, said):
    task = Task(mechanism=mechanism, state=state)
    assert task_words.as_it_stands("waiting", task) == said
    assert task_words.as_it_stands("awarded", task) == "awarded"
