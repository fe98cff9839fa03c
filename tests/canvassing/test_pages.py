from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from canvassing import tasks
from canvassing.documents.walk_list import walk_list_html
from canvassing.models import WalkList
from canvassing.services import lists
from canvassing.services.lists import JOB_KIND
from chapters.models import AuditEvent, Job
from chapters.selectors.actors import today_in
from chapters.services.job_runs import run_job_now
from core.http import chapter_url
from precincts.models import Election, Voter
from tests.canvassing.conftest import LISTED, UNLISTED
from tests.factories import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_of_olive(town):
    client = Client()
    client.force_login(town.olive.user)
    return client


@pytest.fixture
def client_of_bob(town):
    client = Client()
    client.force_login(town.bob.user)
    return client


@pytest.fixture
def printed(town):
    run_job_now(kind=JOB_KIND, chapter=town.chapter, params=lists.print_params(), by=town.by)
    return {row.list_number: row for row in WalkList.objects.all()}


@pytest.fixture
def frozen(town):
    """Three lists without their documents, where only the pages matter."""

    def freeze(count: int) -> None:
        for number in range(1001, 1001 + count):
            WalkList.objects.create(
                chapter=town.chapter, list_number=number, precinct=town.precinct, block=town.first, door_count=3,
                voter_count=4, paper_size="letter", made_by=town.olive.user, made_at="2026-05-04T12:00:00Z",
                doors=[{"household": town.doors[0].pk, "voters": [town.rosa.pk]}],
            )  # fmt: skip

    return freeze


def test_the_list_on_the_screen_is_the_list_on_paper(client_of_olive, town, printed):
    response = client_of_olive.get(chapter_url("canvassing:list", number=1001))
    page = response.content.decode()
    assert response.status_code == 200
    order = [page.index(name) for name in ("Joy Ncube", "Ed Lima", "Rosa Lima", "Hal Brandt")]
    assert order == sorted(order)
    assert "voted in 3 of the last 4" in page
    assert "Political purposes only" in page
    assert "data:image/svg+xml" in page


def test_no_page_shows_who_may_not_be_shown(client_of_olive, town, printed):
    seen = "".join(
        client_of_olive.get(chapter_url("canvassing:list", number=number)).content.decode()
        for number in printed
    )
    assert all(name in seen for name in LISTED)
    assert not any(name in seen for name in UNLISTED)


def test_an_old_list_stays_without_those_who_have_left(client_of_olive, town, frozen):
    frozen(1)
    url = chapter_url("canvassing:list", number=1001)
    assert b"Rosa Lima" in client_of_olive.get(url).content
    town.rosa.is_confidential = True
    town.rosa.save()
    page = client_of_olive.get(url)
    assert page.status_code == 200
    assert b"Rosa" not in page.content


def test_an_old_list_hides_from_its_captain_who_came_to_another_block(
    client_of_olive, client_of_bob, town, frozen
):
    frozen(1)
    url = chapter_url("canvassing:list", number=1001)
    assert b"Rosa Lima" in client_of_bob.get(url).content
    town.doors[0].block = town.second
    town.doors[0].save()

    page = client_of_bob.get(url)

    assert b"Rosa" not in page.content
    assert page.context["hidden"] == 4
    assert b"Rosa Lima" in client_of_olive.get(url).content


def test_whoever_opens_a_list_stands_in_the_log(client_of_bob, town, frozen):
    frozen(1)

    client_of_bob.get(chapter_url("canvassing:list", number=1001))

    event = AuditEvent.objects.get(verb="canvassing.list_read")
    assert (event.actor_user, event.rows) == (town.bob.user, 1)


def test_the_document_is_sent_to_whoever_may_print_and_logged(client_of_olive, client_of_bob, town, printed):
    response = client_of_bob.get(chapter_url("canvassing:list_pdf", number=1001))
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Cache-Control"] == "no-store"
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    assert AuditEvent.objects.get(verb="export.walk_list").actor_user == town.bob.user


