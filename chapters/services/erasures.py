"""A person's data are expunged when they ask: noted, carried out within a day, and nothing in the log says who it was."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from chapters.enums import MemberKind, Standing
from chapters.models import Chapter, Erasure, Invitation, JobFile, Member, MemberMerge, Message
from chapters.services import audit
from chapters.services.erased_words import collect_patterns, erase_words
from chapters.services.member_imports import JOB_KIND
from chapters.services.member_keys import ERASED_DOMAIN, address_of_erased
from chapters.services.members import change_member, require_another_organizer
from core.actors import Actor
from core.errors import DomainError
from core.files import list_files_before, private_storage
from core.member_rows import pseudonym_of
from core.people import list_member_keys
from core.tenancy import chapter_scope
from core.waiting_files import FOLDER

WAIT = timedelta(hours=12)
"""How long a request can be taken back before it is carried out by itself; with the hourly look, within a day."""

logger = logging.getLogger(__name__)


class ErasureAskedAlready(DomainError):
    """The person's data are to be erased, or have been."""


class ErasureIsSettled(DomainError):
    """It was carried out or taken back already."""


@transaction.atomic
def ask_erasure(*, member: Member, by: Actor, at: datetime) -> Erasure:
    """Note that a person's data are to be expunged.

    Raises:
        ErasureAskedAlready: that stands already.
        LastOrganizer: nobody else could run the chapter.
    """
    require_another_organizer(member)
    try:
        with transaction.atomic():
            row = Erasure.objects.create(
                chapter_id=member.chapter_id,
                member=member,
                asked_by_id=by.user_id,
                asked_at=at,
                due_at=at + WAIT,
            )
    except IntegrityError as error:
        raise ErasureAskedAlready(_("This has been asked for already; nothing was changed.")) from error
    audit.record(
        by=by, verb="chapters.erasure_asked", row=row,
        summary=lambda: _("The data of person %(number)s are to be erased") % {"number": row},
    )  # fmt: skip
    return row


@transaction.atomic
def withdraw_erasure(*, erasure: Erasure, by: Actor, at: datetime) -> Erasure:
    """Take the request back while nothing has been erased.

    Raises:
        ErasureIsSettled: too late, or taken back before.
    """
    row = _lock_open(erasure)
    row.withdrawn_at, row.withdrawn_by_id = at, by.user_id
    row.save(update_fields=["withdrawn_at", "withdrawn_by"])
    audit.record(
        by=by, verb="chapters.erasure_withdrawn", row=row,
        summary=lambda: _("The data of person %(number)s stay after all") % {"number": row},
    )  # fmt: skip
    return row


def _lock_open(erasure: Erasure) -> Erasure:
    row = Erasure.objects.select_for_update(of=("self",)).get(pk=erasure.pk)
    if not row.is_open:
        raise ErasureIsSettled(
            _("This was carried out or taken back already; nothing was changed."),
            hint=_("Load the page again."),
        )
    return row


@transaction.atomic
def carry_out(*, erasure: Erasure, by: Actor, at: datetime) -> Erasure:
    """Expunge the person's data now: roles and charges end, each app erases what it holds, and every text of the
    chapter that names them says the pseudonym instead. The row stays under it, so that figures stay right.

    Raises:
        ErasureIsSettled: it was carried out or taken back.
        LastOrganizer: nobody else could run the chapter.
    """
    Chapter.objects.select_for_update(no_key=True).get(pk=erasure.chapter_id)
    erasure = _lock_open(erasure)
    member = Member.objects.select_related("chapter", "user").get(pk=erasure.member_id)
    if by.member_id == member.pk:
        by = replace(by, label=pseudonym_of(member.pk))
    if member.kind != MemberKind.FORMER:
        member = change_member(member=member, by=by, kind=MemberKind.FORMER.value)
    patterns = collect_patterns(member)
    counts = {key.name: key.erase(key, member.pk) for key in list_member_keys()}
    counts["chapters.Message.email"] = _erase_by_address(member)
    counts["chapters.AuditEvent"] = _erase_log(erasure, member)
    for label, count in erase_words(erasure, patterns).items():
        counts[label] = counts.get(label, 0) + count
    counts["chapters.JobFile"] = _erase_files(member.chapter, patterns, at)
    _close_account(member)
    _take_pseudonym(member)
    erasure.done_at, erasure.done_by_id = at, by.user_id
    erasure.counts = {name: count for name, count in counts.items() if count}
    erasure.save(update_fields=["done_at", "done_by", "counts"])
    audit.record(
        by=by, verb="chapters.erasure_done", row=erasure, rows=sum(counts.values()), detail=erasure.counts,
        summary=lambda: _("Erased the data of person %(number)s") % {"number": erasure},
    )  # fmt: skip
    return erasure


