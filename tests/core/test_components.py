from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from core.components import Action, Badge, Card, Detail, Progress, Stat, seconds_left
from core.icons import UnknownIcon, icon_svg
from core.templatetags import formats
from core.undo import offer_undo, undo_url_of


def draw(source, **context):
    return Template("{% load components %}" + source).render(Context(context))


# --- Tags ------------------------------------------------------------------------------------------------


def test_an_icon_is_drawn_into_the_page_and_passed_over_by_a_screen_reader():
    svg = icon_svg("printer")

    assert svg.startswith('<svg class="icon"')
    assert 'aria-hidden="true"' in svg
    assert "<path" in svg


@pytest.mark.parametrize("name", ["no-such-icon", "../../etc/passwd", ""])
def test_an_unknown_icon_fails(name):
    with pytest.raises(UnknownIcon):
        icon_svg(name)


def test_a_badge_has_an_icon_and_its_word_escaped():
    html = draw('{% badge word "activity" "good" %}', word="<b>active</b>")

    assert "tone-good" in html
    assert "<svg" in html
    assert "&lt;b&gt;active&lt;/b&gt;" in html


def test_a_stat_with_an_address_is_a_link_and_its_bar_says_what_it_shows():
    html = draw(
        "{% stat_strip stats %}", stats=[Stat(number="17 of 19", words="blocks", url="/blocks", percent=89.4)]
    )

    assert '<a class="stat-link" href="/blocks">' in html
    assert '<progress class="meter" max="100" value="89" aria-label="blocks">' in html


def test_a_panel_escapes_its_title_and_keeps_its_content():
    html = draw("{% panel title=title %}<p>kept</p>{% endpanel %}", title="<i>")

    assert "&lt;i&gt;" in html
    assert "<p>kept</p>" in html


def test_variables_inside_a_block_tag_are_escaped_once():
    html = draw("{% panel title='t' %}{{ name }}{% endpanel %}", name="O'Neil & <Sons>")

    assert "O&#x27;Neil &amp; &lt;Sons&gt;" in html


def test_an_empty_block_leaves_no_element_behind():
    assert draw('{% filled "nav" "breadcrumbs" "Where" %}  {% endfilled %}') == ""
    assert draw("{% action_menu %} {% endaction_menu %}") == ""


def test_a_card_row_shows_ring_badge_and_link():
    card = Card(
        title="No captain",
        url="/b/5",
        number="5",
        hue=3,
        badge=Badge(word="3 to ask", icon="hand-index", tone="mark"),
    )

    html = draw("{% card_list cards %}", cards=[card])

    assert '<span class="ring hue-3" aria-hidden="true">5</span>' in html
    assert '<a class="card-title stretched" href="/b/5">No captain</a>' in html
    assert "3 to ask" in html


def test_an_action_that_changes_something_is_a_form_with_its_token():
    card = Card(
        title="Block 5", action=Action(label="Close block 5", url="/b/5/close", post=True, danger=True)
    )

    html = draw("{% card_list cards %}", cards=[card], csrf_token="token123")

    assert '<form class="post-button" method="post" action="/b/5/close">' in html
    assert 'value="token123"' in html
    assert "btn-danger" in html


def test_a_detail_without_a_value_shows_a_dash():
    html = draw("{% detail_list details %}", details=[Detail(label="Polygon", value="")])

    assert re.search(r"<dt>Polygon</dt>\s*<dd>–</dd>", html)


# --- Job progress ------------------------------------------------------------------------------------------


def make_progress(**changes):
    values = {
        "key": "job-1",
        "what": "Import",
        "state": "running",
        "done": 250,
        "total": 1000,
        "poll_url": "/poll",
    }
    return Progress(**(values | changes))


def test_open_work_asks_every_two_seconds_and_says_how_far_it_is():
    html = draw("{% job_progress job %}", job=make_progress(seconds_left=95, cancel_url="/stop"))

    assert 'hx-get="/poll" hx-trigger="every 2s"' in html
    assert 'max="100" value="25"' in html
    assert "250 of 1,000" in html
    assert "about 2\N{NO-BREAK SPACE}min left" in html
    assert 'action="/stop"' in html
    assert 'data-announce=""' in html


@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
def test_finished_work_asks_no_more_and_is_announced(state):
    html = draw("{% job_progress job %}", job=make_progress(state=state, error="No list was made."))

    assert "hx-trigger" not in html
    assert f'data-announce="Import: {state}"' in html


def test_work_of_unknown_length_has_a_bar_without_a_value():
    html = draw("{% job_progress job %}", job=make_progress(total=None))

    assert " value=" not in html
    assert " of " not in html


@pytest.mark.parametrize(
    ("done", "total", "after", "left"),
    [
        (250, 1000, 30, 90),
        (0, 1000, 30, None),
        (10, 1000, 30, None),
        (250, None, 30, None),
        (250, 1000, 2, None),
    ],
)
def test_time_left_is_the_pace_so_far_or_nothing_while_it_would_be_a_guess(done, total, after, left):
    started_at = datetime(2025, 11, 14, 10, tzinfo=UTC)

    assert (
        seconds_left(done=done, total=total, started_at=started_at, now=started_at + timedelta(seconds=after))
        == left
    )


