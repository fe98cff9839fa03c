from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from chapters.enums import MemberKind, RoleName, Standing
from chapters.models.base import ChapterOwned
from chapters.querysets import MemberQuerySet, RoleQuerySet
from chapters.validators import validate_time_zone
from core.ranges import date_range, id_range


class Member(ChapterOwned):
    """One person as one chapter knows them; an account is optional."""

    chapter = models.ForeignKey("chapters.Chapter", on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(
        "chapters.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="members"
    )
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True, validators=[validate_time_zone])
    kind = models.CharField(_("kind"), max_length=10, choices=MemberKind, default=MemberKind.MEMBER)
    standing = models.CharField(_("standing"), max_length=8, choices=Standing, default=Standing.GOOD)
    since = models.DateField(_("since"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering = ["last_name", "first_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["chapter", "user"], condition=Q(user__isnull=False), name="member_one_per_account"
            ),
        ]
        indexes = [
            models.Index(F("chapter"), Upper("last_name"), Upper("first_name"), name="member_by_name"),
            models.Index(F("chapter"), Upper("email"), name="member_by_email"),
            # The list's own order, and what it is narrowed by: pages far back are passed over in the index alone.
            models.Index(
                fields=["chapter", "last_name", "first_name", "id"],
                include=["kind", "standing", "user", "since"],
                name="member_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class Role(ChapterOwned):
    """What a member is for the chapter from one day to another (both days count)."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="roles")
    name = models.CharField(_("role"), max_length=20, choices=RoleName)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    given_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")

    objects = RoleQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="role_ends_after_start",
            ),
            *(
                ExclusionConstraint(
                    name=f"role_{name}_once_at_a_time",
                    expressions=[
                        (id_range("member_id"), RangeOperators.OVERLAPS),
                        (date_range("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                    ],
                    condition=Q(name=name),
                    violation_error_message=_("The member already has this role on some of these days."),
                )
                for name in RoleName.values
            ),
        ]

    def __str__(self) -> str:
        return self.get_name_display()


class Invitation(ChapterOwned):
    """An offer of an account, bound to chapter, address and role; it works once, for seven days."""

    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, null=True, blank=True, related_name="invitations"
    )
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=20, choices=RoleName, blank=True)
    code = models.CharField(_("random part of the link"), max_length=32, unique=True)
    invited_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        "chapters.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
                name="invitation_not_accepted_and_revoked",
            ),
        ]

    def __str__(self) -> str:
        return self.email
