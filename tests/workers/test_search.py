"""Words to look for: every one of them begins a word of the title or of the description."""

import pytest
from django.db import connection
from django.test import Client as Browser

from notices.actions import save_search
from notices.searches import fitting
from tasks.actions import post_batch
from tasks.models import Task
from tests.people import NOW, a_task, post

pytestmark = pytest.mark.django_db

DESCRIPTION = "L’échelle est à côté de l'escalier. Ask for node.js, e-mail me@shop.example & wait."


@pytest.fixture
def lamps(clara):
    return post(clara, title="Twee lampen ophangen", description=DESCRIPTION)


@pytest.mark.parametrize(
    "words",
    ["lamp", "LAMPEN", "op twee", "escal", "l'esc", "échelle", "node.js", "e-mail", "me@shop.example",
     "lamp &", "wait \\", "'lamp'"],
)  # fmt: skip
def test_a_task_is_found_by_the_beginnings_of_its_words(lamps, words):
    assert list(Task.objects.open().saying(words)) == [lamps]


@pytest.mark.parametrize("words", ["lamp zebra", "ampen", "lampenkap", "lamp:a", "&", "!"])
def test_one_word_that_begins_nothing_is_enough_not_to_find_it(lamps, words):
    assert not Task.objects.open().saying(words).exists()


def test_a_search_reads_the_index_and_not_every_description(clara):
    many = [a_task(title=f"Box {number}", pay_cents=10) for number in range(300)]
    post_batch(client=clara, title="Boxes", news=many, now=NOW)
    with connection.cursor() as cursor:  # 300 rows are soon read: can the index answer at all?
        cursor.execute("SELECT gin_clean_pending_list('open_tasks_by_word')")
        cursor.execute("ANALYZE tasks_task")
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Task.objects.open().saying("box 17").explain()
    assert "Bitmap Index Scan on open_tasks_by_word" in plan


def test_the_board_and_a_saved_search_find_the_same(lamps, clara, wim):
    search = save_search(by=wim, name="Lamps", filters={"q": "ophang lamp"}, now=NOW)
    post(clara, title="Walk a dog", description="Twice around the park.")
    browser = Browser()
    browser.force_login(wim.user)
    page = browser.get("/work/?q=ophang+lamp").context["page"]
    assert [task.pk for task in page.object_list] == [task.pk for task in fitting(search)]
    assert [task.pk for task in page.object_list] == [lamps.pk]
