"""Bringing people in from a CSV file: known ones are updated in place, nobody is doubled or deleted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chapters.enums import MemberKind
from chapters.member_csv import read_people
from chapters.models import Chapter, Job, Member
from chapters.same_people import address_key, name_key, phone_key
from chapters.services.jobs import GivenFile, start_job
from chapters.services.members import save_imported
from core.actors import Actor
from core.jobs import JobRun
from core.table_files import Refusal, TableFile, TablePlan, TableRow, UnusableRow, read_given
from core.words import in_all_languages

JOB_KIND = "chapters.import_members"


MemberPlan = TablePlan[Member, Member]
"""New people, and known ones with the new values already set."""


def begin_import(
    *, chapter: Chapter, content: bytes, filename: str, by: Actor, fields: Sequence[str] | None = None
) -> Job:
    """Import a file of people in the background; asked twice, the same job.

    Args:
        fields: what each column means, in order, where somebody has said so.
    """
    return start_job(
        kind=JOB_KIND,
        chapter=chapter,
        params={"filename": filename, **({"fields": list(fields)} if fields is not None else {})},
        by=by,
        files=[GivenFile(content=content, filename=filename, content_type="text/csv")],
    )


def plan_import(*, chapter: Chapter, table: TableFile, lock: bool = False) -> MemberPlan:
    """Match each row with the chapter's people: by e-mail, then phone, then name and address. One query.

    Args:
        lock: hold the chapter's people until the transaction ends, for writing the plan.
    """
    plan = MemberPlan(refused=list(table.refused))
    rows = Member.objects.filter(chapter=chapter).select_related("chapter").order_by("pk")
    known = KnownPeople(rows.select_for_update(of=("self",)) if lock else rows)
    planned: dict[Any, int] = {}
    for row in table.rows:
        try:
            member = known.find(row)
            _require_once(row, member, planned)
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


def _require_once(row: TableRow, member: Member | None, planned: dict[Any, int]) -> None:
    """Everybody stands in a file once.

    Raises:
        UnusableRow: an earlier line is the same person.
    """
    said = {name: str(row.values.get(name, "")) for name in ("email", "phone", "address")}
    new = (said["email"].lower(), _name_of(row), phone_key(said["phone"]), address_key(said["address"]))
    earlier = planned.setdefault(member.pk if member is not None else new, row.line)
    if earlier != row.line:
        raise UnusableRow(lambda: gettext("the same person as on line %(line)d") % {"line": earlier})


def _name_of(row: TableRow) -> str:
    return name_key(str(row.values["first_name"]), str(row.values.get("last_name", "")))


class KnownPeople:
    """A chapter's people, found by what a row of a file says of one."""

    def __init__(self, people: Iterable[Member]) -> None:
        """Know these; read once."""
        self._by_email: dict[str, list[Member]] = defaultdict(list)
        self._by_phone: dict[str, list[Member]] = defaultdict(list)
        self._by_name: dict[str, list[Member]] = defaultdict(list)
        for member in people:
            if member.email:
                self._by_email[member.email.lower()].append(member)
            if phone_key(member.phone):
                self._by_phone[phone_key(member.phone)].append(member)
            self._by_name[name_key(member.first_name, member.last_name)].append(member)

    def find(self, row: TableRow) -> Member | None:
        """The one person a row means, None for somebody new.

        Raises:
            UnusableRow: more than one could be meant.
        """
        email = str(row.values.get("email", "")).lower()
        namesakes = self._by_name.get(_name_of(row), [])
        found = self._find_by_email(email, namesakes) or self._find_by_phone(row, namesakes)
        return found or self._find_by_name(row, namesakes)

    def _find_by_email(self, email: str, namesakes: list[Member]) -> Member | None:
        found = self._by_email.get(email, []) if email else []
        if len(found) > 1:
            found = [member for member in found if member in namesakes]
            if len(found) != 1:
                raise UnusableRow(_("several people here have this e-mail, and the name does not settle it"))
        return found[0] if found else None

    def _find_by_phone(self, row: TableRow, namesakes: list[Member]) -> Member | None:
        """A phone is often a household's: it says who is meant together with the first name."""
        phone = phone_key(str(row.values.get("phone", "")))
        first = name_key(str(row.values["first_name"]), "")
        found = [
            member
            for member in (self._by_phone.get(phone, []) if phone else [])
            if name_key(member.first_name, "") == first
        ]
        if len(found) > 1:
            found = [member for member in found if member in namesakes]
            if len(found) != 1:
                raise UnusableRow(_("several people here have this phone, and the name does not settle it"))
        return found[0] if found else None

    def _find_by_name(self, row: TableRow, namesakes: list[Member]) -> Member | None:
        """By name and address; by the name alone where nothing that is known speaks against it."""
        address = address_key(str(row.values.get("address", "")))
        here = [member for member in namesakes if address and address_key(member.address) == address]
        if len(here) == 1:
            return here[0]
        open_to_it = [member for member in here or namesakes if not _contradicts(row, member, address)]
        if len(open_to_it) > 1:
            raise UnusableRow(_("several people here have this name; add an e-mail to the row"))
        return open_to_it[0] if open_to_it else None


def _contradicts(row: TableRow, member: Member, address: str) -> bool:
    """Whether both say an e-mail, or an address, and not the same."""
    if row.values.get("email") and member.email:
        return True
    return bool(address and member.address and address_key(member.address) != address)


def run_import_members(run: JobRun) -> dict[str, Any]:
    """Import the file the job was given; a second run of the same file changes nothing."""
    [file] = run.given_files()
    with run.open_file(file) as stream:
        table = read_given(stream.read(), partial(read_people, fields=run.params.get("fields")))
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
