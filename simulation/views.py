"""The lab: choose a market, change something, watch it, compare; and what the engine is held to."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_http_methods, require_POST, require_safe

from accounts.models import User
from marketplace.doors import page_tag, tell_refusal
from simulation import actions, files, findings, pages, queries
from simulation.forms import LeverForm, checked_preset, plan_with
from simulation.models import KEY_LETTERS, Experiment, Run
from simulation.questions import BY_SLUG, QUESTIONS
from simulation.rules import MOST_ARMS, Arm, NotAScenario, Plan, TooLarge
from simulation.visitors import visitor_of
from simulation.words import arm_words
from simulation.world import presets
from simulation.world.store import code_version

REFUSALS = (NotAScenario, TooLarge, actions.TooMany, actions.LabIsFull)
MINE = "experiments"  # the keys that this visitor started, in the session
REMEMBERED = 50
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
STOP_ASKING = 286  # see templates/components/_live.html


# --- choosing -------------------------------------------------------------------------------------


@require_safe
def lab(request: HttpRequest) -> HttpResponse:
    """Questions that are answered with one press, and every market to change something in."""
    found = [(name, presets.load(name)) for name in presets.preset_names()]
    return render(
        request,
        "simulation/lab.html",
        {"questions": QUESTIONS, "presets": found, "mine": mine(request)},
    )


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """One of the ready questions."""
    question = BY_SLUG.get(request.POST.get("question", ""))
    if question is None:
        raise Http404
    return started(request, question.plan, question.slug, "simulate")


@require_http_methods(["GET", "HEAD", "POST"])
def experiment_new(request: HttpRequest, preset: str) -> HttpResponse:
    """Change a few things of one market; `?from=` adds an arm to an experiment."""
    if preset not in presets.preset_names():
        raise Http404
    chosen = checked_preset(presets.load(preset))
    earlier = arms_of(request.GET.get("from", ""), preset)
    form = LeverForm(chosen, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        plan = plan_with(chosen, earlier, form.pulled())
        return started(request, plan, chosen.title, "experiment_new", preset)
    return render(
        request,
        "simulation/new.html",
        {
            "form": form,
            "preset": chosen,
            "slug": preset,
            "earlier": [arm_words(arm.levers, earlier[0].levers) for arm in earlier],
            "numbers": pages.numbers_of(chosen),
        },
    )


def arms_of(key: str, preset: str) -> list[Arm]:
    """The arms of an experiment with the same market, as far as one more fits beside them."""
    if not set(key) <= set(KEY_LETTERS):  # typed into the address
        return []
    found = Experiment.objects.filter(key=key, preset=preset).first()
    if found is None:
        return []
    arms = [Arm(row.name, row.levers) for row in found.scenarios.order_by("position")]
    return arms[: MOST_ARMS - 1]


def started(
    request: HttpRequest, plan: Plan, title: str, back: str, *arguments: str
) -> HttpResponse:
    try:
        experiment = actions.start_experiment(
            plan=plan,
            title=title,
            by=person(request),
            visitor=visitor_of(request, person(request)),
            now=timezone.now(),
        )
    except REFUSALS as refusal:
        tell_refusal(request, refusal)
        return redirect(back, *arguments)
    remember(request, experiment.key)
    return redirect(experiment)


# --- watching and comparing -----------------------------------------------------------------------


@require_safe
def experiment(request: HttpRequest, key: str) -> HttpResponse:
    """Insight, pictures, tables, files. Whoever has the address may read it."""
    found = get_object_or_404(Experiment, key=key)
    context = moving_context(request, found)
    arms = context["arms"]
    if context["is_over"] and arms and arms[0].runs:
        context |= {
            "course": pages.course(arms),
            "shares": pages.shares(arms),
            "spread": pages.spread(arms),
            "thirds": pages.by_dependence(arms),
            "every_measure": pages.every_measure(arms),
            "command": pages.command_line(found, arms),
            "digests": [(arm.scenario.name, arm.runs[0].digest[:12]) for arm in arms],
            "may_add_arm": found.preset in presets.preset_names() and len(arms) < MOST_ARMS,
        }
    return render(request, "simulation/experiment.html", context)


def moving_tag(request: HttpRequest, key: str) -> str:
    found = get_object_or_404(Experiment, key=key)
    done = Run.objects.filter(scenario__experiment=found).exclude(state="waiting").count()
    ahead = queries.progress(found).ahead
    return page_tag(request, done, found.key, found.state, ahead)


@require_safe
@condition(etag_func=moving_tag)
def experiment_moving(request: HttpRequest, key: str) -> HttpResponse:
    """How far it is and what it says so far."""
    context = moving_context(request, get_object_or_404(Experiment, key=key))
    status = STOP_ASKING if context["is_over"] else 200
    return render(request, "simulation/_experiment_moving.html", context, status=status)


def moving_context(request: HttpRequest, found: Experiment) -> dict[str, Any]:
    arms = queries.results(found)
    has_rows = bool(arms and arms[0].runs)
    return {
        "experiment": found,
        "title": pages.title_of(found),
        "progress": queries.progress(found),
        "arms": arms,
        "names": pages.arm_names(arms) if arms else [],
        "insights": pages.insights(arms) if has_rows else [],
        "table": pages.table(arms) if has_rows else [],
        "has_rows": has_rows,
        "is_over": found.state != Experiment.State.RUNNING,
        "is_mine": is_mine(request, found),
        "is_old": found.code_version != code_version(),
        "share_url": request.build_absolute_uri(found.get_absolute_url()),
    }


@require_POST
def experiment_cancel(request: HttpRequest, key: str) -> HttpResponse:
    return changed(request, key, actions.cancel_experiment)


@require_POST
def experiment_resume(request: HttpRequest, key: str) -> HttpResponse:
    return changed(request, key, actions.resume_experiment)


def changed(request: HttpRequest, key: str, action: Any) -> HttpResponse:
    """Only for whoever started it; for anybody else there is nothing here."""
    found = get_object_or_404(Experiment, key=key)
    if not is_mine(request, found):
        raise Http404
    try:
        action(key=key, now=timezone.now())
    except (actions.CannotBeCancelled, actions.NothingToResume, actions.LabIsFull) as refusal:
        tell_refusal(request, refusal)
    return redirect(found)


# --- taking home ----------------------------------------------------------------------------------


@require_safe
def experiment_measures(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """Every finished run as one row, as CSV, JSON or Parquet."""
    found = get_object_or_404(Experiment, key=key)
    rows = files.tidy(queries.played(found))
    write: dict[str, Any] = {
        "csv": files.csv_text,
        "json": files.json_text,
        "parquet": files.parquet_bytes,
    }
    return download(write[kind](rows), f"measures-{key}.{kind}", KINDS[kind])


@require_safe
def experiment_codebook(request: HttpRequest, key: str) -> HttpResponse:
    get_object_or_404(Experiment, key=key)
    return download(files.codebook_csv(), "codebook.csv", KINDS["csv"])


@require_safe
def experiment_bundle(request: HttpRequest, key: str) -> HttpResponse:
    """Everything that plays it again, with the digest of each result."""
    found = get_object_or_404(Experiment, key=key)
    return download(
        files.bundle_text(queries.bundle(found)), f"experiment-{key}.json", KINDS["json"]
    )


def download(body: str | bytes, filename: str, kind: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer


# --- what the engine is held to -------------------------------------------------------------------


@require_safe
def theory(request: HttpRequest) -> HttpResponse:
    """The closed forms beside what was measured, with the date and the version of the code."""
    return render(request, "simulation/theory.html", theory_context())


def theory_tag(request: HttpRequest) -> str:
    examined = [examination.pk for examination in queries.latest_examinations().values()]
    is_running = queries.is_being_examined(timezone.now())
    return page_tag(request, len(examined), is_running, *examined)


@require_safe
@condition(etag_func=theory_tag)
def theory_moving(request: HttpRequest) -> HttpResponse:
    """The parts that are examined so far."""
    context = theory_context()
    status = 200 if context["is_running"] else STOP_ASKING
    return render(request, "simulation/_theory_moving.html", context, status=status)


def theory_context() -> dict[str, Any]:
    return {
        "parts": pages.theory(queries.latest_examinations()),
        "is_running": queries.is_being_examined(timezone.now()),
        "code_version": code_version(),
    }


@require_POST
def theory_examine(request: HttpRequest) -> HttpResponse:
    """Anybody may have it examined again, one examination at a time."""
    if actions.ask_for_theory(now=timezone.now()):
        messages.success(request, _("The engine is being examined. This takes about a minute."))
    else:
        messages.info(request, _("It is being examined already."))
    return redirect("theory")


@require_safe
def literature(request: HttpRequest) -> HttpResponse:
    """Published findings as experiments: what came out, green or not."""
    running = queries.running_findings()
    context = {
        "verdicts": findings.verdicts(queries.latest_of_findings(), running, code_version()),
        "not_simulated": findings.NOT_SIMULATED,
    }
    return render(request, "simulation/literature.html", context)


@require_POST
def literature_examine(request: HttpRequest) -> HttpResponse:
    """Play one finding again."""
    finding = findings.BY_SLUG.get(request.POST.get("finding", ""))
    if finding is None:
        raise Http404
    try:
        again = actions.start_experiment(
            plan=finding.plan,
            title=finding.slug,
            finding=findings.PLAYED_AS[finding.slug],
            by=person(request),
            visitor=visitor_of(request, person(request)),
            now=timezone.now(),
        )
    except REFUSALS as refusal:
        tell_refusal(request, refusal)
        return redirect("literature")
    return redirect(again)


# --- who asks -------------------------------------------------------------------------------------


def person(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def remember(request: HttpRequest, key: str) -> None:
    """A visitor without an account keeps what they started, as long as the browser does."""
    keys = [k for k in request.session.get(MINE, []) if k != key]
    request.session[MINE] = [key, *keys][:REMEMBERED]


def is_mine(request: HttpRequest, found: Experiment) -> bool:
    who = person(request)
    if who is not None and (found.by_id == who.pk or who.is_staff):
        return True
    started_here = found.by_id is None and found.visitor == visitor_of(request, None)
    return started_here and found.key in request.session.get(MINE, [])


def mine(request: HttpRequest) -> list[tuple[Experiment, str]]:
    keys = request.session.get(MINE, [])[:6]
    found = {row.key: row for row in Experiment.objects.filter(key__in=keys)}
    return [(found[key], pages.title_of(found[key])) for key in keys if key in found]
