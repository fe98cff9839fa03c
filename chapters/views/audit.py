"""The log of who did what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from chapters.models import AuditEvent
from chapters.selectors.audit import list_actor_choices, search_events
from chapters.services import audit
from core.http import ChapterRequest, require_perm
from core.lists import Column, Filter, ListSpec, Rows
from core.log_areas import list_log_areas

_SPANS = [("1", _("today")), ("7", _("last 7 days")), ("30", _("last 30 days"))]


def _areas(_request: ChapterRequest) -> list[tuple[str, Any]]:
    return list_log_areas()


def _narrow_by_days(rows: Rows, days: str) -> Rows:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return rows.filter(at__gte=midnight - timedelta(days=int(days) - 1))


EVENTS = ListSpec(
    key="log",
    columns=(
        Column("at", _("When"), lambda e: e.at, sort=("at",)),
        Column("who", _("Who"), lambda e: e.actor_label),
        Column("summary", _("What"), lambda e: e.summary, title=True),
        Column("rows", _("Rows"), lambda e: e.rows, numeric=True),
        Column("verb", _("Kind of act"), lambda e: e.verb, only_csv=True),
        Column("row", _("Which row"), lambda e: f"{e.row_kind} {e.row_id}".strip(), only_csv=True),
        Column("detail", _("Detail"), lambda e: str(e.detail or ""), only_csv=True),
    ),
    filters=(
        Filter("area", _("What"), _areas, lambda rows, value: rows.filter(verb__startswith=value)),
        Filter("days", _("When"), _SPANS, _narrow_by_days),
        Filter("who", _("Who"), list_actor_choices, lambda rows, value: rows.filter(actor_user_id=value)),
    ),
    search=search_events,
    search_label=_("Words of the log"),
    order=("-at", "-pk"),
    csv_right="chapters.export_audit",
)


@require_safe
def index(request: ChapterRequest) -> HttpResponseBase:
    require_perm(request, "chapters.see_audit")
    page = EVENTS.read(request, AuditEvent.objects.visible_to(request.actor))
    if page.wants_csv:
        audit.log_export(
            by=request.actor, what="log", says=_("log"), count=page.total, detail=request.GET.dict()
        )
        return page.csv("log.csv")
    return render(request, "chapters/audit/index.html", {"page": page})
