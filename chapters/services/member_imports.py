"""Bringing people in from a CSV file: known ones are updated in place, nobody is doubled or deleted."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chapters.enums import MemberKind
from chapters.member_csv import read_people
from chapters.models import Chapter, Job, Member
from chapters.services.jobs import GivenFile, start_job
from chapters.services.members import save_imported
from core.actors import Actor
from core.jobs import JobRun
from core.table_files import Refusal, TableFile, TablePlan, TableRow, UnusableRow, read_given
from core.words import in_all_languages

JOB_KIND = "chapters.import_members"


MemberPlan = TablePlan[Member, Member]
"""New people, and known ones with the new values already set."""


def begin_import(*, chapter: Chapter, content: bytes, filename: str, by: Actor) -> Job:
    """Import a file of people in the background; asked twice, the same job."""
    return start_job(
        kind=JOB_KIND,
        chapter=chapter,
        params={"filename": filename},
        by=by,
        files=[GivenFile(content=content, filename=filename, content_type="text/csv")],
    )


def plan_import(*, chapter: Chapter, table: TableFile, lock: bool = False) -> MemberPlan:
    """Match each row with the chapter's people: by e-mail, or by name where a row has none. One query.

    Args:
        lock: hold the chapter's people until the transaction ends, for writing the plan.
    """
    plan = MemberPlan(refused=list(table.refused))
    by_email: dict[str, list[Member]] = {}
    by_name: dict[tuple[str, str], list[Member]] = {}
    known = Member.objects.filter(chapter=chapter).select_related("chapter").order_by("pk")
    for member in known.select_for_update(of=("self",)) if lock else known:
        if member.email:
            by_email.setdefault(member.email.lower(), []).append(member)
        by_name.setdefault((member.first_name.lower(), member.last_name.lower()), []).append(member)
    planned: dict[tuple[str, str, str], int] = {}
    for row in table.rows:
        try:
            member = _match(row, by_email, by_name)
            if member is None:
                _require_once(row, planned)
        except UnusableRow as error:
            plan.refused.append(Refusal(row.line, error.saying))
            continue
        _add_to(plan, row, member, chapter)
    plan.refused.sort(key=lambda refusal: refusal.line)
    return plan


def _add_to(plan: MemberPlan, row: TableRow, member: Member | None, chapter: Chapter) -> None:
    if member is None:
        plan.added.append(Member(chapter=chapter, **row.values))
        return
    changes = {name: value for name, value in row.values.items() if getattr(member, name) != value}
    if not changes:
        plan.unchanged += 1
        return
    if changes.get("kind") == MemberKind.FORMER and member.user_id:
        reason = _("leaves the chapter and has an account: change that on the person's page")
        plan.refused.append(Refusal(row.line, reason))
        return
    for name, value in changes.items():
        setattr(member, name, value)
    plan.changed.append(member)


def _require_once(row: TableRow, planned: dict[tuple[str, str, str], int]) -> None:
    """Somebody new stands in a file once: by e-mail, or by name where there is none.

    Raises:
        UnusableRow: an earlier line is the same person.
    """
    email = str(row.values.get("email") or "").lower()
    first, last = str(row.values["first_name"]).lower(), str(row.values.get("last_name", "")).lower()
    earlier = planned.setdefault((email, first, last), row.line)
    if earlier != row.line:
        raise UnusableRow(lambda: gettext("the same person as on line %(line)d") % {"line": earlier})


def _match(
    row: TableRow, by_email: dict[str, list[Member]], by_name: dict[tuple[str, str], list[Member]]
) -> Member | None:
    """The one person a row means, None for somebody new.

    Raises:
        UnusableRow: more than one could be meant.
    """
    first, last = str(row.values["first_name"]).lower(), str(row.values.get("last_name", "")).lower()
    email = row.values.get("email")
    if email:
        found = by_email.get(str(email), [])
        if len(found) > 1:
            found = [m for m in found if (m.first_name.lower(), m.last_name.lower()) == (first, last)]
            if len(found) != 1:
                raise UnusableRow(_("several people here have this e-mail, and the name does not settle it"))
        if found:
            return found[0]
    namesakes = [member for member in by_name.get((first, last), []) if not email or not member.email]
    if len(namesakes) > 1:
        raise UnusableRow(_("several people here have this name; add an e-mail to the row"))
    return namesakes[0] if namesakes else None


def run_import_members(run: JobRun) -> dict[str, Any]:
    """Import the file the job was given; a second run of the same file changes nothing."""
    [file] = run.given_files()
    with run.open_file(file) as stream:
        table = read_given(stream.read(), read_people)
    total = len(table.rows) + len(table.refused)
    run.progress(0, total, _("Comparing with the people you have"))
    with transaction.atomic():
        Chapter.objects.select_for_update(no_key=True).get(pk=run.chapter_id)
        plan = plan_import(chapter=run.chapter, table=table, lock=True)
        run.progress(total, total, _("Writing"))
        save_imported(
            chapter=run.chapter, by=run.actor, added=plan.added, changed=plan.changed, filename=file.filename
        )
    return {
        "rows": total,
        "added": len(plan.added),
        "changed": len(plan.changed),
        "unchanged": plan.unchanged,
        "refused_rows": [
            {"line": refusal.line, "reasons": in_all_languages(refusal.saying)} for refusal in plan.refused
        ],
    }
