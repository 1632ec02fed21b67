"""What a table, a template and an answer are, and how answers agree. Plain Python."""

from batches.rules.answers import (
    MOST_ANSWERS_BYTES,
    Answers,
    AnswersAreBad,
    check_size,
    gathered,
    in_words,
    is_right,
    one_text,
)
from batches.rules.tables import (
    GOLD,
    MOST_TABLE_BYTES,
    BadLine,
    Table,
    TableIsBad,
    TableRow,
    Values,
    read_table,
)
from batches.rules.templates import (
    KINDS,
    MOST_TEMPLATE_BYTES,
    field_name,
    filled,
    filled_html,
    guess_mapping,
    has_own_form,
    variables_of,
)

__all__ = [
    "GOLD",
    "KINDS",
    "MOST_ANSWERS_BYTES",
    "MOST_TABLE_BYTES",
    "MOST_TEMPLATE_BYTES",
    "Answers",
    "AnswersAreBad",
    "BadLine",
    "Table",
    "TableIsBad",
    "TableRow",
    "Values",
    "check_size",
    "field_name",
    "filled",
    "filled_html",
    "gathered",
    "guess_mapping",
    "has_own_form",
    "in_words",
    "is_right",
    "one_text",
    "read_table",
    "variables_of",
]
