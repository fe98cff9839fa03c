"""What a job says is kept in every language: who reads it speaks perhaps another than who asked."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_lazy

from chapters.enums import JobState
from chapters.models import Job
from chapters.services import job_runs, job_sweeps, jobs
from chapters.services.job_files import save_job_file
from chapters.services.job_heartbeat import Spoken, write_progress
from chapters.services.job_runs import run_queued_job
from core.actors import Actor
from core.errors import DomainError
from core.jobs import job_kind
from tests.factories import actor_of, make_job

pytestmark = pytest.mark.django_db


class Refused(DomainError):
    """What the kind below refuses with."""


@job_kind("tests.refuse_in_words", says=gettext_lazy("Import people from CSV"))
def refuse_in_words(run) -> dict:
    if run.params["fault"]:
        raise ZeroDivisionError
    raise Refused(
        lambda: gettext("%(address)s already signs in to this chapter.") % {"address": "ann@example.org"},
        hint=gettext_lazy("Upload it again."),
    )


def in_both(row, *names: str) -> list[tuple[str, str]]:
    said = []
    for name in names:
        with translation.override("es"):
            spanish = getattr(row, name)
        said.append((getattr(row, name), spanish))
    return said


def spanish(text: str, /, **filled: str) -> str:
    with translation.override("es"):
        words = gettext(text)
    assert words != text
    return words % filled if filled else words


@pytest.mark.parametrize("language", ["en", "es"])
def test_why_a_job_failed_and_what_to_do_are_read_in_the_readers_language(chapter, olive, language):
    chapter.language = language
    chapter.save()
    job = jobs.start_job(
        kind="tests.refuse_in_words", chapter=chapter, params={"fault": False}, by=actor_of(olive)
    )
    assert run_queued_job(job.pk)
    job.refresh_from_db()
    refusal = "%(address)s already signs in to this chapter."
    assert in_both(job, "error", "hint") == [
        ("ann@example.org already signs in to this chapter.", spanish(refusal, address="ann@example.org")),
        ("Upload it again.", spanish("Upload it again.")),
    ]


def test_a_fault_of_the_program_is_told_in_the_readers_language(chapter, olive):
    job = jobs.start_job(
        kind="tests.refuse_in_words", chapter=chapter, params={"fault": True}, by=actor_of(olive)
    )
    assert run_queued_job(job.pk)
    job.refresh_from_db()
    fault = "The work stopped because of a fault in the program, not because of what you gave it."
    assert in_both(job, "error") == [(fault, spanish(fault))]
    (english, other), number = in_both(job, "hint")[0], str(job.pk)[:8]
    assert english != other
    assert number in english
    assert number in other


def test_work_that_is_given_up_says_so_in_the_readers_language(chapter):
    long_ago = timezone.now() - timedelta(hours=1)
    job = make_job(chapter, state=JobState.RUNNING, attempts=9, started_at=long_ago, heartbeat_at=long_ago)
    job_sweeps.sweep_jobs(at=timezone.now())
    job.refresh_from_db()
    words = "The work was interrupted before it was finished."
    assert in_both(job, "error") == [(words, spanish(words))]


def say_address(address: str) -> str:
    return gettext("Invited %(address)s") % {"address": address}


def test_what_a_job_is_doing_is_read_in_the_readers_language(chapter):
    job = make_job(chapter, state=JobState.RUNNING, attempts=1, started_at=timezone.now())
    assert write_progress(job.pk, job.started_at, Spoken(3, 9, partial(say_address, "ann@example.org")))
    job.refresh_from_db()
    assert in_both(job, "message") == [
        ("Invited ann@example.org", spanish("Invited %(address)s", address="ann@example.org"))
    ]


def test_whoever_waits_for_a_command_hears_words_and_not_a_way_to_make_them(chapter):
    heard = []
    run = job_runs.Run(
        job=make_job(chapter), chapter=chapter, actor=Actor.system(), heartbeat=None,
        listener=lambda *said: heard.append(said),
    )  # fmt: skip
    run.progress(1, 2, partial(say_address, "ann@example.org"))
    assert heard == [(1, 2, "Invited ann@example.org")]


def test_what_a_file_of_a_job_is_called_is_read_in_the_readers_language(chapter):
    file = save_job_file(
        job=make_job(chapter), filename="a.pdf", content=b"%PDF", content_type="application/pdf",
        label=gettext_lazy("Slow work"),
    )  # fmt: skip
    assert in_both(file, "label") == [("Slow work", spanish("Slow work"))]


def test_why_a_row_of_people_was_refused_is_read_in_the_readers_language(chapter, olive, organizer):
    given = jobs.GivenFile(content=b"First name,E-mail\nNia,nobody\n", filename="people.csv")
    job = jobs.start_job(
        kind="chapters.import_members", chapter=chapter, params={}, by=actor_of(olive), files=[given]
    )
    assert run_queued_job(job.pk)
    page = f"/c/{chapter.slug}/jobs/{job.pk}/"
    english = "“%(text)s” is not an e-mail address"
    said = {"en": english % {"text": "nobody"}, "es": spanish(english, text="nobody")}
    assert Job.objects.get().result["refused_rows"] == [{"line": 2, "reasons": said}]
    for language, words in said.items():
        answer = organizer.get(page, headers={"Accept-Language": language})
        assert [row["reason"] for row in answer.context["refused_rows"]] == [words]