def test_a_captain_finds_the_own_block_s_lists_and_no_others(client_of_bob, town, printed):
    page = client_of_bob.get(chapter_url("canvassing:lists")).content.decode()
    assert "/canvassing/lists/1001/" in page
    assert "/canvassing/lists/1002/" not in page
    for number in (1002, 1003):
        assert client_of_bob.get(chapter_url("canvassing:list", number=number)).status_code == 404
        assert client_of_bob.get(chapter_url("canvassing:list_pdf", number=number)).status_code == 404


def test_a_list_whose_printing_broke_off_says_so(client_of_olive, town, frozen):
    frozen(1)
    response = client_of_olive.get(chapter_url("canvassing:list_pdf", number=1001))
    assert response.status_code == 409
    assert "interrupted" in response.content.decode()


def test_the_question_before_printing_names_the_counts(client_of_olive, town):
    page = client_of_olive.get(chapter_url("canvassing:print_all")).content.decode()
    assert "Print 3 lists, 7 neighbours at 6 doors." in page
    assert "1 of them is a sheet of doors that have no place on the map." in page
    assert Job.objects.count() == 0


@pytest.mark.parametrize(
    ("address", "warns"),
    [
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", True),
        ("https://river.example", False),
        ("http://192.168.1.9:8000", False),
    ],
)
def test_the_question_warns_where_phones_could_not_open_the_codes(
    client_of_olive, town, settings, address, warns
):
    settings.SITE_URL = address

    page = client_of_olive.get(chapter_url("canvassing:print_all")).content.decode()

    assert ("Phones will not open these lists" in page, address in page) == (warns, warns)


def test_the_question_stands_on_the_way_from_the_precinct(client_of_olive, client_of_bob, town):
    url = chapter_url("canvassing:print_block", block_id=town.first.pk)
    way = f'<a href="{chapter_url("precincts:precinct", precinct_id=town.precinct.pk)}">3-2</a>'

    assert way in client_of_olive.get(url).content.decode()
    assert way not in client_of_bob.get(url).content.decode()


def test_one_click_orders_one_job(client_of_olive, town, django_capture_on_commit_callbacks):
    url = chapter_url("canvassing:print_precinct", precinct_id=town.precinct.pk)
    response = client_of_olive.post(url, {"paper_size": "a4"})
    job = Job.objects.get()
    assert response.headers["Location"] == chapter_url("chapters:job", job_id=job.pk)
    assert (job.kind, job.params) == (
        JOB_KIND,
        {"block": None, "precinct": town.precinct.pk, "paper_size": "a4", "leaves_voted": False},
    )


def test_a_wrong_paper_is_asked_for_again(client_of_olive, town):
    response = client_of_olive.post(
        chapter_url("canvassing:print_block", block_id=town.first.pk), {"paper_size": "a0"}
    )
    assert response.status_code == 422
    assert Job.objects.count() == 0


def test_an_empty_chapter_says_what_to_do_first(client_of_olive, town):
    for voter in town.precinct.voters.all():
        voter.is_confidential = True
        voter.save()
    response = client_of_olive.get(chapter_url("canvassing:print_all"))
    assert response.status_code == 409
    assert "Import a voter file" in response.content.decode()
    index = client_of_olive.get(chapter_url("canvassing:lists")).content.decode()
    assert "No list printed yet" in index


def test_the_legend_asks_for_no_more_elections_than_there_are(town, frozen):
    Election.objects.filter(held_on__year__lt=2022).delete()
    frozen(1)

    page = walk_list_html(WalkList.objects.get())

    assert "Hot: at least 2 of 2, or as large a share since registering." in page


def test_the_code_on_paper_leads_to_the_list(client_of_olive, town, frozen):
    frozen(1)
    short = reverse("canvassing_site:list", kwargs={"slug": town.chapter.slug, "number": 1001})
    assert short == "/canvass/l/river-city/1001"
    response = client_of_olive.get(short, follow=True)
    assert response.status_code == 200
    assert b"Rosa Lima" in response.content


def test_today_asks_to_print_what_has_a_captain_and_no_list(client_of_olive, client_of_bob, town, frozen):
    today = chapter_url("core:today")
    for client in (client_of_olive, client_of_bob):
        assert "1 block has a captain and no walk list yet" in client.get(today).content.decode()
    frozen(1)
    for client in (client_of_olive, client_of_bob):
        assert "no walk list yet" not in client.get(today).content.decode()