def carry_out_due(*, at: datetime) -> int:
    """Carry out every request whose time has come; what one cannot do now does not hold up the others."""
    done = 0
    due = Erasure.objects.filter(done_at__isnull=True, withdrawn_at__isnull=True, due_at__lte=at)
    for erasure in due.select_related("chapter").order_by("due_at"):
        by = Actor.system(erasure.chapter_id, label="erasures")
        try:
            with chapter_scope(erasure.chapter, by):
                carry_out(erasure=erasure, by=by, at=at)
        except Exception:  # whatever it was, the request stays due, and the next look tries again
            logger.exception("Erasure %s could not be carried out.", erasure.pk)
        else:
            done += 1
    return done


def _erase_by_address(member: Member) -> int:
    """Mail and invitations that went to the person's address before anybody knew whose it was."""
    addresses = {
        address.lower() for address in (member.email, member.user.email if member.user else "") if address
    }
    if not addresses:
        return 0
    wanted = Q()
    for address in addresses:
        wanted |= Q(email__iexact=address)
    nobody = Q(chapter_id=member.chapter_id, member__isnull=True)
    Invitation.objects.filter(nobody & wanted).delete()
    blank: dict[str, Any] = {"params": {}, "subject": "", "text": "", "answer": "", "message_id": ""}
    return int(Message.objects.filter(nobody & wanted).update(email=address_of_erased(member.pk), **blank))


def _erase_log(erasure: Erasure, member: Member) -> int:
    """What the log says was changed of the person, and under which name they acted."""
    merged = MemberMerge.objects.filter(kept=member).values_list("dropped_id", flat=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT chapters_erase_log_of(%s, %s)", [erasure.pk, [str(pk) for pk in (member.pk, *merged)]]
        )
        [count] = cursor.fetchone()
    return int(count)


def _erase_files(chapter: Chapter, patterns: list[str], at: datetime) -> int:
    """Delete kept files of people that name the person; their jobs stay and say that the file is gone."""
    if not patterns:
        return 0
    finder = re.compile("|".join(patterns).replace("[[:alnum:]]", r"\w"), re.IGNORECASE)
    storage, removed = private_storage(), 0
    for file in JobFile.objects.filter(job__chapter=chapter, job__kind=JOB_KIND):
        if finder.search(file.filename):
            JobFile.objects.filter(pk=file.pk).update(filename="people.csv")
        if file.removed_at is None and _is_named_in(storage, file.path, finder):
            storage.delete(file.path)
            JobFile.objects.filter(pk=file.pk).update(removed_at=at)
            removed += 1
    for path in list(list_files_before(f"{FOLDER}/{chapter.pk}", at + timedelta(days=1))):
        if _is_named_in(storage, path, finder):
            storage.delete(path)
            removed += 1
    return removed


def _is_named_in(storage: Any, path: str, finder: re.Pattern[str]) -> bool:
    try:
        with storage.open(path) as stream:
            content = bytes(stream.read())
    except FileNotFoundError:
        return False
    text = content.decode("utf-8", errors="replace")
    return finder.search(text) is not None or finder.search(_in_cells(text)) is not None


def _in_cells(text: str) -> str:
    """A table's text with its cells apart by a space: a name stands in two of them."""
    return re.sub(r'[",;\t]+', " ", text)


def _close_account(member: Member) -> None:
    """Close the person's account unless another chapter knows them by it, or it runs this server."""
    user = member.user
    if user is None:
        return
    Member.objects.filter(pk=member.pk).update(user=None)
    if user.is_staff or Member.objects.filter(user=user).exists():
        return
    for model in (EmailAddress, Authenticator, UserSession):
        model.objects.filter(user=user).delete()
    user.email, user.name, user.is_active = f"account-{user.pk}@{ERASED_DOMAIN}", "", False
    user.set_unusable_password()
    user.save()


def _take_pseudonym(member: Member) -> None:
    Member.objects.filter(pk=member.pk).update(
        user=None, first_name=pseudonym_of(member.pk), last_name="", email="", phone="", address="", language="",
        time_zone="", note="", since=None, kind=MemberKind.FORMER, standing=Standing.NONE,
    )  # fmt: skip
