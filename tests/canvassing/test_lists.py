from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from datetime import date
from threading import Barrier, Thread

import pikepdf
import pytest
from django.db import connections
from django.utils import timezone

from canvassing import tasks
from canvassing.documents.walk_list import walk_list_html
from canvassing.models import WalkList
from canvassing.selectors.lists import list_doors_of_list, plan_lists
from canvassing.services import lists
from canvassing.services.lists import JOB_KIND
from chapters.enums import PaperSize
from chapters.models import AuditEvent
from chapters.selectors.actors import today_in
from chapters.services.job_runs import run_job_now
from core.actors import Actor
from core.files import private_storage
from core.http import chapter_url
from core.jobs import JobCancelled
from precincts.enums import CaptaincyKind
from precincts.models import Absence, BlockAssignment
from tests.canvassing.conftest import LISTED, UNLISTED
from tests.factories import (
    actor_of,
    make_captain,
    make_job,
    make_member,
    make_precinct,
    make_street,
    make_voter,
)

pytestmark = pytest.mark.django_db


def print_now(town, **place):
    return run_job_now(kind=JOB_KIND, chapter=town.chapter, params=lists.print_params(**place), by=town.by)


def read(path) -> bytes:
    with private_storage().open(path) as stream:
        return stream.read()


def open_pdf(path) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(read(path)))


def text_of(path) -> str:
    """The words of a PDF, page breaks as form feeds."""
    if shutil.which("pdftotext") is None:
        pytest.skip("there is no pdftotext (apt-get install poppler-utils)")
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=read(path), capture_output=True, check=True
    )
    return done.stdout.decode()


def names_of(walk_list) -> list[str]:
    on = today_in(walk_list.chapter)
    doors = list_doors_of_list(walk_list, on=on, actor=Actor.system(walk_list.chapter_id))
    return [one.name for door in doors for one in door.neighbours]


# --- What is printed --------------------------------------------------------------------------------------


def test_every_listed_neighbour_stands_on_exactly_one_list_and_nobody_else_does(town):
    print_now(town)
    names = [name for walk_list in WalkList.objects.all() for name in names_of(walk_list)]
    assert sorted(names) == sorted(LISTED)


def test_doors_come_in_the_order_of_the_walk(town):
    job = print_now(town, block=town.first)
    walk_list = WalkList.objects.get(job=job)
    assert names_of(walk_list) == ["Joy Ncube", "Ed Lima", "Rosa Lima", "Hal Brandt"]
    assert [door["household"] for door in walk_list.doors] == [town.doors[n].pk for n in (1, 0, 2)]


def test_doors_without_a_block_come_last_on_a_sheet_of_their_precinct(town):
    print_now(town, precinct=town.precinct)
    printed = list(WalkList.objects.order_by("list_number"))
    assert [(row.list_number, row.block) for row in printed] == [
        (1001, town.first),
        (1002, town.second),
        (1003, None),
    ]
    assert names_of(printed[-1]) == ["Lena Loose"]


def test_people_not_to_be_contacted_are_left_out_and_counted(town):
    print_now(town, block=town.second)
    walk_list = WalkList.objects.get()
    assert (walk_list.voter_count, walk_list.left_out_count) == (2, 1)


def test_the_plan_counts_what_is_printed(town):
    plan = plan_lists(town.chapter, on=today_in(town.chapter))
    job = print_now(town)
    assert (plan.lists, plan.doors, plan.neighbours) == (3, 6, 7)
    assert (job.result["lists"], job.result["doors"], job.result["neighbours"]) == (3, 6, 7)


def test_a_precinct_without_blocks_is_named_and_left_out(town):
    make_street(make_precinct(town.chapter, code="9-9"), houses=2)
    job = print_now(town)
    assert job.result["precincts_without_blocks"] == ["9-9"]
    assert job.result["neighbours"] == 7


def test_a_precinct_without_blocks_alone_cannot_be_printed(town):
    uncut = make_precinct(town.chapter, code="9-9")
    make_street(uncut, houses=2)
    with pytest.raises(lists.NothingToPrint):
        print_now(town, precinct=uncut)
    assert WalkList.objects.count() == 0


