"""What the search box finds in the chapters app."""

from __future__ import annotations

from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from chapters.models import Member
from core.http import ChapterRequest, chapter_url
from core.navigation import SearchGroup, SearchHit
from core.permissions import has_right


def search_members(request: ChapterRequest, words: str, limit: int) -> SearchGroup | None:
    """People by name or e-mail, for whoever may see them."""
    if not has_right(request.actor, "chapters.see_members"):
        return None
    found = Member.objects.visible_to(request.actor).search(words)
    hits = [
        SearchHit(
            title=str(member), line=member.email or member.get_kind_display(), icon="person",
            url=chapter_url("chapters:member", member_id=member.pk),
        )
        for member in found[:limit]
    ]  # fmt: skip
    more = f"{chapter_url('chapters:members')}?{urlencode({'q': words})}"
    total = found.count() if len(hits) == limit else len(hits)
    return SearchGroup(key="people", label=_("People"), hits=hits, total=total, more_url=more)
