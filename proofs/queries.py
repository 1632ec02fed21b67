"""What may be proved, and how far each worker has come with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from proofs.models import Proof, ProofKind
from workers.models import Worker


@dataclass(frozen=True, slots=True)
class Standing:
    """One kind of proof for one worker: what counts now, and the last that was said of it."""

    kind: ProofKind
    accepted: Proof | None
    last: Proof | None

    @property
    def is_waiting(self) -> bool:
        return self.last is not None and self.last.state == Proof.State.SHOWN


def standings_of(worker: Worker) -> list[Standing]:
    """Every kind there is, in the order of its name."""
    mine: dict[str, list[Proof]] = {}
    for proof in worker.shown_proofs.select_related("decided_by").order_by("-shown_at", "-id"):
        mine.setdefault(proof.kind_id, []).append(proof)
    return [
        Standing(
            kind=kind,
            accepted=next((p for p in mine.get(kind.pk, []) if p.state == "accepted"), None),
            last=next(iter(mine.get(kind.pk, [])), None),
        )
        for kind in ProofKind.objects.order_by("name")
    ]


def proof_names(slugs: Iterable[str]) -> list[str]:
    """What these proofs are called; one that is not on the list any more by its slug."""
    wanted = list(slugs)
    if not wanted:
        return []
    names = dict(ProofKind.objects.filter(pk__in=wanted).values_list("pk", "name"))
    return [names.get(slug, slug) for slug in wanted]


def proof_choices() -> list[tuple[str, str]]:
    return list(ProofKind.objects.order_by("name").values_list("pk", "name"))
