"""The inventory of skills and languages, and one member's part of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import push_url

from chapters.models import Member
from chapters.selectors.actors import today_in
from chapters.services import audit
from core import tenancy
from core.components import Action, Badge
from core.http import ChapterRequest, chapter_url, require_perm
from core.lists import Column, Filter, ListSpec
from core.permissions import has_right
from core.templatetags.formats import number
from precincts.casing import in_plain_case
from precincts.enums import SkillKind
from precincts.forms.skills import SkillForm
from precincts.models import Precinct, Skill
from precincts.selectors.skills import count_elsewhere, find_words, list_skills, list_skills_of
from precincts.services import skills as services
from precincts.services.facts import retract_fact
from precincts.views.links import neighbour_url
from precincts.words import list_quick_groups, say_fact

_BADGES = {
    SkillKind.SKILL: Badge(word=_("can do or likes"), icon="tools", tone="neutral"),
    SkillKind.LANGUAGE: Badge(word=_("speaks"), icon="translate", tone="neutral"),
}


def say_skill(skill: Any) -> str:
    """What it is, in words."""
    return say_fact(skill.kind, skill.value, skill.text)


def _badge(skill: Any) -> Badge:
    return _BADGES[SkillKind(skill.kind)]


def _say_person(skill: Any) -> str:
    return in_plain_case(str(skill.voter)) if skill.voter is not None else str(skill.member)


def _say_standing(skill: Any) -> str:
    return gettext("neighbour") if skill.voter is not None else gettext("one of ours")


def _person_url(skill: Any) -> str:
    if skill.voter is not None:
        has_place = skill.voter.precinct_id or getattr(skill.voter.household, "precinct_id", None)
        return neighbour_url(skill.voter) if has_place else ""
    may_open = has_right(tenancy.current().actor, "chapters.see_members")
    return chapter_url("chapters:member", member_id=skill.member_id) if may_open else ""


def _precinct_of(skill: Any) -> Precinct | None:
    if skill.voter is None:
        return None
    household = skill.voter.household
    found: Precinct | None = household.precinct if household is not None else skill.voter.precinct
    return found


def _say_place(skill: Any) -> str:
    precinct = _precinct_of(skill)
    if precinct is None:
        return ""
    block = skill.voter.household.block if skill.voter.household is not None else None
    words = {"code": precinct.code, "block": block}
    return gettext("%(code)s, block %(block)s") % words if block else precinct.code


def _say_source(skill: Any) -> str:
    who = (skill.fact.member if skill.fact is not None else None) or skill.noted_by
    return str(who or "")


def _actions(skill: Any) -> list[Action]:
    actor = tenancy.current().actor
    if not (
        has_right(actor, "precincts.add_fact", skill.voter)
        if skill.voter is not None
        else has_right(actor, "precincts.note_skill", skill.member)
    ):
        return []
    url = chapter_url("precincts:take_skill_back", skill_id=skill.pk)
    return [Action(label=gettext("Take back"), url=url, post=True)]


INVENTORY = ListSpec(
    key="skills",
    columns=(
        Column("who", _("Who"), _say_person, title=True, url=_person_url, line=_say_standing),
        Column("what", _("What"), say_skill, sort=("search_words",)),
        Column("kind", _("Kind"), lambda s: str(_badge(s).word), badge=_badge, sort=("kind",)),
        Column("where", _("Precinct and block"), _say_place),
        Column("noted", _("Learned on"), lambda s: timezone.localdate(s.noted_at), sort=("noted_at",), line=_say_source),
        Column("by", _("Learned by"), _say_source, only_csv=True),
    ),
    filters=(
        Filter("kind", _("Kind"), [(kind, badge.word) for kind, badge in _BADGES.items()], lambda rows, value: rows.filter(kind=value)),
        Filter(
            "of", _("Of"), [("neighbours", _("Neighbours")), ("members", _("Our members"))],
            lambda rows, value: rows.filter(member__isnull=value == "neighbours"),
        ),
    ),
    search=find_words,
    search_label=_("What somebody can do or speaks"),
    order=("search_words", "pk"),
    csv_right="precincts.export_skills",
    actions=_actions,
)  # fmt: skip


@require_safe
def skills(request: ChapterRequest) -> HttpResponseBase:
    """Who can do, likes or speaks what."""
    require_perm(request, "precincts.see_skills")
    on = today_in(request.chapter)
    page = INVENTORY.read(request, list_skills(request.actor, on))
    if page.wants_csv:
        audit.log_export(by=request.actor, what="skills", says=_("skills and languages"), count=page.total)
        return page.csv("skills.csv")
    elsewhere = count_elsewhere(request.actor, page.words, on)
    context = {"page": page, "elsewhere": _say_elsewhere(elsewhere, page.words) if elsewhere else ""}
    return render(request, "precincts/skills/index.html", context)


def _say_elsewhere(count: int, words: str) -> str:
    if words:
        return ngettext(
            "Beyond your own neighbours, %(count)s person of the precinct fits these words. Ask the precinct captain.",
            "Beyond your own neighbours, %(count)s people of the precinct fit these words. Ask the precinct captain.",
            count,
        ) % {"count": number(count)}
    return ngettext(
        "Beyond your own neighbours, the precinct has noted this of %(count)s person more. Search for something, "
        "then ask the precinct captain.",
        "Beyond your own neighbours, the precinct has noted this of %(count)s people more. Search for something, "
        "then ask the precinct captain.",
        count,
    ) % {"count": number(count)}


@require_http_methods(["GET", "HEAD", "POST"])
def member_skills(request: ChapterRequest, member_id: int) -> HttpResponse:
    """What one member can do, likes and speaks; a press adds to it. As a part, it stands on the person's page."""
    member: Member = get_object_or_404(Member.objects.visible_to(request.actor), pk=member_id)
    require_perm(request, "precincts.note_skill", member)
    form = SkillForm(request.POST if request.method == "POST" else None)
    said = ""
    if request.method == "POST" and form.is_valid():
        services.add_skill(member=member, by=request.actor, at=timezone.now(), **form.told)
        said = gettext("Noted.")
        if not request.htmx:
            messages.success(request, said)
            return redirect(chapter_url("precincts:member_skills", member_id=member.pk))
        form = SkillForm()
    return _render_member(request, member, form, said)


