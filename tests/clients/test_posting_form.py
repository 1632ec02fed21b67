"""The posting form: wrong input gets a sentence, nothing typed is lost, nothing is posted."""

import re

import pytest
from django.test import Client as Browser

from ledger.queries import balance_cents
from tasks.models import Task
from tests.people import later, make_client, post
from workers.models import Skill

pytestmark = pytest.mark.django_db
POST = "/tasks/new/"
IN_FIGURES = "Write an amount in figures with at most two decimals, like 1250.50 or 1250,50."


@pytest.fixture
def browser(clara):
    browser = Browser()
    browser.force_login(clara.user)
    return browser


def typed(moment) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


def answers(**changes):
    return {
        "title": "Paint the fence",
        "description": "Green, two coats.",
        "mechanism": "first_come",
        "pay_cents": "12.50",
        "estimate_minutes": "30",
        "slot_count": "1",
        "closes_in": "3600",
        "deadline_at": typed(later(days=2)),
        "floor_cents": "",
        "place": "",
    } | changes


@pytest.mark.parametrize("written", ["12.50", "12,50", "12,5", "€ 12,50", " 12.50 "])
@pytest.mark.parametrize("language", ["en", "nl", "fr"])
def test_an_amount_is_read_as_people_write_it(browser, written, language):
    headers = {"Accept-Language": language}
    assert browser.post(POST, answers(pay_cents=written), headers=headers).status_code == 302
    assert Task.objects.get().pay_cents == 1250


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"pay_cents": "abc"}, IN_FIGURES),
        ({"pay_cents": "12.345.6"}, IN_FIGURES),
        ({"pay_cents": "10.555"}, IN_FIGURES),
        ({"pay_cents": "10,555"}, IN_FIGURES),
        ({"pay_cents": "NaN"}, IN_FIGURES),
        ({"pay_cents": "1e3"}, IN_FIGURES),
        ({"pay_cents": "-5"}, "At least 0.01."),
        ({"pay_cents": "0"}, "At least 0.01."),
        ({"pay_cents": "999999999999"}, "At most 100,000.00."),
        ({"floor_cents": "20"}, "The lowest price cannot be above the pay."),
        ({"slot_count": "1000000000000"}, "less than or equal to 1000"),
        ({"slot_count": "0"}, "greater than or equal to 1"),
        ({"estimate_minutes": "soon"}, "Enter a whole number."),
        ({"deadline_at": typed(later(minutes=5))}, "has to be due after"),
        ({"deadline_at": "9999-12-31T23:59"}, "At most a year from now."),
        ({"deadline_at": "0001-01-01T00:00"}, "has to be due after"),
        ({"deadline_at": "yesterday"}, "Enter a valid date/time."),
        ({"mechanism": "bribery"}, "Select a valid choice."),
        ({"closes_in": "7"}, "Select a valid choice."),
        ({"skills": ["flying"]}, "Select a valid choice."),
        ({"place": "moon"}, "Select a valid choice."),
        ({"title": "   "}, "This field is required."),
        ({"title": "x" * 121}, "at most 120 characters"),
        ({"description": "bad\x00text"}, "Null characters are not allowed."),
        ({"title": "bad\x00text"}, "Null characters are not allowed."),
        ({"pay_cents": "1\x002"}, "Null characters are not allowed."),
        ({"mechanism": "first\x00come"}, "Select a valid choice."),
        ({"pay_cents": "9000", "slot_count": "20"}, "wallet"),
    ],
)
def test_wrong_input_gets_a_sentence_and_posts_nothing(browser, clara, wrong, sentence):
    before = balance_cents(clara.user)
    page = browser.post(POST, answers(**wrong))
    assert page.status_code in (200, 422)
    assert sentence in page.content.decode()
    assert not Task.objects.exists()
    assert balance_cents(clara.user) == before


def test_nothing_typed_is_lost(browser):
    Skill.objects.create(slug="handy", name="Handy at home")
    wrong = answers(
        pay_cents="abc", mechanism="lottery", skills=["handy"], place="gent", slot_count="3"
    )
    page = browser.post(POST, wrong).content.decode()
    for kept in ('value="Paint the fence"', "Green, two coats.", 'value="abc"', 'value="3"'):
        assert kept in page
    assert re.search(r'value="lottery"[^>]* checked', page)
    assert re.search(r'value="handy"[^>]* checked', page)
    assert re.search(r'value="gent" selected', page)
    assert 'aria-invalid="true"' in page


