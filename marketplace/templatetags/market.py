"""Template words of the market: money, times, icons, pills and other small components."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

from django import template
from django.conf import settings
from django.forms import BoundField
from django.template import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from accounts.names import shown

register = template.Library()

NO_BREAK = "\u00a0"
SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}
SPRITE = Path(settings.BASE_DIR) / "static" / "icons" / "sprite.svg"
ICONS = frozenset(re.findall(r'<symbol id="([a-z-]+)"', SPRITE.read_text()))

# The states of tasks, assignments, bids, offers and candidates: (tone, icon, words).
STATES: dict[str, tuple[str, str, Any]] = {
    "draft": ("neutral", "edit", _("Draft")),
    "open": ("good", "open-door", _("Open")),
    "bidding": ("wait", "hand", _("Bidding")),
    "waiting": ("wait", "clock", _("Waiting")),
    "not_asked_yet": ("wait", "clock", _("Not asked yet")),
    "not_asked": ("neutral", "minus", _("Not asked")),
    "offered": ("info", "bell", _("Offered")),
    "shortlisted": ("info", "list", _("Shortlisted")),
    "choosing": ("wait", "people", _("Client is choosing")),
    "held": ("wait", "pause", _("Held")),
    "live": ("info", "hand", _("Live bid")),
    "revised": ("neutral", "edit", _("Replaced by a later bid")),
    "claimed": ("info", "hand", _("Claimed")),
    "awarded": ("good", "check", _("Awarded")),
    "booked": ("good", "calendar", _("Booked")),
    "allocated": ("info", "person", _("Allocated")),
    "in_progress": ("info", "tools", _("In progress")),
    "submitted": ("wait", "send", _("Submitted")),
    "rework": ("wait", "edit", _("Rework asked")),
    "approved": ("good", "check", _("Approved")),
    "paid": ("good", "coins", _("Paid")),
    "completed": ("good", "check", _("Completed")),
    "accepted": ("good", "check", _("Accepted")),
    "closed": ("neutral", "lock", _("Closed")),
    "filled": ("neutral", "check", _("Filled")),
    "not_awarded": ("neutral", "minus", _("Not awarded")),
    "withdrawn": ("neutral", "minus", _("Withdrawn")),
    "returned": ("neutral", "minus", _("Returned")),
    "cancelled": ("neutral", "cross", _("Cancelled")),
    "expired": ("neutral", "clock", _("Expired")),
    "declined": ("neutral", "minus", _("Declined")),
    "ineligible": ("neutral", "lock", _("Not eligible")),
    "rejected": ("bad", "cross", _("Rejected")),
    "disputed": ("bad", "scales", _("Disputed")),
    "failed": ("bad", "warning", _("Failed")),
}


@register.filter
def person(name: object) -> str:
    """A person's name, with the label of a simulated one in the reader's language."""
    return shown(str(name))


# --- money and time -----------------------------------------------------------------------------
@register.filter
def money(cents: int | None) -> str:
    """Integer cents as an amount in the reader's locale: 125050 is "€1,250.50" in English."""
    if cents is None:
        return "–"
    return _amount(cents, decimals=2)


@register.filter
def axis_money(cents: int) -> str:
    """An amount on the axis of a chart, short: 15000 is "€150", 50 is "€0.50"."""
    return _amount(cents, decimals=2 if cents % 100 else 0)


def _amount(cents: int, *, decimals: int) -> str:
    amount = number_format(Decimal(abs(cents)).scaleb(-2), decimals, force_grouping=True)
    sign = "−" if cents < 0 else ""
    symbol = SYMBOLS.get(settings.CURRENCY)
    language = (get_language() or "en")[:2]
    if language == "fr" or symbol is None:
        return f"{sign}{amount}{NO_BREAK}{symbol or settings.CURRENCY}"
    gap = NO_BREAK if language == "nl" else ""
    return f"{sign}{symbol}{gap}{amount}"


@register.filter
def figure(number: float | None) -> str:
    """A number in the reader's locale, in groups of three: 100000000 is "100,000,000"."""
    return "–" if number is None else str(number_format(number, force_grouping=True))


@register.filter
def hourly(cents_per_hour: int | None) -> str:
    """Cents per hour as "€14.20/h"; a dash when the time is not known."""
    if cents_per_hour is None:
        return "–"
    return money(cents_per_hour) + pgettext("per hour, after an amount", "/h")