def test_the_captain_the_terms_and_who_printed_are_written_down(town):
    print_now(town, block=town.first)
    walk_list = WalkList.objects.get()
    assert walk_list.captain == "Bob Backer"
    assert walk_list.file_terms == [
        {
            "source": "County board of elections",
            "obtained_on": "2026-05-03",
            "permitted_use": "Political purposes only",
        }
    ]
    assert walk_list.made_by == town.olive.user
    assert walk_list.walk_minutes > 0
    assert walk_list.walk_metres > 0


def test_the_stand_in_of_the_day_is_printed_and_for_whom(town, client):
    print_now(town, block=town.first)
    on = today_in(town.chapter)
    bob = BlockAssignment.objects.captains().get(block=town.first)
    cleo = make_captain(
        town.first, make_member(town.chapter, "Cleo", last_name="Cruz"), kind=CaptaincyKind.BACKUP
    )
    absence = Absence.objects.create(
        chapter=town.chapter, assignment=bob, stand_in=cleo.member, starts_on=on, ends_on=on
    )
    print_now(town, block=town.first)
    absence.delete()
    print_now(town, block=town.first)
    before, away, back = WalkList.objects.order_by("list_number")
    assert [one.stand_in for one in (before, away, back)] == ["", "Cleo Cruz", ""]
    assert "<b>Bob Backer</b>" in walk_list_html(back)
    words = "Cleo Cruz, who stands in for Bob Backer"
    assert f"<b>{words}</b>" in walk_list_html(away)
    client.force_login(town.olive.user)
    page = client.get(chapter_url("canvassing:list", slug=town.chapter.slug, number=away.list_number))
    assert f"<b>{words}</b>" in page.content.decode()
    index = chapter_url("canvassing:lists", slug=town.chapter.slug)
    assert client.get(index).content.decode().count(words) == 1
    found = client.get(index, {"q": "cleo"}).context["page"]
    assert [row.list_number for row in found.rows] == [away.list_number]


# --- Once, under one number -------------------------------------------------------------------------------


def test_a_job_that_was_killed_goes_on_with_its_own_lists(town, monkeypatch):
    job = make_job(town.chapter, kind=JOB_KIND, asked_by=town.olive.user, params=lists.print_params())
    drawn = []

    def draw_two(walk_list):
        if len(drawn) == 1:
            raise JobCancelled
        drawn.append(walk_list.list_number)
        return real(walk_list)

    real = tasks.render_walk_list
    run = FakeRun(job, town)
    with monkeypatch.context() as broken:
        broken.setattr(tasks, "render_walk_list", draw_two)
        with pytest.raises(JobCancelled):
            tasks.print_lists(run)
    assert WalkList.objects.count() == 2  # the second is frozen, and has no document

    result = tasks.print_lists(run)
    assert result["numbers"] == [1001, 1002, 1003]
    assert list(WalkList.objects.order_by("list_number").values_list("list_number", "job")) == [
        (number, job.pk) for number in (1001, 1002, 1003)
    ]
    assert all(lists.has_pdf(row) for row in WalkList.objects.all())


@pytest.mark.parametrize(("steps", "drawn"), [(1, 0), (2, 1), (4, 3), (5, 3), (8, 3)])
def test_a_cancelled_print_job_stops_before_the_next_list_and_between_lists_put_together(
    town, monkeypatch, steps, drawn
):
    """Three lists: a step for each drawn, for each put into the whole file, for each put into the zip."""
    job = make_job(town.chapter, kind=JOB_KIND, asked_by=town.olive.user, params=lists.print_params())
    run, said = FakeRun(job, town), []

    def cancelled_at(done, total=None, message=""):
        said.append(message)
        if len(said) == steps:
            raise JobCancelled

    monkeypatch.setattr(run, "progress", cancelled_at)
    with pytest.raises(JobCancelled):
        tasks.print_lists(run)
    assert WalkList.objects.exclude(pdf_path="").count() == drawn
    assert not any(name.endswith(".zip") for name in run.files)


class FakeRun:
    """A run of a job without a worker around it."""

    def __init__(self, job, town):
        self.job, self.job_id, self.chapter, self.chapter_id = job, job.pk, town.chapter, town.chapter.pk
        self.actor, self.params, self.files = town.by, job.params, {}

    def progress(self, done, total=None, message=""):
        pass

    def add_file(self, filename, content, **about):
        self.files[filename] = content.read()


