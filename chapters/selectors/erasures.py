"""What is said of erased people, and who waits to be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from chapters.models import Erasure, Member
from core.actors import Actor
from core.http import ChapterRequest, chapter_url
from core.navigation import TodayItem
from core.permissions import has_right
from core.templatetags.formats import when


def get_erasure(member: Member) -> Erasure | None:
    """The request that stands for a person, open or carried out; None when nobody has asked."""
    rows = Erasure.objects.filter(member=member, withdrawn_at__isnull=True)
    return rows.select_related("asked_by", "done_by").first()


def list_counts(erasure: Erasure) -> list[tuple[str, int]]:
    """What was erased, in words, and how many rows; the most first."""
    totals: dict[str, int] = {}
    for name, count in erasure.counts.items():
        words = _name_rows(name)
        totals[words] = totals.get(words, 0) + count
    return sorted(totals.items(), key=lambda one: (-one[1], one[0]))


def _name_rows(name: str) -> str:
    label = ".".join(name.split(".")[:2])
    said = _KNOWN.get(label)
    if said is not None:
        return str(said)
    try:
        return str(apps.get_model(label)._meta.verbose_name_plural)  # noqa: SLF001 (public by Django's word)
    except LookupError:
        return name


_KNOWN: dict[str, Any] = {
    "chapters.AuditEvent": _("lines of the log"),
    "chapters.Message": _("mails"),
    "chapters.MailPreference": _("choices of mail"),
    "chapters.JobFile": _("kept files of people"),
    "chapters.Invitation": _("invitations"),
    "chapters.Ask": _("asks"),
    "chapters.Job": _("reports of finished work"),
    "chapters.MemberMerge": _("merges"),
    "chapters.Availability": _("times of the week"),
    "chapters.Member": _("notes on other people"),
    "chapters.TwoPeople": _("comparisons"),
}


def list_waiting_erasures(request: ChapterRequest) -> Iterable[TodayItem]:
    """Whose data are to be erased, for whoever can do it at once."""
    if not has_right(request.actor, "chapters.erase_member"):
        return []
    waiting = list(list_open_erasures(request.actor).order_by("due_at")[:20])
    if not waiting:
        return []
    title = ngettext(
        "One person's data are to be erased", "The data of %(count)d people are to be erased", len(waiting)
    )
    return [
        TodayItem(
            title=title % {"count": len(waiting)},
            line=_("Happens by itself by %(when)s.") % {"when": when(waiting[0].due_at)},
            action=_("Look at it"),
            icon="person-x",
            urgency=40,
            url=chapter_url("chapters:erase_member", member_id=waiting[0].member_id),
        )
    ]


def list_open_erasures(actor: Actor) -> Any:
    """The requests that are neither carried out nor taken back."""
    return Erasure.objects.visible_to(actor).filter(done_at__isnull=True, withdrawn_at__isnull=True)
