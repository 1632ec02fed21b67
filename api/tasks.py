"""Tasks: the open market, posting, reading, cancelling, choosing, and what happened to a task."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, F, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response

from allocation import actions as allocation
from allocation.engine.catalogue import CATALOGUE, card_of
from allocation.engine.seeds import command_for
from api.doors import KEY, Door, document, read, show
from api.fields import Cents, Moment, Named, Proofs, Provided, Skills, must_be_known
from api.idempotency import idempotent
from api.pages import ByPosition
from api.people import client_of, client_or_none, person, worker_or_none
from provisions.rules import Provider
from shifts import actions as shifts
from shifts.queries import TIMED
from tasks.actions import NewTask
from tasks.models import Task, TaskEvent
from tasks.queries import events_of, with_free_count
from wages.queries import expect_pay

# Shifts and bookings have hours, and addresses of their own.
UNTIMED = [kind for kind in Task.Kind.choices if kind[0] not in TIMED]
# What everybody may know about a task; the rest is between the client and one worker.
PUBLIC_EVENTS = "posted closing_extended open allocated completed cancelled expired".split()


class NewTaskSerializer(serializers.Serializer):
    """What a client fills in. Money in cents per slot, times in seconds or with their offset."""

    title = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=20_000)
    mechanism = serializers.ChoiceField(sorted(CATALOGUE))
    pay_cents = Cents(help_text="Pay per slot; where workers name a price, the budget per slot.")
    estimate_seconds = serializers.IntegerField(min_value=1, max_value=31 * 86_400)
    closes_at = Moment()
    deadline_at = Moment()
    kind = serializers.ChoiceField(UNTIMED, default=Task.Kind.MICROTASK)
    floor_cents = Cents(min_value=0, default=0)
    slot_count = serializers.IntegerField(min_value=1, max_value=1000, default=1)
    skills = Skills(default=tuple)
    proofs = Proofs(default=tuple)
    place = serializers.CharField(max_length=120, default="", allow_blank=True)
    latitude = serializers.FloatField(min_value=-90, max_value=90, allow_null=True, default=None)
    longitude = serializers.FloatField(min_value=-180, max_value=180, allow_null=True, default=None)
    radius_km = serializers.FloatField(min_value=0.1, max_value=20_038, default=10.0)
    provided = Provided()
    starts_after = serializers.IntegerField(
        min_value=1,
        max_value=2**63 - 1,
        allow_null=True,
        default=None,
        help_text="An earlier task of yours: this one waits until that is approved.",
    )
    accepts_low_pay = serializers.BooleanField(
        default=False, help_text="Post it although it pays less than the market's wage floor."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["floor_cents"] > attrs["pay_cents"]:
            raise serializers.ValidationError({"floor_cents": ["At most the pay or budget."]})
        if attrs["closes_at"] > attrs["deadline_at"]:
            raise serializers.ValidationError({"closes_at": ["At or before the deadline."]})
        if (attrs["latitude"] is None) != (attrs["longitude"] is None):
            raise serializers.ValidationError({"longitude": ["Give both, or neither."]})
        if attrs.get("kind") == Task.Kind.CONTEST and attrs["mechanism"] != "contest":
            raise serializers.ValidationError({"mechanism": ["A contest is decided by contest."]})
        return attrs


class NewTaskAtOnceSerializer(NewTaskSerializer):
    """A task that waits for no other: what is posted together, or has hours of its own."""

    starts_after = None  # type: ignore[assignment]


class FloorSerializer(serializers.Serializer):
    """The wage floor that this market goes by today. Not legal advice."""

    country = serializers.CharField()
    amount_cents = serializers.IntegerField()
    currency = serializers.CharField()
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]
    grade = serializers.CharField()
    as_of = serializers.DateField()


class ExpectedPaySerializer(serializers.Serializer):
    """Pay per hour: from the client's estimate, or the median measured in the same batch."""

    hourly_cents = serializers.IntegerField()
    basis = serializers.ChoiceField(["estimate", "measured"])
    worker_count = serializers.IntegerField(help_text="How many workers were measured.")
    is_below = serializers.BooleanField(help_text="Below the floor; false where there is none.")
    floor = FloorSerializer(allow_null=True)


