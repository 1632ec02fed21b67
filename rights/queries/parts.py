"""Which rows are about one person, table by table: the plan of the complete own log.

Every model of the market that leads to a person stands either in PARTS or in LEFT_OUT with the
reason; a test walks all models and fails for one that stands in neither. A part gives all columns of
its table but those it leaves out, so a new column is in the log without anybody thinking of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User

CHUNK = 5000  # rows of one query: few enough for the two seconds that a page has


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table that lead to the person by one of the paths `mine`.

    `without` are columns that are no fact about anybody, or somebody's secret. `also` are columns of
    other tables that make a row readable. `where` leaves out what nobody may read yet.
    """

    name: str
    words: str | Promise
    label: str
    mine: tuple[str, ...]
    without: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    where: Q = Q()

    @property
    def model(self) -> type[Model]:
        return apps.get_model(self.label)

    def rows(self, user: User) -> Iterator[dict[str, Any]]:
        """All rows in the order of their keys, a chunk at a time."""
        wanted = self.queryset(user).order_by("pk").values("pk", *self.columns())
        last: Any = None
        while True:
            chunk = list((wanted.filter(pk__gt=last) if last is not None else wanted)[:CHUNK])
            for row in chunk:
                last = row.pop("pk")
                yield {name.replace("__", "_"): plain(value) for name, value in row.items()}
            if len(chunk) < CHUNK:
                return

    def queryset(self, user: User) -> QuerySet:
        is_mine = Q()
        for path in self.mine:
            is_mine |= Q(**{path: user.pk})
        return self.model._default_manager.filter(is_mine, self.where)

    def columns(self) -> list[str]:
        fields = [field.attname for field in self.model._meta.concrete_fields]
        return [name for name in fields if name not in self.without] + list(self.also)


