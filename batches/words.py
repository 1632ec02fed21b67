"""What is wrong with a table or an answer, in sentences."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from batches import rules

PROBLEMS: dict[str, Any] = {
    "too_large": gettext_lazy(
        "The file is larger than %(most)s MB. Split it into several batches."
    ),
    "not_utf8": gettext_lazy(
        "Line %(line)s holds a character that is not UTF-8. Save the file as “CSV UTF-8”."
    ),
    "nul": gettext_lazy("Line %(line)s holds a character that cannot be stored (NUL)."),
    "empty": gettext_lazy("The file is empty."),
    "no_rows": gettext_lazy("The file has names of columns and no row below them."),
    "broken_quotes": gettext_lazy("Line %(line)s: a quotation mark is opened and not closed well."),
    "too_many_columns": gettext_lazy("The table has more than %(most)s columns."),
    "column_without_name": gettext_lazy(
        "Line %(line)s: column %(place)s has no name. The first line names the columns."
    ),
    "long_name": gettext_lazy(
        "Line %(line)s: the name of column %(place)s is longer than %(most)s characters."
    ),
    "column_twice": gettext_lazy("Line %(line)s: two columns are called “%(name)s”."),
    "cells": gettext_lazy("Line %(line)s has %(found)s cells instead of %(wanted)s."),
    "long_cell": gettext_lazy(
        "Line %(line)s: the cell under “%(name)s” is longer than %(most)s characters."
    ),
    "too_many_rows": gettext_lazy(
        "The table has more than %(most)s rows. Split it into several batches."
    ),
}
ANSWER_PROBLEMS: dict[str, Any] = {
    "not_pairs": gettext_lazy("The task did not send answers that can be read."),
    "too_many": gettext_lazy("The task sent more answers than the market keeps."),
    "too_large": gettext_lazy("The answers are larger than 64 KB. Shorten the longest one."),
    "empty": gettext_lazy("There is nothing in what you want to hand in."),
}


def problem_sentence(problem: rules.BadLine) -> str:
    """One thing that is wrong with a table, with the line it is on."""
    return str(PROBLEMS[problem.code]) % {"line": problem.line, **problem.facts}


def answer_sentence(code: str) -> str:
    return _(str(ANSWER_PROBLEMS[code]))