def test_posting_again_fills_the_form_with_the_earlier_task(browser, clara):
    task = post(clara, title="Sweep the floor", pay_cents=1250, floor_cents=300, mechanism="lottery",
                place="Gent", latitude=51.0543, longitude=3.7174)  # fmt: skip
    page = browser.get(f"{POST}?again={task.pk}").content.decode()
    for filled in ('value="Sweep the floor"', 'value="12.50"', 'value="3.00"'):
        assert filled in page
    assert re.search(r'value="lottery"[^>]* checked', page)
    assert re.search(r'value="gent" selected', page)


@pytest.mark.parametrize("again", ["abc", "", "999999999", "9" * 40, "²", "٣", "\x00"])
def test_a_strange_earlier_task_gives_an_empty_form(browser, again):
    assert browser.get(POST, {"again": again}).status_code == 200


def test_somebody_elses_task_is_not_copied(browser):
    task = post(make_client("mira"), title="A secret of Mira")
    assert "A secret of Mira" not in browser.get(f"{POST}?again={task.pk}").content.decode()


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("abc", IN_FIGURES),
        ("-1", "At least 0.01."),
        ("10000.01", "At most 10,000.00."),
        ("5\x00", "Null characters"),
    ],
)
def test_a_wrong_deposit_adds_nothing(browser, clara, written, sentence):
    before = balance_cents(clara.user)
    page = browser.post("/spending/", {"amount_cents": written})
    assert sentence in page.content.decode()
    assert balance_cents(clara.user) == before


@pytest.mark.parametrize("picked", [["abc"], ["9" * 30], ["²"], [], ["1", "1"]])
def test_choosing_strange_people_is_refused_kindly(browser, clara, picked):
    task = post(clara, mechanism="clients_choice")
    answer = browser.post(f"/tasks/{task.pk}/choose/", {"worker": picked}, follow=True)
    assert answer.status_code == 200
    assert b"alert-error" in answer.content


# --- kinds of work ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "changes", "kept"),
    [
        ("microtask", {}, "microtask"),
        ("microtask", {"place": "leuven"}, "errand"),
        ("errand", {"place": "leuven"}, "errand"),
        ("brief", {"mechanism": "clients_choice"}, "brief"),
        ("contest", {"mechanism": "contest"}, "contest"),
        ("microtask", {"mechanism": "contest"}, "contest"),
        ("", {}, "microtask"),
        ("shift", {}, "microtask"),  # has a page of its own
        ("nonsense", {}, "microtask"),
    ],
)
def test_the_kind_that_is_posted_is_the_kind_that_is_kept(browser, kind, changes, kept):
    assert browser.post(POST, answers(kind=kind, **changes)).status_code == 302
    assert Task.objects.get().kind == kept


@pytest.mark.parametrize(
    ("kind", "first"),
    [("microtask", "first_come"), ("errand", "first_come"), ("brief", "clients_choice"), ("contest", "contest")],
)  # fmt: skip
def test_each_kind_begins_with_the_rule_that_suits_it(browser, kind, first):
    page = browser.get(POST, {"kind": kind}).content.decode()
    [chosen] = re.findall(r'name="mechanism" value="(\w+)"[^>]* checked', page)
    assert chosen == first


def test_an_errand_needs_a_place(browser):
    page = browser.post(POST, answers(kind="errand"))
    assert page.status_code == 200 and "This field is required." in page.content.decode()
    assert not Task.objects.exists()


def test_a_contest_is_given_out_in_one_way_only(browser):
    page = browser.post(POST, answers(kind="contest", mechanism="first_come"))
    assert "given out in one way only" in page.content.decode()
    assert not Task.objects.exists()


def test_a_contest_asks_for_no_deadline_and_says_how_long_the_client_has_to_pick(browser):
    page = browser.get(POST, {"kind": "contest"}).content.decode()
    assert 'name="deadline_at"' not in page
    assert "After that you have 7 days to pick the winner." in page
    browser.post(POST, answers(kind="contest", mechanism="contest", deadline_at=""))
    task = Task.objects.get()
    assert (task.deadline_at - task.closes_at).days == 7


