"""The colours of tokens.css: every pair of text and ground that pages use can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")

LIGHT = ':root[data-bs-theme="auto"] {'
DARK = ':root[data-bs-theme="dark"] {'

TEXTS = ("ink", "quiet", "accent", "mark", "danger")
GROUNDS = ("surface", "raised", "sunk", "accent-tint", "mark-tint", "danger-tint")
PAIRS = [
    *((text, ground) for text in TEXTS for ground in GROUNDS),
    ("ink", "track"),
    ("quiet", "track"),
    ("accent-strong", "surface"),
    ("accent-strong", "raised"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-danger", "danger"),
    ("on-danger", "danger-strong"),
    ("raised", "accent"),
    *((f"on-series-{number}", f"series-{number}") for number in range(5)),
]
MARKS = [
    *((mark, ground) for mark in ("control", "accent", "mark", "danger") for ground in GROUNDS[:3]),
    *((f"hue-{number}", ground) for number in range(8) for ground in GROUNDS[:3]),
    *((f"series-{number}", ground) for number in range(5) for ground in GROUNDS[:3]),
]
NAMED = {
    LIGHT: {
        "surface": "#FBFAF7",
        "raised": "#FFFFFF",
        "ink": "#1C1B19",
        "quiet": "#55524C",
        "line": "#E2DED5",
        "accent": "#0F5C4D",
        "mark": "#8A5A00",
        "danger": "#A3262A",
        "control": "#8A8478",
    },
    DARK: {
        "surface": "#171614",
        "raised": "#211F1C",
        "ink": "#F2EFE9",
        "quiet": "#B8B2A7",
        "line": "#37342F",
        "accent": "#5CC2AC",
        "mark": "#E0B252",
        "danger": "#F08A84",
        "control": "#7B756B",
        "on-accent": "#0E1F1B",
    },
}


def read_theme(start: str, css: str = TOKENS) -> dict[str, str]:
    at = css.index(start)
    return dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", css[at : css.index("}", at)]))


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_on_white_is_twenty_one():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read_on_its_ground(theme, text, ground):
    colours = read_theme(theme)

    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), MARKS)
def test_borders_icons_and_chart_colours_stand_out_from_their_ground(theme, mark, ground):
    colours = read_theme(theme)

    assert contrast(colours[mark], colours[ground]) >= 3


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_colours_the_house_decided_are_the_ones_in_use(theme):
    colours = read_theme(theme)

    assert {name: colours[name] for name in NAMED[theme]} == NAMED[theme]


def test_dark_by_choice_and_dark_by_device_are_the_same_colours():
    by_device = TOKENS[TOKENS.index("@media (prefers-color-scheme: dark)") :]

    assert read_theme(DARK) == read_theme(':root[data-bs-theme="auto"] {', by_device)


def test_every_colour_used_is_a_token_of_both_themes():
    used = set()
    for name in ("app.css", "parts.css", "figures.css"):
        css = (CSS / name).read_text(encoding="utf-8")
        assert re.findall(r"(?<![\w-])#[0-9A-Fa-f]{3,8}\b(?=\s*[;,)])", css) == [], name
        used |= set(re.findall(r"var\(--([\w-]+)", css))
    shared = {
        "text-font",
        "title-font",
        "radius",
        "radius-small",
        "rail-width",
        "target",
        "hue",
        "shadow",
        "veil",
    }

    for theme in (LIGHT, DARK):
        assert used - shared <= set(read_theme(theme))