class TaskSerializer(serializers.Serializer):
    """A task as everybody may see it. Positions are rounded to about a kilometre."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    description = serializers.CharField()
    kind = serializers.ChoiceField(Task.Kind.choices)
    mechanism = serializers.CharField()
    state = serializers.ChoiceField(Task.State.choices)
    pay_cents = Cents(read_only=True)
    floor_cents = Cents(read_only=True)
    hourly_cents = Cents(read_only=True)
    expected_pay = serializers.SerializerMethodField()
    currency = serializers.CharField()
    slot_count = serializers.IntegerField()
    free_slots = serializers.IntegerField(source="free_count")
    estimate_seconds = serializers.IntegerField()
    skills = Skills()
    proofs = Proofs()
    place = serializers.CharField()
    latitude = serializers.SerializerMethodField()
    longitude = serializers.SerializerMethodField()
    radius_km = serializers.FloatField()
    provided_by = serializers.DictField(
        source="who_provides",
        child=serializers.ChoiceField([str(provider) for provider in Provider]),
        help_text="Who provides each of fifteen functions of an organisation.",
    )
    decoupling_index = serializers.FloatField(
        help_text="The share of what is needed that is left to the worker or to nobody."
    )
    client = Named()
    batch = serializers.IntegerField(source="batch_id", allow_null=True)
    starts_after = serializers.IntegerField(
        source="starts_after_id",
        allow_null=True,
        help_text="The task that has to be approved before this one is given out.",
    )
    posted_at = Moment()
    closes_at = Moment()
    deadline_at = Moment()
    cancelled_at = Moment(allow_null=True)
    seed_commitment = serializers.CharField(
        help_text="What every draw follows from, as a hash: SHA-256, in hexadecimal digits, of the "
        f"text “taakplein seed N” with the seed for N. To check: `{command_for('N')}`."
    )
    seed = serializers.SerializerMethodField(
        help_text="The seed in decimal digits, as text, once the task is no longer open."
    )

    @extend_schema_field(ExpectedPaySerializer)
    def get_expected_pay(self, task: Task) -> dict[str, Any]:
        """Looked up for all tasks of a list at the first of them."""
        if not hasattr(task, "expected_pay"):
            is_listed = isinstance(self.parent, serializers.ListSerializer)
            listed = self.parent.instance if is_listed else [task]
            expect_pay(listed or [task], timezone.now())
        return show(ExpectedPaySerializer, task.expected_pay)  # type: ignore[attr-defined]

    @extend_schema_field(serializers.FloatField(allow_null=True))
    def get_latitude(self, task: Task) -> float | None:
        return None if task.latitude is None else round(task.latitude, 2)

    @extend_schema_field(serializers.FloatField(allow_null=True))
    def get_longitude(self, task: Task) -> float | None:
        return None if task.longitude is None else round(task.longitude, 2)

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_seed(self, task: Task) -> str | None:
        return None if task.revealed_seed is None else str(task.revealed_seed)


class TaskFilter(filters.FilterSet):  # type: ignore[misc]
    state = filters.ChoiceFilter(choices=Task.State.choices, label="`open` when left out.")
    mechanism = filters.ChoiceFilter(choices=[(slug, slug) for slug in sorted(CATALOGUE)])
    kind = filters.ChoiceFilter(choices=Task.Kind.choices)
    skill = filters.CharFilter(method="with_skill", max_length=40)
    on_site = filters.BooleanFilter("latitude", lookup_expr="isnull", exclude=True)
    min_pay_cents = filters.NumberFilter(method="paying", min_value=0, max_value=2**31 - 1)
    min_hourly_cents = filters.NumberFilter(
        method="paying_hourly", min_value=0, max_value=2**31 - 1
    )
    mine = filters.ChoiceFilter(
        choices=[("posted", "posted")], method="of_the_client", label="Only what you posted."
    )

    def filter_queryset(self, queryset: QuerySet[Task]) -> QuerySet[Task]:
        """The open market, unless one asks for a state or for one's own tasks."""
        found: QuerySet[Task] = super().filter_queryset(queryset)
        chosen = self.form.cleaned_data
        return found if chosen["state"] or chosen["mine"] else found.filter(state="open")

    def with_skill(self, tasks: QuerySet[Task], _name: str, skill: str) -> QuerySet[Task]:
        return tasks.filter(skills__contains=[skill])

    def paying(self, tasks: QuerySet[Task], _name: str, cents: Any) -> QuerySet[Task]:
        return tasks.filter(pay_cents__gte=int(cents))

    def paying_hourly(self, tasks: QuerySet[Task], _name: str, cents: Any) -> QuerySet[Task]:
        """Without a division, in 64 bits: pay × 3600 is at least so much × the estimate."""
        paid = Cast("pay_cents", BigIntegerField()) * 3600
        asked = Cast("estimate_seconds", BigIntegerField()) * int(cents)
        return tasks.alias(paid=paid, asked=asked).filter(paid__gte=F("asked"))

    def of_the_client(self, tasks: QuerySet[Task], _name: str, _value: str) -> QuerySet[Task]:
        client = client_or_none(self.request.user)
        return tasks.filter(client=client) if client else tasks.none()


def tasks_for(request: Request) -> QuerySet[Task]:
    """What this person may see: everything posted, and their own drafts and held tasks."""
    public = ~Q(state__in=[Task.State.DRAFT, Task.State.HELD])
    client = client_or_none(request.user)
    visible = Task.objects.in_room_of(request.user)
    visible = visible.filter(public | Q(client=client) if client else public)
    return with_free_count(visible).select_related("client")