def test_posting_again_keeps_the_kind_and_who_provides_what(browser, clara):
    task = post(clara, kind="brief", mechanism="best_value", provided={"insurance": "client"})
    page = browser.get(POST, {"again": task.pk}).content.decode()
    assert 'name="kind" value="brief"' in page
    assert re.search(r'name="client_provides" value="insurance"[^>]* checked', page)


def test_whoever_says_it_twice_is_asked_to_choose(browser):
    both = {"client_provides": ["insurance"], "organisation_provides": ["insurance"]}
    page = browser.post(POST, answers(**both))
    assert "Say of each thing who provides it: one of you." in page.content.decode()
    assert not Task.objects.exists()


def test_another_kind_keeps_what_was_typed_and_posts_nothing(browser):
    typed = answers(kind="microtask", to_kind="contest", title="A sign", pay_cents="twelve")
    typed |= {"estimate_minutes": "10", "client_provides": ["insurance"]}
    page = browser.post(POST, typed).content.decode()
    assert 'name="kind" value="contest"' in page and 'value="A sign"' in page
    assert 'value="twelve"' in page  # said to be wrong when it is posted, not before
    assert re.search(r'name="client_provides" value="insurance"[^>]* checked', page)
    assert re.findall(r'name="mechanism" value="(\w+)"[^>]* checked', page) == ["contest"]
    assert not re.search(r'name="estimate_minutes" value="10"', page)  # the other kind's own
    assert not Task.objects.exists()


def test_each_way_leads_to_its_worked_example(browser):
    page = browser.get(POST).content.decode()
    for slug in ("first_come", "optimal_matching"):
        address = f"/mechanisms/{slug}/"
        assert f'href="{address}#example"' in page
        assert 'id="example"' in browser.get(address).content.decode()


# --- Back, and Post again -------------------------------------------------------------------------


def key_on(page) -> str:
    return re.search(r'name="key" value="([0-9a-f]{32})"', page.content.decode())[1]


@pytest.mark.parametrize("page", [POST, "/tasks/new/shift/"])
def test_a_page_that_is_sent_twice_posts_once_and_leads_to_the_first_task(browser, clara, page):
    starts, ends = typed(later(days=1)), typed(later(days=1, hours=4))
    sent = answers(key=key_on(browser.get(page)), starts_at=starts, ends_at=ends, break_minutes="0",
                   minimum_paid_minutes="0", notice_hours="24", schedule="half_day")  # fmt: skip
    browser.post(page, sent)
    after_one = balance_cents(clara.user)

    again = browser.post(page, sent, follow=True)

    task = Task.objects.get()
    assert again.redirect_chain == [(f"/tasks/{task.pk}/", 302)]
    assert "You had posted this already. Here it is." in again.content.decode()
    assert balance_cents(clara.user) == after_one


@pytest.mark.parametrize("page", [POST, "/tasks/new/shift/"])
def test_a_page_that_is_fetched_anew_by_back_has_the_key_it_was_sent_with(browser, page):
    key = key_on(browser.get(page))
    assert key_on(browser.get(page, {"key": key})) == key
    assert browser.get(page, {"key": "\x00" * 99}).status_code == 200


def test_what_was_changed_on_the_same_page_is_another_task(browser):
    key = key_on(browser.get(POST))
    for title in ("Paint the fence", "Paint the gate"):
        browser.post(POST, answers(key=key, title=title))
    assert Task.objects.count() == 2


def test_a_new_page_posts_the_same_once_more(browser):
    for _ in range(2):
        browser.post(POST, answers(key=key_on(browser.get(POST))))
    assert Task.objects.count() == 2


def test_a_key_is_of_one_client(browser, clara):
    mira, other = make_client("mira"), Browser()
    other.force_login(mira.user)
    for one in (browser, other):
        one.post(POST, answers(key="0" * 32))
    assert {task.client for task in Task.objects.all()} == {clara, mira}


def test_what_was_refused_may_be_sent_again(browser, clara):
    key = key_on(browser.get(POST))
    refused = browser.post(POST, answers(key=key, pay_cents="9000", slot_count="20"))
    assert key_on(refused) == key
    assert browser.post(POST, answers(key=key)).status_code == 302