def _render_member(request: ChapterRequest, member: Member, form: SkillForm, said: str) -> HttpResponse:
    rows = list(list_skills_of(member))
    known = {f"{row.kind}:{row.value}" for row in rows if row.value}
    offered = {str(token) for token, _words in form.fields["quick"].choices}  # type: ignore[attr-defined]
    quick = [
        (heading, [(token, words) for token, words in buttons if token in offered])
        for heading, buttons in list_quick_groups(known)
    ]
    context = {
        "member": member,
        "is_oneself": member.pk == request.actor.member_id,
        "skills": [(row, say_skill(row), _badge(row)) for row in rows],
        "quick_groups": [(heading, buttons) for heading, buttons in quick if buttons],
        "form": form,
        "said": said,
    }
    template = "precincts/skills/part.html" if request.htmx else "precincts/skills/member.html"
    # The part's address is no page of its own to the page that shows it.
    return push_url(render(request, template, context, status=422 if form.is_bound else 200), False)


@require_POST
def take_skill_back(request: ChapterRequest, skill_id: int) -> HttpResponse:
    """Take back what was noted of a member or, as the book does, of a neighbour."""
    rows = Skill.objects.visible_to(request.actor).standing()
    skill: Skill = get_object_or_404(
        rows.select_related("member", "fact__voter__household", "fact__voter__merged_into__household"),
        pk=skill_id,
    )
    if skill.fact is not None:
        require_perm(request, "precincts.add_fact", skill.voter)
        retract_fact(fact=skill.fact, by=request.actor, at=timezone.now())
    else:
        require_perm(request, "precincts.note_skill", skill.member)
        services.take_skill_back(skill=skill, by=request.actor, at=timezone.now())
    if request.htmx and skill.member is not None:
        return _render_member(request, skill.member, SkillForm(), gettext("Taken back."))
    messages.success(request, gettext("Taken back."))
    if skill.member is not None and not has_right(request.actor, "precincts.see_skills"):
        return redirect(chapter_url("precincts:member_skills", member_id=skill.member_id))
    return redirect(chapter_url("precincts:skills"))