def test_the_same_order_again_makes_new_numbers(town):
    print_now(town, block=town.first)
    print_now(town, block=town.first)
    assert sorted(WalkList.objects.values_list("list_number", flat=True)) == [1001, 1002]


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_give_every_list_a_number_of_its_own(town):
    targets = plan_lists(town.chapter, on=today_in(town.chapter)).targets
    jobs = [make_job(town.chapter, kind=JOB_KIND) for _ in range(4)]
    start, failed = Barrier(len(jobs)), []

    def freeze(job):
        try:
            start.wait()
            for target in targets:
                lists.freeze_list(job=job, target=target, by=town.by, at=timezone.now(), paper_size="")
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            failed.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=freeze, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    numbers = sorted(WalkList.objects.values_list("list_number", flat=True))
    assert numbers == list(range(1001, 1001 + 12))


def test_numbers_of_two_chapters_do_not_meet(town):
    print_now(town, block=town.first)
    other = type(town.chapter).objects.create(slug="elsewhere", name="Elsewhere", state="NC")
    precinct = make_precinct(other)
    block = precinct.blocks.create(chapter=other, number=1, opened_on=date(2024, 1, 1))
    for door in make_street(precinct, houses=1):
        door.block = block
        door.save()
    target = plan_lists(other, on=today_in(other)).targets[0]
    made = lists.freeze_list(job=make_job(other), target=target, by=town.by, at=timezone.now(), paper_size="")
    assert made.list_number == 1001


def test_a_captain_may_print_the_own_block_and_no_other(town):
    bob = actor_of(town.bob)
    run_job_now(kind=JOB_KIND, chapter=town.chapter, params=lists.print_params(block=town.first), by=bob)
    for place in ({"block": town.second}, {"precinct": town.precinct}, {}):
        with pytest.raises(lists.MayNotPrint):
            run_job_now(kind=JOB_KIND, chapter=town.chapter, params=lists.print_params(**place), by=bob)
    assert WalkList.objects.count() == 1


def test_printing_is_written_into_the_log_once(town):
    print_now(town)
    event = AuditEvent.objects.get(verb="export.walk_lists")
    assert (event.rows, event.detail["lists"]) == (7, [1001, 1002, 1003])
    assert event.actor_user == town.olive.user


def test_somebody_who_became_protected_is_shown_no_more_and_their_paper_is_withheld(town):
    print_now(town, block=town.first)
    walk_list = WalkList.objects.get()
    on = today_in(town.chapter)
    assert lists.take_pdf(walk_list=walk_list, by=town.by, on=on) == walk_list.pdf_path
    town.rosa.is_confidential = True
    town.rosa.save()
    assert "Rosa Lima" not in names_of(walk_list)
    with pytest.raises(lists.ListIsOutdated):
        lists.take_pdf(walk_list=walk_list, by=town.by, on=on)
    assert AuditEvent.objects.filter(verb="export.walk_list").count() == 1


def test_a_captain_s_paper_is_withheld_when_somebody_on_it_came_to_another_block(town):
    print_now(town, block=town.first)
    walk_list = WalkList.objects.get()
    on = today_in(town.chapter)
    town.doors[0].block = town.second
    town.doors[0].save()

    with pytest.raises(lists.ListIsOutdated):
        lists.take_pdf(walk_list=walk_list, by=actor_of(town.bob), on=on)

    assert lists.take_pdf(walk_list=walk_list, by=town.by, on=on) == walk_list.pdf_path


@pytest.mark.parametrize("more_doors", [0, 20])
def test_a_list_of_many_doors_costs_as_many_queries_as_one_of_few(
    town, django_assert_num_queries, more_doors
):
    for door in make_street(town.precinct, houses=more_doors, street="Long Lane"):
        door.block = town.first
        door.save()
    target = plan_lists(town.chapter, block=town.first, on=today_in(town.chapter)).targets[0]
    job = make_job(town.chapter)
    with django_assert_num_queries(17):
        lists.freeze_list(job=job, target=target, by=town.by, at=timezone.now(), paper_size="")


# --- The paper --------------------------------------------------------------------------------------------


