from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chapters.models import ChapterOwned, Member
from precincts.enums import SkillKind
from precincts.models.voters import Voter
from precincts.querysets import SkillQuerySet


class Skill(ChapterOwned):
    """One thing that a member or a neighbour can do, likes or speaks, as the inventory finds it.

    Of a neighbour the fact is the record, and this row only where it is looked for; of a member this row is all
    there is. `search_words` are the words in every language of the site, folded, each after a space.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=SkillKind)
    member = models.ForeignKey(
        "chapters.Member", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    fact = models.OneToOneField(
        "precincts.Fact", on_delete=models.CASCADE, null=True, blank=True, related_name="skill"
    )
    value = models.CharField(_("value"), max_length=60, blank=True)
    text = models.CharField(_("in words"), max_length=200, blank=True)
    search_words = models.TextField(editable=False)
    noted_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")
    noted_at = models.DateTimeField(_("noted"))
    taken_back_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = SkillQuerySet.as_manager()

    class Meta:
        ordering = ["-noted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=True, fact__isnull=False) | Q(member__isnull=False, fact__isnull=True),
                name="skill_of_a_member_or_a_fact",
            ),
            models.CheckConstraint(condition=~Q(value="", text=""), name="skill_says_something"),
            models.UniqueConstraint(
                F("member"), F("kind"), F("search_words"),
                condition=Q(taken_back_at__isnull=True), name="skill_once_of_a_member",
                violation_error_message=_("This is written down already."),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["chapter", "kind"], name="skill_by_kind")]

    def __str__(self) -> str:
        return self.text or self.value

    @property
    def voter(self) -> Voter | None:
        """The neighbour whose it is: of a row added by hand, the person in the file it was merged into."""
        return None if self.fact is None else self.fact.voter.merged_into or self.fact.voter

    @property
    def person(self) -> Voter | Member | None:
        """Whose it is."""
        return self.voter or self.member

    @property
    def is_standing(self) -> bool:
        return self.taken_back_at is None
