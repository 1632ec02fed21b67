"""Which work statuses there are, and how far a limit on hours has been used."""

from __future__ import annotations

from dataclasses import dataclass

STATUSES = (
    "employee",
    "agency_temp",
    "freelancer",
    "secondary_self_employed",
    "occasional",
    "student",
    "pensioner",
    "flexi_job",
    "coop_employee",
)
WARN_FROM = 0.9  # of the hours a year


@dataclass(frozen=True, slots=True)
class Used:
    """The agreed hours of this year under a status, of the most that its limit allows."""

    used_seconds: int
    most_hours: int

    @property
    def used_hours(self) -> float:
        return round(self.used_seconds / 3600, 1)

    @property
    def left_seconds(self) -> int:
        return self.most_hours * 3600 - self.used_seconds

    @property
    def is_near(self) -> bool:
        return self.used_seconds >= WARN_FROM * self.most_hours * 3600

    def has_room_for(self, seconds: int) -> bool:
        return seconds <= self.left_seconds
