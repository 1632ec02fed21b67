"""Every address of the API. A number in an address is a row's, so it fits in 63 bits."""

from typing import Any

from django.urls import URLPattern, URLResolver, include, path, re_path, register_converter
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from api import (
    allocations,
    assignments,
    batches,
    bids,
    claims,
    disputes,
    entries,
    experiments,
    explanations,
    me,
    mechanisms,
    notices,
    offers,
    proofs,
    reputation,
    rights,
    shifts,
    statuses,
    tables,
    tasks,
    tokens,
    wages,
)
from api.doors import Nothing


class RowNumber:
    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        if not 0 < int(value) < 2**63:
            raise ValueError  # Django reads this as: no such address
        return int(value)

    def to_url(self, value: Any) -> str:
        return str(value)


register_converter(RowNumber, "row")

v1: list[URLPattern | URLResolver] = [
    path("tokens", tokens.Tokens.as_view(), name="tokens"),
    path("me", me.Me.as_view(), name="me"),
    path("me/client", me.MyClient.as_view(), name="my_client"),
    path("me/worker", me.MyWorker.as_view(), name="my_worker"),
    path("me/skills", me.MySkills.as_view(), name="my_skills"),
    path("me/availability", me.Availability.as_view(), name="availability"),
    path("me/standby", me.Standby.as_view(), name="standby"),
    path("me/deposits", me.Deposits.as_view(), name="deposits"),
    path("me/statement", me.Statement.as_view(), name="statement"),
    path("me/log", rights.MyLog.as_view(), name="my_log"),
    path("me/certificate", rights.MyCertificate.as_view(), name="my_certificate"),
    path("certificate-keys", rights.Keys.as_view(), name="certificate_keys"),
    path("transparency", rights.Transparency.as_view(), name="transparency"),
    path("me/notices", notices.Notices.as_view(), name="notices"),
    path("me/notices/<row:notice_id>/read", notices.ReadNotice.as_view(), name="read_notice"),
    path("me/statuses", statuses.Statuses.as_view(), name="my_statuses"),
    path("me/statuses/choose", statuses.ChooseStatus.as_view(), name="choose_status"),
    path("me/statuses/<row:held_id>/end", statuses.EndStatus.as_view(), name="end_status"),
    path("proof-kinds", proofs.ProofKinds.as_view(), name="proof_kinds"),
    path("me/proofs", proofs.Proofs.as_view(), name="my_proofs"),
    path(
        "me/proofs/<row:proof_id>/withdraw", proofs.WithdrawProof.as_view(), name="withdraw_proof"
    ),
    path("me/wages", wages.MyWages.as_view(), name="my_wages"),
    path("me/time", wages.MyTime.as_view(), name="my_time"),
    path("me/time/<row:entry_id>", wages.OneEntry.as_view(), name="time_entry"),
    path("clients/<row:client_id>", reputation.OneClient.as_view(), name="client"),
    path("workers/<row:worker_id>", reputation.OneWorker.as_view(), name="worker"),
    path("shifts", shifts.Shifts.as_view(), name="shifts"),
    path("shifts/<row:task_id>", shifts.OneShift.as_view(), name="shift"),
    path("shifts/<row:task_id>/reserve", shifts.ReserveList.as_view(), name="reserve"),
    path("hours", shifts.Hours.as_view(), name="hours"),
    path("hours/<row:hour_id>/book", shifts.BookHour.as_view(), name="book_hour"),
    path("mechanisms", mechanisms.Mechanisms.as_view(), name="mechanisms"),
    path("mechanisms/<slug:slug>", mechanisms.OneMechanism.as_view(), name="mechanism"),
    path("tasks", tasks.Tasks.as_view(), name="tasks"),
    path("tasks/<row:task_id>", tasks.OneTask.as_view(), name="task"),
    path("tasks/<row:task_id>/cancel", tasks.CancelTask.as_view(), name="cancel_task"),
    path("tasks/<row:task_id>/choose", tasks.Choose.as_view(), name="choose"),
    path("tasks/<row:task_id>/events", tasks.TaskEvents.as_view(), name="task_events"),
    path("tasks/<row:task_id>/claims", claims.ClaimTask.as_view(), name="claim_task"),
    path("tasks/<row:task_id>/bids", bids.TaskBids.as_view(), name="task_bids"),
    path("tasks/<row:task_id>/entries", entries.TaskEntries.as_view(), name="task_entries"),
    path("batches", batches.Batches.as_view(), name="batches"),
    path("batches/<row:batch_id>", batches.OneBatch.as_view(), name="batch"),
    path("batches/<row:batch_id>/claim", batches.ClaimInBatch.as_view(), name="claim_in_batch"),
    path("templates", tables.Templates.as_view(), name="templates"),
    path("tables", tables.Tables.as_view(), name="tables"),
    path("tables/<row:table_id>", tables.OneTable.as_view(), name="table"),
    path("tables/<row:table_id>/results", tables.Results.as_view(), name="results"),
    path("claims", claims.Claims.as_view(), name="claims"),
    path("bids", bids.Bids.as_view(), name="bids"),
    path("bids/<row:bid_id>/withdraw", bids.WithdrawBid.as_view(), name="withdraw_bid"),
    path("entries", entries.Entries.as_view(), name="entries"),
    path("offers", offers.Offers.as_view(), name="offers"),
    path("offers/<row:offer_id>/accept", offers.AcceptOffer.as_view(), name="accept_offer"),
    path("offers/<row:offer_id>/decline", offers.DeclineOffer.as_view(), name="decline_offer"),
    path("assignments", assignments.Assignments.as_view(), name="assignments"),
    path("assignments/approve", assignments.ApproveMany.as_view(), name="approve_many"),
    path(
        "assignments/<row:assignment_id>/",
        include(
            [
                path("row", tables.RowOfAssignment.as_view(), name="row_of_assignment"),
                path("answers", tables.HandInAnswers.as_view(), name="hand_in_answers"),
                path("submit", assignments.SubmitWork.as_view(), name="submit_work"),
                path("return", assignments.ReturnAssignment.as_view(), name="return_assignment"),
                path("approve", assignments.Approve.as_view(), name="approve"),
                path("rework", assignments.AskForRework.as_view(), name="ask_for_rework"),
                path("reject", assignments.Reject.as_view(), name="reject"),
                path("bonus", assignments.GiveBonus.as_view(), name="give_bonus"),
                path("no-show", shifts.NotThere.as_view(), name="no_show"),
                path("no-show/answer", shifts.AnswerNotThere.as_view(), name="answer_no_show"),
                path("opinion", reputation.SayHowItWent.as_view(), name="say_how_it_went"),
                path("dispute", disputes.OpenDispute.as_view(), name="open_dispute"),
            ]
        ),
    ),
    path("assignments/<row:assignment_id>", assignments.OneAssignment.as_view(), name="assignment"),
    path("experiments", experiments.Experiments.as_view(), name="experiments"),
    path("experiments/<slug:key>", experiments.OneExperiment.as_view(), name="experiment"),
    path(
        "experiments/<slug:key>/cancel",
        experiments.CancelExperiment.as_view(),
        name="cancel_experiment",
    ),
    path(
        "experiments/<slug:key>/resume",
        experiments.ResumeExperiment.as_view(),
        name="resume_experiment",
    ),
    path("allocations", allocations.Allocations.as_view(), name="allocations"),
    path("allocations/<row:allocation_id>", allocations.OneAllocation.as_view(), name="allocation"),
    path(
        "allocations/<row:allocation_id>/explanation",
        explanations.OneExplanation.as_view(),
        name="explanation",
    ),
    path(
        "allocations/<row:allocation_id>/review",
        disputes.AskForReview.as_view(),
        name="ask_for_review",
    ),
    path("held-rejections", disputes.HeldRejections.as_view(), name="held_rejections"),
    path("disputes", disputes.Disputes.as_view(), name="disputes"),
    path("disputes/<row:dispute_id>", disputes.OneDispute.as_view(), name="dispute"),
    path("disputes/<row:dispute_id>/statements", disputes.Statements.as_view(), name="statements"),
    path("reviews", disputes.HumanReviews.as_view(), name="reviews"),
    path("tasks/<row:task_id>/problems", disputes.ReportProblem.as_view(), name="report_problem"),
    path("problems", disputes.Problems.as_view(), name="problems"),
    path("problems/<row:problem_id>/answer", disputes.AnswerProblem.as_view(), name="answer"),
]

app_name = "api"
urlpatterns = [
    path("v1/", include(v1)),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
    re_path("", Nothing.as_view()),
]
