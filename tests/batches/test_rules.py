"""Tables and templates: what is read, what is refused and on which line, what is filled in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batches.rules import (
    AnswersAreBad,
    TableIsBad,
    field_name,
    filled,
    filled_html,
    gathered,
    guess_mapping,
    has_own_form,
    in_words,
    is_right,
    one_text,
    read_table,
    variables_of,
)


def problems(content: bytes, most: int = 10) -> list[tuple[int, str]]:
    with pytest.raises(TableIsBad) as bad:
        read_table(content, most)
    return [(p.line, p.code) for p in bad.value.problems]


# --- tables -------------------------------------------------------------------------------------
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_table_is_read_whatever_wrote_it(mark, delimiter, end):
    lines = [["Input.url", "naam"], ["a.jpg", "Zoë 🐈"], ["b.jpg", "x"]]
    content = mark + end.join(delimiter.join(line) for line in lines).encode()
    table = read_table(content, 10)
    assert table.columns == ("url", "naam")
    assert [row.values for row in table.rows] == [
        {"url": "a.jpg", "naam": "Zoë 🐈"},
        {"url": "b.jpg", "naam": "x"},
    ]


def test_quotes_hold_delimiters_and_line_breaks_and_rows_keep_their_line():
    table = read_table(b'text,n\n"one\ntwo, ""three""; four",1\n\nnext,2\n', 10)
    assert [(row.line, row.values["text"]) for row in table.rows] == [
        (2, 'one\ntwo, "three"; four'),
        (5, "next"),
    ]


def test_a_semicolon_inside_quotes_of_the_header_is_no_delimiter():
    assert read_table(b'"a;b;c",d\n1,2\n', 10).columns == ("a;b;c", "d")


def test_known_answers_are_kept_apart_from_what_workers_see():
    table = read_table(b"x,Gold.animal\n1,cat\n2,\n", 10)
    assert table.columns == ("x",)
    assert [(row.values, row.gold) for row in table.rows] == [
        ({"x": "1"}, {"animal": "cat"}),
        ({"x": "2"}, {}),
    ]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", [(0, "empty")]),
        (b"\n\n", [(0, "empty")]),
        (b"a,b\n", [(0, "no_rows")]),
        (b"a,b\n1,2\n3\n4,5,6\n", [(3, "cells"), (4, "cells")]),
        (b"a,a\n1,2\n", [(1, "column_twice")]),
        (b"Input.a,a\n1,2\n", [(1, "column_twice")]),
        (b"a,,c\n1,2,3\n", [(1, "column_without_name")]),
        (b"a\n1\n\xff\n", [(3, "not_utf8")]),
        (b"a\n1\n2\0\n", [(3, "nul")]),
        (b'a\n1\n"open\n', [(3, "broken_quotes")]),
        (b"a\n" + b"1\n" * 11, [(12, "too_many_rows")]),
        (b",".join(b"c%d" % n for n in range(201)) + b"\n", [(1, "too_many_columns")]),
        (b"a\n" + b"x" * 50_001 + b"\n", [(2, "long_cell")]),
        (b"x" * 81 + b"\n1\n", [(1, "long_name")]),
        (b"a\n" + b"x" * (20 * 1024 * 1024) + b"\n", [(0, "too_large")]),
    ],
)
def test_what_is_wrong_is_named_with_its_line(content, found):
    assert problems(content) == found


def test_no_more_than_twenty_bad_lines_are_named():
    assert len(problems(b"a,b\n" + b"1\n" * 100, most=1000)) == 20


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\r")),
                         min_size=2, max_size=2), min_size=1, max_size=8))  # fmt: skip
def test_what_pythons_csv_writes_is_read_again(cells):
    import csv
    import io

    out = io.StringIO()
    csv.writer(out).writerows([["a", "b"], *cells])
    wanted = [row for row in cells if any(cell.strip() for cell in row)]
    if wanted:
        table = read_table(out.getvalue().encode(), 100)
        assert [[*row.values.values()] for row in table.rows] == wanted


# --- templates ----------------------------------------------------------------------------------
def test_variables_are_found_once_in_order_with_hyphens_and_prefixes():
    text = "<p>${image-url} ${Input.name}</p> ${ name } ${image-url} $5 ${a+b} ${} $ {x}"
    assert variables_of(text) == ("image-url", "name")


def test_columns_are_guessed_by_name_and_then_by_what_is_nearly_the_name():
    assert guess_mapping(("image-url", "name", "z"), ["Image_URL", "name", "other"]) == {
        "image-url": "Image_URL",
        "name": "name",
    }


def test_values_are_escaped_in_html_and_open_variables_stand():
    body = '<img alt="${x}"><b>${Input.x}</b>${y}'
    assert filled_html(body, {"x": "col"}, {"col": '"><script>&'}) == (
        '<img alt="&quot;&gt;&lt;script&gt;&amp;"><b>&quot;&gt;&lt;script&gt;&amp;</b>${y}'
    )


def test_a_value_that_looks_like_a_variable_is_not_filled_again():
    assert filled("${a} ${b}", {"a": "a", "b": "b"}, {"a": "${b}", "b": "secret"}) == "${b} secret"


@pytest.mark.parametrize(
    ("body", "own"),
    [("<form>", True), ("<FORM class=x>", True), ("<crowd-form>", True), ("<formula>", False)],
)
def test_an_own_form_is_recognised(body, own):
    assert has_own_form(body) is own


def test_a_label_becomes_a_name_of_its_own():
    assert field_name("How old? (years)", []) == "how_old_years"
    assert field_name("How old?", ["how_old"]) == "how_old_2"
    assert field_name("???", []) == "answer"


# --- answers ------------------------------------------------------------------------------------
def test_repeated_names_become_a_list_and_nothing_is_lost():
    pairs = [["tag", "a"], ["name", "x"], ["tag", "b"], ["tag", "c"]]
    assert gathered(pairs) == {"tag": ["a", "b", "c"], "name": "x"}
    assert one_text(["a", "b"]) == "a|b"
    assert one_text({"file": 7, "name": "a.jpg", "bytes": 3}) == "a.jpg (/files/7/)"
    assert in_words({"tag": ["a", "b"], "n": "1"}) == "tag: a|b\nn: 1"


@pytest.mark.parametrize(
    "pairs",
    [None, {}, "x", [1], [["a"]], [["a", 1]], [["a", "b", "c"]], [["", "b"]], [["a", "\0"]],
     [["a", "\ud800"]], [["a", "x" * 70_000]], [[f"n{i}", ""] for i in range(201)],
     [["x" * 81, ""]], [["a", "b"]] * 2001],
)  # fmt: skip
def test_what_is_not_answers_is_refused(pairs):
    with pytest.raises(AnswersAreBad):
        gathered(pairs)


def test_a_known_answer_is_compared_without_case_and_spaces():
    assert is_right({"animal": " Cat "}, {"animal": "cat"})
    assert is_right({"tags": ["a", "b"]}, {"tags": "a|b"})
    assert not is_right({"animal": "dog"}, {"animal": "cat"})
    assert not is_right({}, {"animal": "cat"})
    assert json.dumps(gathered([])) == "{}"
