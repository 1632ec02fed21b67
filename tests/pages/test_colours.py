"""Colours can be told apart, by day and by night (WCAG 2.2: 1.4.3 text, 1.4.11 controls)."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TOKENS = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text()
COLOURS = {
    name: (day, night)
    for name, day, night in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", TOKENS)
}
SURFACES = ("ground", "paper", "hollow")
TONES = ("neutral", "good", "wait", "info", "bad")


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str, theme: int) -> float:
    light, dark = sorted(
        (luminance(COLOURS[one][theme]), luminance(COLOURS[other][theme])), reverse=True
    )
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_21_to_1(monkeypatch):
    monkeypatch.setitem(COLOURS, "black", ("#000000",) * 2)
    monkeypatch.setitem(COLOURS, "white", ("#ffffff",) * 2)
    assert contrast("black", "white", 0) == pytest.approx(21)


@pytest.mark.parametrize("theme", [0, 1], ids=["day", "night"])
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("ink", ["ink", "ink-soft", "link", "awning-ink", "bad-ink"])
def test_writing_can_be_read_on_every_surface(ink, surface, theme):
    assert contrast(ink, surface, theme) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["day", "night"])
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("mark", ["edge", "focus", "action"])
def test_controls_and_focus_stand_out_from_every_surface(mark, surface, theme):
    assert contrast(mark, surface, theme) >= 3


@pytest.mark.parametrize("theme", [0, 1], ids=["day", "night"])
@pytest.mark.parametrize("tone", TONES)
def test_a_tones_ink_can_be_read_on_its_fill(tone, theme):
    assert contrast(f"{tone}-ink", f"{tone}-fill", theme) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["day", "night"])
@pytest.mark.parametrize("fill", ["action", "action-strong"])
def test_a_buttons_words_can_be_read(fill, theme):
    assert contrast("on-action", fill, theme) >= 4.5
