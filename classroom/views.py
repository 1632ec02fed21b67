"""The doors of a class: come in, the page of the class for pupil and teacher, a round, its results."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from classroom import actions, rules
from classroom.forms import ComeBackForm, JoinForm, OpenForm, RoundForm
from classroom.limits import has_tried_too_often, is_too_often
from classroom.models import Classroom, Pupil, Round
from classroom.pages import (
    class_page,
    client_results,
    csv_rows,
    teacher_page,
    teacher_results,
    worker_results,
)
from classroom.queries import classes_of
from marketplace.doors import PersonRequest, sentence_of, tell_refusal
from marketplace.operators import csv_of

JOIN_REFUSALS = (
    actions.ClassIsOver,
    actions.ClassIsFull,
    actions.NicknameIsTaken,
    actions.NicknameCannotBeRead,
)
TOO_OFTEN = 429


# --- coming in -------------------------------------------------------------------------------------
@require_safe
def classes(request: HttpRequest) -> HttpResponse:
    """Come in with a code, or open a class."""
    form = JoinForm(initial={"code": request.GET.get("code", "")[:12]})
    return render(request, "classroom/classes.html", front_page(request, form))


def front_page(request: HttpRequest, form: JoinForm) -> dict[str, object]:
    user = request.user
    may_open = user.is_authenticated and user.room_id is None
    mine = classes_of(user)[:20] if may_open and isinstance(user, User) else []
    return {"form": form, "open_form": OpenForm(), "mine": mine, "may_open": may_open}


@require_POST
def join(request: HttpRequest) -> HttpResponse:
    """Take a seat: from here on this browser is the pupil, until they leave."""
    form = JoinForm(request.POST)
    if has_tried_too_often(request) or is_too_often(request, "join"):
        form.add_error(None, _("Too many tries from here. Wait some minutes."))
        return render(
            request, "classroom/classes.html", front_page(request, form), status=TOO_OFTEN
        )
    if form.is_valid():
        try:
            pupil = actions.join_class(
                **form.cleaned_data, account=own_account(request), now=timezone.now()
            )
        except Classroom.DoesNotExist:
            is_too_often(request, "wrong")
            form.add_error("code", _("There is no class with this code."))
        except JOIN_REFUSALS as refusal:
            form.add_error(None, sentence_of(refusal))
            page = door_page(request, found_class(form.cleaned_data["code"]), form)
            return render(request, "classroom/door.html", page, status=422)
        else:
            return seated(request, pupil)
    return render(request, "classroom/classes.html", front_page(request, form), status=422)


def own_account(request: HttpRequest) -> User | None:
    """Who they are outside of any class."""
    user = request.user
    return user if isinstance(user, User) and user.room_id is None else None


def seated(request: HttpRequest, pupil: Pupil) -> HttpResponse:
    login(request, pupil.user)
    return redirect(pupil.classroom)


@require_POST
def come_back(request: HttpRequest, code: str) -> HttpResponse:
    """The same seat on another device, or after leaving."""
    found = found_class(code)
    form = ComeBackForm(request.POST)
    if has_tried_too_often(request):
        messages.error(request, _("Too many tries from here. Wait some minutes."))
    elif form.is_valid():
        try:
            pupil = actions.come_back(code=code, now=timezone.now(), **form.cleaned_data)
        except actions.WrongWord as refusal:
            is_too_often(request, "wrong")
            tell_refusal(request, refusal)
        else:
            return seated(request, pupil)
    return redirect(found)


@login_required
@require_POST
def open_class(request: PersonRequest) -> HttpResponse:
    form = OpenForm(request.POST)
    if form.is_valid():
        try:
            return redirect(
                actions.open_classroom(by=request.user, now=timezone.now(), **form.cleaned_data)
            )
        except (actions.OnlyOutsideAClass, actions.TooManyClasses) as refusal:
            form.add_error(None, sentence_of(refusal))
    page = front_page(request, JoinForm()) | {"open_form": form}
    return render(request, "classroom/classes.html", page, status=422)


# --- the page of the class -------------------------------------------------------------------------
def found_class(code: str) -> Classroom:
    rows = Classroom.objects.select_related("room", "teacher")
    return get_object_or_404(rows, code=rules.code_of(code)[:8])


def seat_of(request: HttpRequest, found: Classroom) -> Pupil | None:
    user = request.user
    if not isinstance(user, User) or user.room_id != found.room_id:
        return None
    return Pupil.objects.filter(user=user, classroom=found).first()


@require_safe
def classroom(request: HttpRequest, code: str) -> HttpResponse:
    """The teacher's desk, the pupil's seat, or the way in for everybody else."""
    found = found_class(code)
    if found.teacher_id == request.user.pk:
        page = teacher_page(found, timezone.now())
        address = request.build_absolute_uri(found.get_absolute_url())
        page |= {"round_form": RoundForm(), "address": address}
        return render(request, "classroom/teacher.html", page)
    if seat := seat_of(request, found):
        return render(request, "classroom/pupil.html", class_page(found, seat, timezone.now()))
    form = JoinForm(initial={"code": found.code})
    return render(request, "classroom/door.html", door_page(request, found, form))


def door_page(request: HttpRequest, found: Classroom, form: JoinForm) -> dict[str, object]:
    """A new seat, or the one they had, with the nickname that stands in the form already."""
    account = own_account(request)
    nickname = {"nickname": form["nickname"].value() or ""}
    return {
        "classroom": found,
        "form": form,
        "back_form": ComeBackForm(auto_id="back_%s", initial=nickname),
        "is_over": not found.is_open(timezone.now()),
        "has_seat": account is not None and found.pupils.filter(account=account).exists(),
    }


@require_safe
def moving(request: HttpRequest, code: str) -> HttpResponse:
    found = found_class(code)
    if found.teacher_id == request.user.pk:
        page = teacher_page(found, timezone.now())
        return render(request, "classroom/_teacher_moving.html", page)
    seat = seat_of(request, found)
    if seat is None:
        raise Http404
    page = class_page(found, seat, timezone.now())
    return render(request, "classroom/_pupil_moving.html", page)


@require_POST
def leave(request: HttpRequest, code: str) -> HttpResponse:
    seat = seat_of(request, found_class(code))
    if seat is None:
        raise Http404
    actions.leave_class(by=seat.user, now=timezone.now())
    logout(request)
    messages.info(
        request,
        _("You left. With the nickname %(name)s and the word %(word)s you come back.")
        % {"name": seat.nickname, "word": seat.word},
    )
    return redirect(seat.classroom)


# --- the teacher's buttons -------------------------------------------------------------------------
def own_class(request: PersonRequest, code: str) -> Classroom:
    return get_object_or_404(request.user.classrooms, code=rules.code_of(code)[:8])


@login_required
@require_POST
def start(request: PersonRequest, code: str) -> HttpResponse:
    found = own_class(request, code)
    form = RoundForm(request.POST)
    if not form.is_valid():
        page = teacher_page(found, timezone.now())
        address = request.build_absolute_uri(found.get_absolute_url())
        page |= {"round_form": form, "address": address}
        return render(request, "classroom/teacher.html", page, status=422)
    try:
        actions.start_round(
            classroom_id=found.pk, by=request.user, now=timezone.now(), **form.cleaned_data
        )
    except (actions.ClassIsOver, actions.RoundIsOn, actions.NotPlayedInClass) as refusal:
        tell_refusal(request, refusal)
    return redirect(found)


@login_required
@require_safe
def start_moving(request: PersonRequest, code: str) -> HttpResponse:
    """The button alone, so that what was chosen beside it stays while a round ends."""
    page = teacher_page(own_class(request, code), timezone.now())
    return render(request, "classroom/_start.html", page)


@login_required
@require_POST
def end(request: PersonRequest, code: str) -> HttpResponse:
    found = own_class(request, code)
    actions.end_round(classroom_id=found.pk, by=request.user, now=timezone.now())
    return redirect(found)


@login_required
@require_POST
def close(request: PersonRequest, code: str) -> HttpResponse:
    found = own_class(request, code)
    actions.close_class(classroom_id=found.pk, by=request.user, now=timezone.now())
    return redirect(found)


# --- what came of it -------------------------------------------------------------------------------
@login_required
@require_safe
def results(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """One's own decisions beside the crowd's; for the teacher everybody's."""
    found = found_class(code)
    played = found_round(found, number)
    now = timezone.now()
    if found.teacher_id == request.user.pk:
        return render(request, "classroom/everybody.html", teacher_results(played, now))
    seat = seat_of(request, found)
    if seat is None:
        raise Http404
    if played.is_on(now):
        return redirect(found)
    page = worker_results if seat.role == Pupil.Role.WORKER else client_results
    return render(request, "classroom/results.html", page(played, seat, now))


def found_round(found: Classroom, number: int) -> Round:
    return get_object_or_404(found.rounds.select_related("classroom"), number=min(number, 32_000))


@login_required
@require_safe
def results_csv(request: PersonRequest, code: str, number: int) -> StreamingHttpResponse:
    found = own_class(request, code)
    rows = csv_rows(found_round(found, number), timezone.now())
    response = StreamingHttpResponse(csv_of(rows), content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="class-{found.code}-{number}.csv"'
    return response