def test_today_does_not_ask_to_print_what_no_captain_keeps_any_more(client_of_olive, town):
    yesterday = today_in(town.chapter) - timedelta(days=1)
    town.first.assignments.update(ends_on=yesterday)

    assert "no walk list yet" not in client_of_olive.get(chapter_url("core:today")).content.decode()


def test_a_number_typed_into_the_search_finds_the_list(client_of_olive, town, frozen):
    frozen(1)
    page = client_of_olive.get(chapter_url("core:search"), {"q": "1001"}).content.decode()
    assert chapter_url("canvassing:list", number=1001) in page


@pytest.mark.parametrize(("structured", "says"), [(20, False), (1, True)])
def test_a_merged_file_without_tags_says_so_beside_it(town, monkeypatch, structured, says):
    monkeypatch.setattr(tasks, "STRUCTURED", structured)

    job = run_job_now(kind=JOB_KIND, chapter=town.chapter, params=lists.print_params(), by=town.by)

    assert ("take the single files" in job.files.get(is_main=True).label) is says


def test_the_panels_show_the_latest_lists_and_the_button(client_of_olive, client_of_bob, town, frozen):
    frozen(1)
    panel = client_of_olive.get(
        chapter_url("canvassing:precinct_lists", precinct_id=town.precinct.pk)
    ).content.decode()
    assert "List 1001" in panel
    assert '<h2 class="panel-title">Walk lists</h2>' in panel
    assert "Print 3 lists" in panel
    panel = client_of_bob.get(chapter_url("canvassing:block_lists", block_id=town.first.pk)).content.decode()
    assert "Print 1 list" in panel


def test_the_csv_has_a_row_for_each_list_and_is_logged(client_of_olive, town, frozen):
    frozen(2)
    response = client_of_olive.get(chapter_url("canvassing:lists"), {"format": "csv"})
    rows = b"".join(response.streaming_content).decode().splitlines()
    assert len(rows) == 3
    assert rows[1].startswith('1002,"Precinct 3-2, block 1"')
    assert AuditEvent.objects.get(verb="export.list_of_walk_lists").rows == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_lists_costs_as_many_queries_for_one_as_for_three(
    client_of_olive, town, frozen, count, django_assert_num_queries
):
    frozen(count)
    client_of_olive.get(chapter_url("canvassing:lists"))
    with django_assert_num_queries(12):
        client_of_olive.get(chapter_url("canvassing:lists"))


@pytest.mark.parametrize("more", [0, 3])
def test_the_page_of_a_list_costs_as_many_queries_for_one_neighbour_as_for_four(
    client_of_olive, town, frozen, more, django_assert_num_queries
):
    frozen(1)
    walk_list = WalkList.objects.get()
    voters = list(town.precinct.voters.listed().exclude(pk=town.rosa.pk))[:more]
    walk_list.doors += [{"household": voter.household_id, "voters": [voter.pk]} for voter in voters]
    walk_list.save()
    url = chapter_url("canvassing:list", number=1001)
    client_of_olive.get(url)
    with django_assert_num_queries(18):
        client_of_olive.get(url)


def test_a_plain_member_may_not_see_that_there_are_lists(town, frozen):
    frozen(1)
    client = Client()
    client.force_login(make_member(town.chapter, "Mo").user)
    assert client.get(chapter_url("canvassing:lists")).status_code == 403
    assert client.get(chapter_url("canvassing:list", number=1001)).status_code == 404


def test_the_merged_file_of_a_job_is_refused_once_somebody_in_it_may_not_be_shown(
    client_of_olive, printed, town
):
    job = Job.objects.get(kind=JOB_KIND)
    merged = job.files.get(is_main=True)
    path = chapter_url("chapters:job_file", slug=town.chapter.slug, job_id=job.pk, file_id=merged.pk)
    assert b"".join(client_of_olive.get(path).streaming_content).startswith(b"%PDF-")

    listed = next(iter(printed.values())).doors[0]["voters"][0]
    Voter.objects.filter(pk=listed).update(is_confidential=True)
    assert client_of_olive.get(path).status_code == 409
