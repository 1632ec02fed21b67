"""The life of a task and of an assignment, as tables; and the sums a client is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt

from proofs.rules import closed_by

# state → the states it may become. The database refuses every other step (see the migrations).
TASK_STEPS: dict[str, tuple[str, ...]] = {
    "draft": ("open", "held", "waiting", "cancelled"),
    "held": ("open", "waiting", "cancelled"),
    "waiting": ("open", "cancelled"),  # for the task that it begins after
    "open": ("allocated", "cancelled", "expired"),
    "allocated": ("open", "completed", "cancelled", "expired"),
    "completed": (),
    "cancelled": (),
    "expired": (),
}
ASSIGNMENT_STEPS: dict[str, tuple[str, ...]] = {
    "in_progress": ("submitted", "returned", "expired"),
    "submitted": ("approved", "rework", "rejected"),
    "rework": ("submitted", "returned", "expired"),
    "approved": (),
    "rejected": ("approved",),  # when a dispute overturns it
    "returned": (),
    "expired": (),
}
IN_HAND = ("in_progress", "rework")  # counts towards the worker's capacity
HOLDING = (
    "in_progress",
    "submitted",
    "rework",
    "approved",
    "rejected",
)  # keeps the slot
SETTLED = ("approved", "rejected")
ENDED = ("completed", "cancelled", "expired")


def may_begin(earlier_state: str, *, has_approved_work: bool) -> bool | None:
    """May what follows a task begin? None as long as that task has not ended."""
    return has_approved_work if earlier_state in ENDED else None


def words_begun(words: str) -> str:
    """What people type as a text search of PostgreSQL: every word, each as the beginning of one.

    Each goes in quotes, so that the database takes "node.js" or "l'escalier" apart as it does in a
    description, and a sign like & is only a sign.
    """
    quoted = (word.replace("\\", "\\\\").replace("'", "''") for word in words.split())
    return " & ".join(f"'{word}':*" for word in quoted)


def fee_cents(pay_cents: int, basis_points: int) -> int:
    """The market's fee on top of a pay, rounded half up to the cent."""
    return (pay_cents * basis_points + 5_000) // 10_000


def reserve_cents(pay_cents: int, basis_points: int) -> int:
    """What one slot holds in escrow: the pay (or the budget) and the fee on it."""
    return pay_cents + fee_cents(pay_cents, basis_points)


def choosing_ends_at(closes_at: datetime, deadline_at: datetime, estimate_seconds: int) -> datetime:
    """As long before the deadline as the work is estimated to take.

    Where closing and deadline are so near each other that this leaves less than half of the time
    between them, client and worker have half each.
    """
    half = (deadline_at - closes_at) / 2
    return deadline_at - min(timedelta(seconds=estimate_seconds), half)


def hourly_cents(pay_cents: int, estimate_seconds: int) -> int:
    """Expected pay per hour, in cents, rounded down: a promise should not be rounded up."""
    return pay_cents * 3600 // estimate_seconds


@dataclass(frozen=True, slots=True)
class TaskNeeds:
    """What a task asks of whoever does it."""

    client_user: int
    skills: frozenset[str]
    proofs: frozenset[str] = frozenset()
    latitude: float | None = None
    longitude: float | None = None
    radius_km: float = 0.0


@dataclass(frozen=True, slots=True)
class WorkerOffers:
    """What a worker brings, as far as a gate may look at it. No status, no name, no origin."""

    user: int
    skills: frozenset[str]
    proofs: frozenset[str] = frozenset()
    latitude: float | None = None
    longitude: float | None = None
    has_capacity: bool = True
    was_on_task: bool = False
    has_share: bool = True


def closed_gates(needs: TaskNeeds, worker: WorkerOffers) -> tuple[str, ...]:
    """The names of the gates that are closed for this worker; empty means eligible."""
    closed = []
    if needs.client_user == worker.user:
        closed.append("own_task")
    if worker.was_on_task:
        closed.append("already_on_task")
    if needs.skills and not needs.skills & worker.skills:
        closed.append("skill")
    closed += closed_by(needs.proofs, worker.proofs)
    if not is_within_reach(needs, worker):
        closed.append("place")
    if not worker.has_share:
        closed.append("share")
    if not worker.has_capacity:
        closed.append("no_capacity")
    return tuple(closed)


def skill_match(asked: frozenset[str], has: frozenset[str]) -> float:
    """The share of the asked skills that this worker has, 0…1; 1 when none is asked."""
    return len(asked & has) / len(asked) if asked else 1.0


def closeness(km: float | None, radius_km: float) -> float:
    """1 at the place itself, 0 at the edge of the radius; 1 for remote work."""
    return 1.0 if km is None else max(0.0, 1.0 - km / radius_km)


def reputation(approved: int, rejected: int) -> float:
    """Laplace's rule of succession: (approved + 1) / (all verdicts + 2). No verdicts: a half."""
    return (approved + 1) / (approved + rejected + 2)


def waiting(seconds: float) -> float:
    """0 for who has just come, a half after an hour, towards 1 after that."""
    return max(0.0, seconds) / (max(0.0, seconds) + 3600.0)


def since_served(seconds: float | None) -> float:
    """0 for who has just got work, a half after a day, towards 1 after that; 1 for who never did."""
    return 1.0 if seconds is None else max(0.0, seconds) / (max(0.0, seconds) + 86_400.0)


def is_within_reach(needs: TaskNeeds, worker: WorkerOffers) -> bool:
    """True for remote tasks, and for on-site ones whose radius holds the worker's start point."""
    km = kilometres_between(needs.latitude, needs.longitude, worker.latitude, worker.longitude)
    return needs.latitude is None or (km is not None and km <= needs.radius_km)


def kilometres_between(
    lat_a: float | None, lon_a: float | None, lat_b: float | None, lon_b: float | None
) -> float | None:
    """Great-circle distance in kilometres (haversine, Earth radius 6,371 km); None if unknown."""
    if lat_a is None or lon_a is None or lat_b is None or lon_b is None:
        return None
    half_lat, half_lon = radians(lat_b - lat_a) / 2, radians(lon_b - lon_a) / 2
    h = sin(half_lat) ** 2 + cos(radians(lat_a)) * cos(radians(lat_b)) * sin(half_lon) ** 2
    return 2 * 6371.0 * asin(sqrt(min(1.0, h)))
