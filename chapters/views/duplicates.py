"""People who may be two rows of one person: compared, merged field by field, taken apart again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chapters.forms.merges import MergeForm, say_value
from chapters.models import Member, MemberMerge
from chapters.selectors.duplicates import PossiblePair, list_alike, list_merges, list_pairs
from chapters.services import merges
from core.components import Card, Detail
from core.http import ChapterRequest, chapter_url, require_perm
from core.templatetags.formats import when
from core.undo import offer_undo

_A_PAGE = 20
_LATEST = 20


@require_safe
def index(request: ChapterRequest) -> HttpResponse:
    """Every two who may be one, and what was merged lately."""
    require_perm(request, "chapters.merge_members")
    page = Paginator(list_pairs(request.actor), _A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "pairs": [_compare(pair) for pair in page.object_list],
        "merged": [_card(merge) for merge in list_merges(request.actor)[:_LATEST]],
    }
    return render(request, "chapters/duplicates/index.html", context)


def _compare(pair: PossiblePair) -> dict[str, Any]:
    ids: dict[str, Any] = {"member_id": pair.first.pk, "other_id": pair.second.pk}
    names = [str(pair.first), str(pair.second)]
    return {
        "title": names[0]
        if names[0] == names[1]
        else gettext("%(one)s and %(other)s") % {"one": names[0], "other": names[1]},
        "line": ", ".join(str(reason) for reason in pair.reasons),
        "key": f"pair-{pair.first.pk}-{pair.second.pk}",
        "people": [_describe(person) for person in (pair.first, pair.second)],
        "merge_url": chapter_url("chapters:merge_members", **ids),
        "apart_url": chapter_url("chapters:two_people", **ids),
    }


def _describe(member: Member) -> dict[str, Any]:
    facts = [
        Detail(label=label, value=say_value(member, name))
        for label, name in (
            (_("E-mail"), "email"), (_("Phone"), "phone"), (_("Address"), "address"), (_("Kind"), "kind"),
        )
        if getattr(member, name)
    ]  # fmt: skip
    return {"member": member, "facts": facts}


def _card(merge: MemberMerge) -> Card:
    line = gettext("into %(person)s, %(when)s") % {"person": merge.kept, "when": when(merge.merged_at)}
    if merge.undone_at is not None:
        line = gettext("%(merged)s; undone") % {"merged": line}
    return Card(
        title=merge.dropped_name,
        line=line,
        url=chapter_url("chapters:undo_merge", merge_id=merge.pk) if merge.can_be_undone else "",
    )


def _get_two(request: ChapterRequest, member_id: int, other_id: int) -> tuple[Member, Member]:
    people = Member.objects.visible_to(request.actor).select_related("user", "chapter")
    return get_object_or_404(people, pk=member_id), get_object_or_404(people, pk=other_id)


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: ChapterRequest, member_id: int, other_id: int) -> HttpResponse:
    """Two rows side by side, and which word of each stays; posted, they are one."""
    keep, drop = _get_two(request, member_id, other_id)
    require_perm(request, "chapters.merge_members", keep)
    form = MergeForm(request.POST if request.method == "POST" else None, keep=keep, drop=drop)
    if request.method == "POST" and form.is_valid():
        done = merges.merge_members(
            keep=keep, drop=drop, choices=form.cleaned_data, by=request.actor, at=timezone.now()
        )
        words = gettext("%(other)s and %(person)s are one person now.") % {"other": drop, "person": done.kept}
        offer_undo(request, words, chapter_url("chapters:undo_merge", merge_id=done.pk))
        return redirect(chapter_url("chapters:member", member_id=keep.pk))
    context = {
        "form": form,
        "keep": keep,
        "drop": drop,
        "agreed": [Detail(label=label, value=value) for label, value in form.agreed],
        "refusals": merges.list_refusals(keep, drop),
        "alike": [pair for pair in list_alike(keep, request.actor) if pair.second == drop],
    }
    return render(request, "chapters/duplicates/merge.html", context, status=422 if form.is_bound else 200)


@require_POST
def two_people(request: ChapterRequest, member_id: int, other_id: int) -> HttpResponse:
    """Keep that they are two."""
    first, second = _get_two(request, member_id, other_id)
    require_perm(request, "chapters.merge_members", first)
    merges.say_two_people(first=first, second=second, by=request.actor, at=timezone.now())
    words = gettext("%(one)s and %(other)s stay two people.") % {"one": first, "other": second}
    url = chapter_url("chapters:maybe_one_person", member_id=first.pk, other_id=second.pk)
    offer_undo(request, words, url)
    return redirect(chapter_url("chapters:duplicates"))


@require_POST
def maybe_one_person(request: ChapterRequest, member_id: int, other_id: int) -> HttpResponse:
    """Take the word back that they are two."""
    first, second = _get_two(request, member_id, other_id)
    require_perm(request, "chapters.merge_members", first)
    merges.take_two_people_back(first=first, second=second, by=request.actor)
    messages.success(request, gettext("They may be one person after all."))
    return redirect(chapter_url("chapters:duplicates"))


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: ChapterRequest, merge_id: int) -> HttpResponse:
    """What undoing would give back; posted, both are there again."""
    done = get_object_or_404(list_merges(request.actor), pk=merge_id)
    require_perm(request, "chapters.merge_members", done)
    if request.method == "POST":
        drop = merges.undo_merge(merge=done, by=request.actor, at=timezone.now())
        messages.success(request, gettext("%(person)s is a person of their own again.") % {"person": drop})
        return redirect(chapter_url("chapters:member", member_id=drop.pk))
    return render(request, "chapters/duplicates/undo.html", {"merge": done})
