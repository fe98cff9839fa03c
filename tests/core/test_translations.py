"""The Spanish of the interface: whole, with the originals' placeholders, and for every string the code wraps."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation
from django.utils.translation import ngettext, pgettext
from django.utils.translation.template import templatize

from core.templatetags.formats import metres, number

ROOT = Path(settings.BASE_DIR)
SPANISH = ROOT / "locale" / "es" / "LC_MESSAGES" / "django.po"
APPS = ("core", "chapters", "precincts", "canvassing", "endorsements", "coalitions", "config")
CALLS = {
    "gettext": None, "gettext_lazy": None, "gettext_noop": None, "_": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
PLACEHOLDER = re.compile(r"%\(\w+\)[#0 +-]*\d*(?:\.\d+)?[a-z]|%%")
TAG = re.compile(r"</?\w+>")


@pytest.fixture(scope="module")
def catalog():
    with SPANISH.open("rb") as lines:
        return read_po(lines, locale="es")


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def wrapped_strings() -> set[tuple[str, str | None]]:
    """Every (first form, context) that Python code and templates give to gettext."""
    found = set()
    for app in APPS:
        folder = ROOT / app
        for _name, _line, message, _comments, context in extract_from_dir(
            str(folder), [("**.py", "python")], keywords=CALLS
        ):
            found.add((forms(message)[0], context))
    for template in [*ROOT.glob("templates/**/*.*"), *ROOT.glob("*/templates/**/*.*")]:
        if template.suffix in (".html", ".txt") and "node_modules" not in template.parts:
            found |= strings_of_template(template)
    return {(message, context) for message, context in found if message}


def strings_of_template(template: Path) -> set[tuple[str, str | None]]:
    """What Django itself makes of the template for extraction: gettext calls amid letters that mean nothing."""
    text = templatize(template.read_text(encoding="utf-8"), origin=str(template))
    literal = r"""u?((?:'(?:[^'\\]|\\.)*')|(?:"(?:[^"\\]|\\.)*"))"""
    found = set()
    for call in re.finditer(rf"\b(n?p?gettext)\({literal}(?:,\s*{literal})?", text):
        first, second = (unquoted(part) for part in call.group(2, 3))
        found.add((second, first) if "pgettext" in call.group(1) else (first, None))
    return found


def unquoted(literal: str | None) -> str:
    """A Python string literal's value, its %% as Django hands it to gettext."""
    if literal is None:
        return ""
    value = literal[1:-1].replace("\\\\", "\0").replace("\\n", "\n").replace('\\"', '"').replace("\\'", "'")
    return value.replace("\0", "\\")


def test_no_string_is_wrapped_under_a_name_that_nobody_looks_for():
    names = set()
    for app in APPS:
        for module in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
                    names |= {name.asname or name.name for name in node.names if "gettext" in name.name}
    assert names <= set(CALLS)


def test_every_message_has_its_spanish(catalog):
    missing = [message.id for message in catalog if message.id and not all(forms(message.string or ""))]
    assert len(catalog) > 1000
    assert missing == []


def test_no_message_waits_for_a_second_look(catalog):
    assert [message.id for message in catalog if message.id and message.fuzzy] == []


def test_spanish_has_two_forms_for_every_count(catalog):
    assert catalog.num_plurals == 2
    counted = [message for message in catalog if message.pluralizable]
    assert counted
    assert [message.id for message in counted if len(forms(message.string)) != 2] == []


def test_placeholders_and_tags_are_those_of_the_original(catalog):
    pairs = [
        (original, spanish)
        for message in catalog
        if message.id
        for original, spanish in zip(forms(message.id), forms(message.string), strict=True)
    ]

    def marks(text: str) -> list[str]:
        return sorted(PLACEHOLDER.findall(text) + TAG.findall(text))

    assert [pair for pair in pairs if marks(pair[0]) != marks(pair[1])] == []


def test_spanish_speaks_to_one_person_as_tu(catalog):
    formal = re.compile(r"\b(usted|ustedes|vosotros|su cuenta|haga clic|por favor ingrese)\b", re.IGNORECASE)
    said = [text for message in catalog if message.id for text in forms(message.string)]
    assert [text for text in said if formal.search(text)] == []


def test_a_label_begins_with_a_capital_just_where_the_original_does(catalog):
    """Short labels stand alone on buttons and heads of tables, or run on in a line."""
    wrong = []
    for message in catalog:
        original, spanish = forms(message.id or "-")[0], forms(message.string or "-")[0]
        labels = original[0].isalpha() and spanish[0].isalpha() and len(original) < 25
        if labels and original[0].isupper() != spanish[0].isupper():
            wrong.append((original, spanish))
    assert wrong == []


def test_every_string_the_code_wraps_is_in_the_catalog(catalog):
    known = {(forms(message.id)[0], message.context) for message in catalog if message.id}
    wrapped = wrapped_strings()
    assert len(wrapped) > 1000
    assert sorted(wrapped - known, key=str) == []


@pytest.mark.parametrize(("count", "said"), [(1, "hace 1 semana"), (3, "hace 3 semanas")])
def test_django_says_counts_in_spanish(catalog, count, said):
    if not SPANISH.with_suffix(".mo").is_file():
        pytest.skip("the .mo is made by `make setup`")
    with translation.override("es"):
        text = ngettext("%(count)d week ago", "%(count)d weeks ago", count) % {"count": count}
        page = pgettext("page 2 of 9", "page")
    assert (text, page) == (said, "página")


def test_spanish_numbers_have_the_separators_of_the_united_states_and_mexico():
    with translation.override("es"):
        assert (number(1649), metres(1600)) == ("1,649", "1.6\N{NO-BREAK SPACE}km")