def test_the_merged_file_and_the_zip_hold_every_list(town):
    job = print_now(town)
    merged = job.files.get(is_main=True)
    with open_pdf(merged.path) as pdf:
        assert len(pdf.pages) == job.result["pages"] == sum(row.pages for row in WalkList.objects.all())
        assert "/StructTreeRoot" in pdf.Root
        assert pdf.Root.Lang == "en"
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == [
                "List 1001: Precinct 3-2, block 1",
                "List 1002: Precinct 3-2, block 2",
                "List 1003: Precinct 3-2, list-only doors",
            ]
    zipped = job.files.get(is_main=False)
    with zipfile.ZipFile(io.BytesIO(read(zipped.path))) as archive:
        assert archive.namelist() == [
            "list-1001-precinct-3-2-block-1.pdf",
            "list-1002-precinct-3-2-block-2.pdf",
            "list-1003-precinct-3-2-list-only-doors.pdf",
        ]
        singles = [archive.read(name) for name in archive.namelist()]
    assert singles == [read(row.pdf_path) for row in WalkList.objects.order_by("list_number")]


def test_each_page_says_the_list_and_which_page_of_how_many(town):
    for number in range(30, 60):
        make_voter(town.doors[0], f"Guest{number}", "Of Many")
    print_now(town, block=town.first)
    walk_list = WalkList.objects.get()
    pages = text_of(walk_list.pdf_path).rstrip("\f\n").split("\f")
    assert len(pages) == walk_list.pages > 2
    for number, page in enumerate(pages, start=1):
        assert "List 1001" in page
        assert f"page {number} of {walk_list.pages}" in page
    for page in pages[1:]:
        for head in (
            "Door",
            "Neighbour",
            "Primaries",
            "Circle what happened",
            "Support",
            "Notes",
            "undecided",
        ):
            assert head in page


def test_the_paper_holds_what_a_walker_needs(town):
    print_now(town, block=town.first)
    text = text_of(WalkList.objects.get().pdf_path)
    for words in (
        "River City", "Precinct 3-2, block 1", "Bob Backer", "3 doors", "4 neighbours", "Rosa Lima", "DEM registered",
        "UNA, no party", "○●●●", "hot", "cold", "new", "––––", "not home", "refused", "moved", "note left",
        "come back", "language", "1 2 3 4 5", "mail ☐", "early ☐", "day ☐", "ride ☐", "sign ☐", "help ☐",
        "County board of elections", "Political purposes only", "2018, 2020, 2022, 2024", "river-city/1001",
    ):  # fmt: skip
        assert words in text, words
    assert not any(name in text for name in UNLISTED)


def test_names_of_all_alphabets_come_through(town):
    print_now(town, block=town.second)
    text = text_of(WalkList.objects.get().pdf_path)
    assert "Łukasz" in text
    assert "Öztürk" in text
    assert "inactive" in text


@pytest.mark.parametrize(
    ("paper", "width", "height"), [(PaperSize.LETTER, 612, 792), (PaperSize.A4, 595.3, 841.9)]
)
def test_the_paper_is_the_one_that_was_asked_for(town, paper, width, height):
    print_now(town, block=town.first, paper_size=paper)
    with open_pdf(WalkList.objects.get().pdf_path) as pdf:
        for page in pdf.pages:
            box = [float(number) for number in page.mediabox]
            assert box == pytest.approx([0, 0, width, height], abs=0.5)


def test_a_screen_reader_finds_title_language_table_and_pictures(town):
    print_now(town, block=town.first)
    with open_pdf(WalkList.objects.get().pdf_path) as pdf:
        assert pdf.docinfo["/Title"] == "List 1001: Precinct 3-2, block 1"
        assert pdf.Root.Lang == "en"
        tags = [
            str(one.S)
            for one in pdf.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/StructElem"
        ]
        pictures = [
            one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"
        ]
    assert "/Table" in tags
    assert tags.count("/TH") >= 6 + 4  # the head's columns and one name a row
    assert [("/Alt" in picture) for picture in pictures] == [True, True]


def test_a_list_in_the_chapters_language(town):
    town.chapter.language = "es"
    town.chapter.save()
    print_now(town, block=town.first)
    with open_pdf(WalkList.objects.get().pdf_path) as pdf:
        assert pdf.Root.Lang == "es"