class Tasks(Door):
    permission_classes = [IsAuthenticatedOrReadOnly]
    pagination_class = ByPosition
    page_order = ("-posted_at", "-id")
    filterset_class = TaskFilter
    queryset = Task.objects.none()

    @document(
        "List tasks",
        gives=TaskSerializer(many=True),
        description="The open market, newest first; the filters narrow or widen it.",
    )
    def get(self, request: Request) -> Response:
        return self.list_of(tasks_for(request), TaskSerializer)

    @document(
        "Post a task",
        takes=NewTaskSerializer,
        gives=TaskSerializer,
        status=201,
        refuses=[403, 409, 422],
        parameters=[KEY],
        description="Puts pay and fee for every slot in escrow and publishes the task.",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        client = client_of(request)
        given = read(NewTaskSerializer, request)
        must_be_known(given["proofs"])
        task = allocation.post_task(
            client=client,
            new=NewTask(**new_task(given)),
            accepts_low_pay=given["accepts_low_pay"],
            now=timezone.now(),
        )
        task.free_count = task.slot_count  # type: ignore[attr-defined]
        return Response(show(TaskSerializer, task), status=201)


def new_task(given: dict[str, Any]) -> dict[str, Any]:
    """The fields of a task; that low pay is meant is said beside it."""
    beside = ("accepts_low_pay", "starts_after")
    fields = {name: value for name, value in given.items() if name not in beside}
    fields |= {name: tuple(given[name]) for name in ("skills", "proofs")}
    return fields | {"starts_after_id": given.get("starts_after")}


class OneTask(Door):
    permission_classes = [IsAuthenticatedOrReadOnly]

    @document("Read a task", gives=TaskSerializer)
    def get(self, request: Request, task_id: int) -> Response:
        return Response(show(TaskSerializer, tasks_for(request).get(pk=task_id)))


class CancelTask(Door):
    @document(
        "Cancel a task",
        gives=TaskSerializer,
        refuses=[409, 422],
        parameters=[KEY],
        description="Free slots are not given out any more and their escrow comes back. "
        "Work in hand goes on.",
    )
    @idempotent
    def post(self, request: Request, task_id: int) -> Response:
        shifts.cancel_task(task_id=task_id, by=person(request), now=timezone.now())
        return Response(show(TaskSerializer, tasks_for(request).get(pk=task_id)))


class Choice(serializers.Serializer):
    workers = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        min_length=1,
        max_length=1000,
        help_text="Workers of the shortlist, the first choice first.",
    )


class Choose(Door):
    @document(
        "Choose among the shortlist",
        takes=Choice,
        gives=TaskSerializer,
        refuses=[409, 422],
        parameters=[KEY],
        description="Where the mechanism leaves the choice to the client, after closing.",
    )
    @idempotent
    def post(self, request: Request, task_id: int) -> Response:
        workers = read(Choice, request)["workers"]
        allocation.choose(task_id=task_id, workers=workers, by=person(request), now=timezone.now())
        return Response(show(TaskSerializer, tasks_for(request).get(pk=task_id)))


class EventSerializer(serializers.Serializer):
    """Something that happened to a task."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    at = Moment()
    worker = Named(allow_null=True, help_text="Left out while bids or entries are sealed.")
    assignment = serializers.IntegerField(source="assignment_id", allow_null=True)
    facts = serializers.DictField()

    def to_representation(self, instance: TaskEvent) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if instance.kind.startswith(("bid", "entry")) and self.context["names_are_hidden"]:
            shown |= {"worker": None, "facts": {}}
        return shown


class TaskEvents(Door):
    permission_classes = [IsAuthenticatedOrReadOnly]
    pagination_class = ByPosition
    page_order = ("id",)
    filter_backends = []

    @document(
        "List what happened to a task",
        gives=EventSerializer(many=True),
        description="The client sees everything, but not who bids or enters before all is opened; "
        "a worker sees what is public and what concerns them.",
    )
    def get(self, request: Request, task_id: int) -> Response:
        self.task = tasks_for(request).get(pk=task_id)
        return self.list_of(self.visible(events_of(self.task)), EventSerializer)

    def visible(self, events: QuerySet[TaskEvent]) -> QuerySet[TaskEvent]:
        user = self.request.user
        if user.is_staff or client_or_none(user) == self.task.client:
            return events
        public = Q(kind__in=PUBLIC_EVENTS, worker=None)
        worker = worker_or_none(user)
        return events.filter(public | Q(worker=worker) if worker else public)

    def get_serializer_context(self) -> dict[str, Any]:
        return dict(super().get_serializer_context()) | {
            "names_are_hidden": are_names_hidden(self.task)
        }


def are_names_hidden(task: Task) -> bool:
    """Who bids or enters is hidden, from the client too, until all is opened at closing."""
    return is_bidding(task) and card_of(task.mechanism).traits.entry in ("bid", "entry")


def is_bidding(task: Task) -> bool:
    return task.is_open and task.closes_at > timezone.now()
