"""What clients do with tables and templates, and what workers do on the working page."""

from batches.actions.publishing import (
    NotYourDraft,
    TermsAreMissing,
    VariablesAreOpen,
    post_upload,
    publish,
)
from batches.actions.tables import (
    TableHasProblems,
    discard,
    keep_table,
    set_terms,
)
from batches.actions.templates import TemplateIsEmpty, TemplateIsTooLarge, keep_template
from batches.actions.working import (
    MOST_FILE_BYTES,
    AlreadyReported,
    AnswersAreNotRight,
    FileIsTooLarge,
    keep_draft,
    keep_file,
    report_broken,
    submit_answers,
)

__all__ = [
    "MOST_FILE_BYTES",
    "AlreadyReported",
    "AnswersAreNotRight",
    "FileIsTooLarge",
    "NotYourDraft",
    "TableHasProblems",
    "TemplateIsEmpty",
    "TemplateIsTooLarge",
    "TermsAreMissing",
    "VariablesAreOpen",
    "discard",
    "keep_draft",
    "keep_file",
    "keep_table",
    "keep_template",
    "post_upload",
    "publish",
    "report_broken",
    "set_terms",
    "submit_answers",
]