def plain(value: Any) -> Any:
    """A value as JSON and CSV can hold it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if value is None or isinstance(value, (bool, int, float, str, list, dict)):
        return value
    return str(value)


MY_WORK = "assignment__worker__user"
TASK = ("task__title", "task__client__name")

PARTS: tuple[Part, ...] = (
    Part("account", _("your account"), "accounts.User", ("pk",), ("password",)),
    Part("email_addresses", _("your e-mail addresses"), "account.EmailAddress", ("user",)),
    Part("second_factors", _("your second factors, without their secrets"), "mfa.Authenticator", ("user",), ("data",)),
    Part("api_tokens", _("your API tokens, without the tokens"), "authtoken.Token", ("user",), ("key",)),
    Part("api_answers", _("what the API answered you in the last day"), "api.IdempotentAnswer", ("user",)),
    Part("client", _("you as a client"), "clients.Client", ("user",)),
    Part("worker", _("you as a worker, with the numbers that rankings use"), "workers.Worker", ("user",)),
    Part("proofs", _("what you showed to operators, and what they said of it"), "proofs.Proof", ("worker__user", "decided_by"), (), ("decided_by__name",)),
    Part("statuses", _("work statuses you said you have"), "statuses.HeldStatus", ("worker__user",)),
    Part("worked_as", _("under which status you worked"), "statuses.WorkedAs", ("worker__user",)),
    Part("claims", _("your claims, won or lost"), "allocation.Claim", ("worker__user",), (), TASK),
    Part("bids", _("your bids"), "allocation.Bid", ("worker__user",), (), TASK),
    Part("entries", _("your entries in contests"), "allocation.Entry", ("worker__user",), (), TASK),
    Part("offers", _("offers made to you, and your answers"), "allocation.Offer", ("worker__user",), (), TASK),
    Part("assignments", _("your assignments"), "tasks.Assignment", ("worker__user",), (), TASK),
    Part("submissions", _("what you handed in"), "tasks.Submission", (MY_WORK,)),
    Part("answers", _("your answers in forms"), "batches.Answers", (f"submission__{MY_WORK}",)),
    Part("files", _("files you handed in: their names and sizes"), "batches.File", (MY_WORK,), ("content",)),
    Part("drafts", _("what you filled in and did not hand in"), "batches.Draft", (MY_WORK,)),
    Part("reports", _("tasks you reported as broken"), "batches.Report", ("worker__user",)),
    Part("reviews", _("verdicts on your work, and verdicts you gave"), "tasks.Review", (f"submission__{MY_WORK}", "by"),
         (), ("by__name",)),
    Part("held_rejections", _("rejections that waited for an operator"), "disputes.HeldRejection",
         (f"submission__{MY_WORK}", "asked_by", "decided_by"), (), ("decided_by__name",)),
    Part("disputes", _("disputes"), "disputes.Dispute",
         (MY_WORK, "assignment__task__client__user", "decided_by"), (), ("decided_by__name",)),
    Part("dispute_statements", _("what was said in your disputes"), "disputes.Statement",
         (f"dispute__{MY_WORK}", "dispute__assignment__task__client__user", "by")),
    Part("human_reviews", _("human reviews that you asked for or gave"), "disputes.HumanReview", ("asked_by", "decided_by"),
         (), ("decided_by__name",)),
    Part("problems", _("problems you reported, or that were reported about your tasks"), "disputes.ProblemTicket",
         ("asked_by", "task__client__user", "decided_by"), (), ("task__title", "decided_by__name")),
    Part("events", _("every event about you or by you"), "tasks.TaskEvent",
         ("worker__user", "by", MY_WORK), (), ("task__title",)),
    Part("opinions_given", _("what you said of the people you worked with"), "reputation.Opinion", ("by",)),
    Part("opinions_about_you", _("what they said of you, once it may be read"), "reputation.Opinion",
         (MY_WORK, "assignment__task__client__user"), (), (), Q(revealed_at__isnull=False)),
    Part("attendances", _("the hours of your shifts and bookings"), "shifts.Attendance", ("worker__user",)),
    Part("cancellations", _("places that were called off, and what was paid for it"), "shifts.Cancellation", (MY_WORK, "by")),
    Part("no_shows", _("who was said not to have been there"), "shifts.NoShow",
         (MY_WORK, "assignment__task__client__user", "by")),
    Part("reserves", _("reserve lists you stood on"), "shifts.Reserve", ("worker__user",)),
    Part("published_hours", _("hours you offered"), "shifts.PublishedHour", ("worker__user",)),
    Part("shifts", _("shifts and bookings you posted"), "shifts.Shift", ("task__client__user",)),
    Part("notices", _("notices sent to you"), "notices.Notice", ("person",)),
    Part("notice_preferences", _("which notices you want, and where"), "notices.Preference", ("person",)),
    Part("letterbox", _("how you get your mail"), "notices.Letterbox", ("person",)),
    Part("saved_searches", _("searches you saved"), "notices.SavedSearch", ("worker__user",)),
    Part("time_keeping", _("whether your time is kept"), "wages.TimeKeeping", ("worker__user",)),
    Part("diary", _("your diary of time and costs"), "wages.TimeEntry", ("worker__user",)),
    Part("tasks", _("tasks you posted"), "tasks.Task", ("client__user",), ("seed_hex", "escrow_id")),
    Part("batches", _("batches you posted"), "tasks.Batch", ("client__user",), ("escrow_id",)),
    Part("templates", _("your templates"), "batches.Template", ("client__user",)),
    Part("tables", _("tables you uploaded"), "batches.Upload", ("client__user",), ("escrow_id",)),
    Part("table_rows", _("the rows of your tables"), "batches.Row", ("upload__client__user",)),
    Part("measured_pay", _("what your tasks really paid"), "wages.MeasuredPay", ("client__user",)),
    Part("rulings", _("what was decided about your held tasks"), "screening.Ruling", ("task__client__user", "by"), (), ("by__name",)),
    Part("wallets", _("your wallet and your escrow accounts"), "ledger.Account", ("owner",)),
    Part("experiments", _("experiments you started"), "simulation.Experiment", ("by",), ("visitor",)),
    Part("classes", _("classes you opened"), "classroom.Classroom", ("teacher",)),
    Part("class_rounds", _("rounds of your classes"), "classroom.Round", ("classroom__teacher",)),
    Part("class_seats", _("your seats in classes, without their words"), "classroom.Pupil", ("user", "account"), ("word",)),
    Part("deletions", _("that the account was deleted"), "rights.Deletion", ("user",)),
    Part("published_versions", _("versions of mechanisms you published"), "allocation.MechanismVersion", ("by",)),
    Part("wage_floors", _("wage floors you entered"), "wages.WageFloor", ("entered_by",)),
    Part("market_floors", _("wage floors you chose for the market"), "wages.MarketFloor", ("by",)),
    Part("operator_acts", _("what you did in the admin"), "admin.LogEntry", ("user",), ("object_repr", "change_message")),
)  # fmt: skip

# Models that lead to a person and are no part of their own, with the reason.
LEFT_OUT: dict[str, str] = {
    "tasks.Share": "How much of a batch somebody had is told by the assignments.",
    "workers.Listing": "The skills of the part `worker`, in the order of a search.",
    "tasks.Slot": "Who holds a slot is told by the assignments.",
    "allocation.Allocation": "In the part `decisions`, without the other candidates.",
    "allocation.ChainLink": "A hash over a decision; the chain is public.",
    "allocation.Unsealed": "A queue of decisions without their hash yet.",
    "allocation.Gathered": "A queue of tasks that wait for the next window.",
    "ledger.Transfer": "In the parts `wallet` and `escrow`, with the balance after each.",
    "screening.HeldTask": "The same rows as the tasks.",
    "simulation.Scenario": "An arm of an experiment; the experiment's own files have it.",
    "simulation.Run": "A run of an experiment; the experiment's own files have it.",
}
