from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chapters.models import ChapterOwned


class RegistrationEffort(ChapterOwned):
    """How far a neighbour added by hand has come on the way to the rolls: form given, form sent."""

    voter = models.OneToOneField("precincts.Voter", on_delete=models.PROTECT, related_name="registration")
    given_on = models.DateField(_("form given"))
    given_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")
    sent_on = models.DateField(_("form sent"), null=True, blank=True)
    sent_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_on__isnull=True) | Q(sent_on__gte=F("given_on")),
                name="registration_sent_after_given",
                violation_error_message=_("A form is sent after it was given, not before."),
            )
        ]