# --- Forms ---------------------------------------------------------------------------------------------------


class CaptainForm(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the list.")
    part = forms.ChoiceField(
        label="Part", choices=[("a", "Captain"), ("b", "Backup")], widget=forms.RadioSelect()
    )
    told = forms.BooleanField(label="Has been asked")
    notes = forms.CharField(label="Notes", required=False)


def test_a_field_has_its_label_above_and_its_help_tied_to_it():
    html = str(CaptainForm())

    assert re.search(
        r'<label class="field-label" for="id_name">Name</label>\s*<input [^>]*id="id_name"', html
    )
    assert 'aria-describedby="id_name_helptext"' in html
    assert '<p class="field-help" id="id_name_helptext">As on the list.</p>' in html
    assert "error-summary" not in html


def test_optional_fields_say_so():
    html = str(CaptainForm())

    assert html.count("field-optional") == 1
    assert re.search(r'for="id_notes">Notes<span class="field-optional">optional</span>', html)


def test_errors_stand_beside_their_field_and_in_a_summary_that_leads_there():
    html = str(CaptainForm({"part": "c"}))

    assert "3 things need another look; nothing was saved." in html
    assert '<a href="#id_name">Name</a>: This field is required.' in html
    assert '<a href="#id_part_0">Part</a>' in html
    assert 'id="id_name_error"' in html
    assert re.search(r'<input [^>]*aria-invalid="true"[^>]*id="id_name"', html)
    assert re.search(r'<input [^>]*aria-describedby="id_name_helptext id_name_error"', html)


def test_a_group_of_choices_is_a_fieldset_with_its_errors_tied_to_it():
    html = str(CaptainForm({"name": "Rosa", "told": "on"}))

    assert "One thing needs another look" in html
    assert re.search(r'<fieldset class="field field-wrong" aria-describedby="id_part_error">', html)
    assert '<legend class="field-label">Part</legend>' in html


def test_what_somebody_typed_is_escaped():
    html = str(CaptainForm({"name": '"><script>'}))

    assert "<script>" not in html


# --- Formats -------------------------------------------------------------------------------------------------


def test_days_and_times_are_written_in_the_active_zone():
    at = timezone.now().replace(month=1, day=15, hour=3, minute=5)

    with timezone.override("America/New_York"):
        written = formats.when(at)

    assert written.endswith(" 14 Jan, 22:05")


def test_a_day_of_another_year_names_the_year():
    assert formats.day(date(2019, 11, 14)) == "14 Nov 2019"
    with translation.override("es"):
        assert formats.day(date(2019, 11, 14)) == "14 nov 2019"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "today"),
        (1, "yesterday"),
        (6, "6 days ago"),
        (34, "4 weeks ago"),
        (150, "5 months ago"),
        (1100, "3 years ago"),
    ],
)
def test_how_long_ago_is_said_in_the_largest_sensible_unit(days, words):
    assert formats.ago(timezone.localdate() - timedelta(days=days)) == words


def test_numbers_shares_and_lengths():
    space = "\N{NO-BREAK SPACE}"
    assert formats.number(79894) == "79,894"
    assert formats.percent(41.26, 1) == f"41.3{space}%"
    assert formats.share(17, 19) == f"89{space}%"
    assert formats.share(1, 0) == "–"
    assert [formats.duration(seconds) for seconds in (40, 720, 6600, 3599)] == [
        f"40{space}s",
        f"12{space}min",
        f"1{space}h{space}50",
        f"1{space}h{space}00",
    ]
    assert [formats.metres(value) for value in (846, 1900, None)] == [f"850{space}m", f"1.9{space}km", "–"]


# --- Undo ----------------------------------------------------------------------------------------------------


def make_request():
    request = RequestFactory().get("/")
    request.session = {}
    request._messages = FallbackStorage(request)
    return request


def test_an_undo_message_carries_its_address_through_the_storage():
    request = make_request()

    offer_undo(request, "12 Lantern St moved to block 7", "/c/x/undo/4/")

    (message,) = get_messages(request)
    assert undo_url_of(message.extra_tags) == "/c/x/undo/4/"
    html = draw('{% include "components/message.html" %}', message=message, csrf_token="t")
    assert '<form method="post" action="/c/x/undo/4/">' in html


def test_a_plain_message_has_no_undo():
    assert undo_url_of("") == ""
    assert undo_url_of(None) == ""


@pytest.mark.parametrize("url", ["https://example.org/", "//example.org/", "/a b"])
def test_undo_never_posts_elsewhere(url):
    with pytest.raises(ValueError):
        offer_undo(make_request(), "moved", url)


def test_the_way_back_from_a_refusal_never_leads_to_another_site():
    request = RequestFactory().get("/")

    assert draw("{{ at|own_address:request }}", at="https://evil.example/", request=request) == "/"
    assert (
        draw("{{ at|own_address:request }}", at="http://testserver/c/x/", request=request)
        == "http://testserver/c/x/"
    )