@register.filter
def duration(seconds: float | None) -> str:
    """Seconds in the two largest units that matter: "100 s", "12 min", "1 h 20 min", "2 days 3 h"."""
    if seconds is None:
        return "–"
    whole = max(0, round(seconds))
    if whole < 120:
        return gettext("%(n)d s") % {"n": whole}
    minutes = (whole + 30) // 60
    if minutes < 60:
        return _minutes(minutes)
    if minutes < 24 * 60:
        hours, rest = divmod(minutes, 60)
        return f"{_hours(hours)} {_minutes(rest)}" if rest else _hours(hours)
    days, rest = divmod((whole + 1800) // 3600, 24)
    words = ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    return f"{words} {_hours(rest)}" if rest else words


@register.filter
def milliseconds(ms: float | None) -> str:
    """Milliseconds as they are below a second, else in seconds, minutes: "29.3 ms", "42.4 s"."""
    if ms is None:
        return "–"
    if ms < 1000:
        return f"{number_format(round(ms, 1), 1)}{NO_BREAK}ms"
    if ms < 120_000:
        return f"{number_format(round(ms / 1000, 1), 1)}{NO_BREAK}s"
    return duration(ms / 1000)


@register.filter
def month_and_year(day: date) -> str:
    """ "Nov 2026"; Dutch and French write the month small."""
    return date_format(day, gettext("M Y"))


@register.filter
def day_and_month(day: date) -> str:
    """ "9 Nov"; Dutch and French write the month small."""
    return date_format(day, gettext("j M"))


def _minutes(n: int) -> str:
    return gettext("%(n)d min") % {"n": n}


def _hours(n: int) -> str:
    return gettext("%(n)d h") % {"n": n}


@register.filter
def percent(share: float | None) -> str:
    """A share 0…1 as "62 %"."""
    if share is None:
        return "–"
    return number_format(round(share * 100), 0) + NO_BREAK + "%"


@register.simple_tag
def countdown(until: datetime | None) -> SafeString | str:
    """Time left until a moment; a script ticks it by the server's clock, without it the time stands."""
    if until is None:
        return ""
    now = timezone.now()
    left = (until - now).total_seconds()
    words = duration(left) if left > 0 else gettext("closed")
    return format_html(
        '<time class="countdown num" datetime="{}" data-until="{}" data-now="{}"'
        ' data-over="{}" title="{}">{}</time>',
        until.isoformat(),
        int(until.timestamp() * 1000),
        int(now.timestamp() * 1000),
        gettext("closed"),
        date_format(timezone.localtime(until), "DATETIME_FORMAT"),
        words,
    )


# --- small pieces of HTML -----------------------------------------------------------------------
@register.simple_tag
@cache
def icon(name: str, size: str = "") -> SafeString:
    """One line icon, decoration only: the words stand beside it. `size` is "", "l" or "xl".

    Drawn once per process: a list shows some hundred and seventy of them.
    """
    if name not in ICONS:
        raise template.TemplateSyntaxError(f"There is no icon {name!r} in static/icons/sprite.svg.")
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" icon-{size}" if size else "",
        static("icons/sprite.svg"),
        name,
    )


@register.simple_tag
def pill(state: str, words: str = "") -> SafeString:
    """A state in a word, a colour and an icon. `words` replaces the usual word for the state."""
    tone, shape, usual = STATES.get(str(state), ("neutral", "dot", str(state).replace("_", " ")))
    return format_html(
        '<span class="pill tone-{}">{}<span>{}</span></span>',
        tone,
        icon(shape),
        words or usual,
    )


@register.simple_tag
def avatar(name: str, size: str = "") -> SafeString:
    """A person's initials on one of eight colours, always the same one for the same name."""
    words = [word for word in re.split(r"[\s.@_-]+", str(name)) if word[:1] not in ("", "(")] or [
        "?"
    ]
    initials = (words[0][0] + (words[1][0] if len(words) > 1 else "")).upper()
    return format_html(
        '<span class="avatar avatar-{}{}" aria-hidden="true">{}</span>',
        crc32(str(name).encode()) % 8,
        f" avatar-{size}" if size else "",
        initials,
    )


@register.simple_tag
def bar(share: float, tone: str = "") -> SafeString:
    """A horizontal bar filled for `share` (0…1). Decoration: write the number beside it."""
    width = f"{min(1.0, max(0.0, float(share))) * 100:.1f}"
    return format_html(
        '<svg class="bar{}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"'
        ' focusable="false"><rect class="bar-rail" width="100" height="8"/>'
        '<rect class="bar-fill" width="{}" height="8"/></svg>',
        f" bar-{tone}" if tone else "",
        width,
    )


@register.filter
def largest(rows: Iterable[Any], name: str) -> float:
    """The largest absolute `name` among rows (dictionaries or objects); 1 when there is none."""
    found = [abs(float(_get(row, name))) for row in rows]
    return max(found, default=0.0) or 1.0


@register.filter
def share_of(part: float, whole: float) -> float:
    """`part` of `whole`, 0 when the whole is 0."""
    return abs(float(part)) / float(whole) if whole else 0.0


def _get(row: Any, name: str) -> Any:
    return row[name] if isinstance(row, dict) else getattr(row, name)


# --- navigation ---------------------------------------------------------------------------------
@register.inclusion_tag("components/_nav_link.html", takes_context=True)
def nav_link(context: Context, url_name: str, words: str, shape: str = "") -> dict[str, Any]:
    """A link to a named page, marked when we are on it; nothing when no page has that name."""
    try:
        url = reverse(url_name)
    except NoReverseMatch:
        return {"url": ""}
    request = context.get("request")
    here = request is not None and request.path == url
    return {"url": url, "words": words, "shape": shape, "is_here": here}


# --- forms --------------------------------------------------------------------------------------
@register.simple_tag
def control(field: BoundField) -> SafeString:
    """A field's input, tied to its help and its errors, with the class its kind of input needs."""
    kind = getattr(field.field.widget, "input_type", "")
    attrs: dict[str, Any] = {}
    if kind not in ("checkbox", "radio", "hidden", "file", "range"):
        existing = field.field.widget.attrs.get("class", "")
        attrs["class"] = f"{existing} input".strip()
    return field.as_widget(attrs=attrs)


@register.filter
def kind_of(field: BoundField) -> str:
    """ "check" for a single checkbox, "choices" for a group of them or of radios, else "line"."""
    widget = field.field.widget
    if field.use_fieldset:
        return "choices"
    return "check" if getattr(widget, "input_type", "") == "checkbox" else "line"
