"""Shifts as a calendar file (iCalendar, RFC 5545), for the worker who goes and the client who waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import icalendar
from django.conf import settings
from django.utils.translation import gettext as _

from marketplace.templatetags.market import money
from shifts.models import Attendance, Shift

Address = Callable[[str, int], str]


def calendar_of(
    attendances: Iterable[Attendance], shifts: Iterable[Shift], address: Address, now: datetime
) -> bytes:
    """One event per held place and per posted shift, at the clock of its place.

    What was given back or called off stays in it as cancelled, so that a calendar that has it takes
    it away. `address` makes the link to a page from its name and a number.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//{settings.SITE_NAME}//shifts//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", settings.SITE_NAME)
    for one in attendances:
        task = one.assignment.task
        event = event_of(task.shift, f"assignment-{one.assignment_id}", one.is_held, now)
        pay = money(one.assignment.pay_cents)
        event.add("description", _("For %(client)s, %(pay)s") % {"client": task.client, "pay": pay})
        event.add("url", address("assignment", one.assignment_id))
        calendar.add_component(event)
    for shift in shifts:
        is_on = shift.task.state not in ("cancelled", "expired")
        event = event_of(shift, f"task-{shift.pk}", is_on, now)
        event.add("url", address("client_task", shift.pk))
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def event_of(shift: Shift, name: str, is_on: bool, now: datetime) -> icalendar.Event:
    zone = ZoneInfo(shift.time_zone)
    event = icalendar.Event()
    event.add("uid", f"{name}@{settings.SITE_NAME.lower()}")
    event.add("dtstamp", now)
    event.add("dtstart", shift.starts_at.astimezone(zone))
    event.add("dtend", shift.ends_at.astimezone(zone))
    event.add("summary", shift.task.title)
    event.add("status", "CONFIRMED" if is_on else "CANCELLED")
    event.add("sequence", 0 if is_on else 1)
    if shift.task.place:
        event.add("location", shift.task.place)
    return event
