"""What one person answered: names and values, in limits."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from batches.rules.tables import MOST_NAME_CHARACTERS

MOST_ANSWERS_BYTES = 64 * 1024
MOST_ANSWERS = 200
Answers = dict[str, Any]


class AnswersAreBad(ValueError):
    """What was handed in are not answers: the code says why."""


def gathered(pairs: Any) -> Answers:
    """Named answers from [name, value] pairs: a repeated name becomes a list, nothing is lost.

    Raises AnswersAreBad for anything that is not a list of pairs of texts, or too much of it.
    """
    if not isinstance(pairs, list) or len(pairs) > MOST_ANSWERS * 10:
        raise AnswersAreBad("not_pairs")
    answers: Answers = {}
    for pair in pairs:
        if not (isinstance(pair, list) and len(pair) == 2 and all(map(is_text, pair)) and pair[0]):
            raise AnswersAreBad("not_pairs")
        name, value = pair
        if name not in answers:
            answers[name] = value
        elif isinstance(answers[name], list):
            answers[name].append(value)
        else:
            answers[name] = [answers[name], value]
    check_size(answers)
    return answers


def is_text(value: Any) -> bool:
    return isinstance(value, str) and "\0" not in value and not re.search("[\ud800-\udfff]", value)


def check_size(answers: Answers) -> None:
    if len(answers) > MOST_ANSWERS or any(len(n) > MOST_NAME_CHARACTERS for n in answers):
        raise AnswersAreBad("too_many")
    if len(json.dumps(answers, ensure_ascii=False).encode()) > MOST_ANSWERS_BYTES:
        raise AnswersAreBad("too_large")


def in_words(answers: Answers) -> str:
    """Answers as a person reads them: a line for each."""
    return "\n".join(f"{name}: {one_text(value)}" for name, value in answers.items())


def one_text(value: Any) -> str:
    """An answer as one text, as in a cell of the results; several are joined as MTurk joins them."""
    if isinstance(value, list):
        return "|".join(one_text(part) for part in value)
    if isinstance(value, dict):  # a file: its name, and where to fetch it
        return f"{value.get('name', '')} (/files/{value.get('file', '')}/)"
    return "" if value is None else str(value)


def is_right(answers: Answers, gold: Mapping[str, str]) -> bool:
    """Do the answers say what is known? Case and outer spaces do not count."""

    def plain(text: str) -> str:
        return " ".join(text.split()).casefold()

    return all(plain(one_text(answers.get(n, ""))) == plain(known) for n, known in gold.items())
