from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from chapters.models import ChapterOwned
from core.words import Saying, in_all_languages, in_readers_language
from precincts.enums import ChangeKind, ImportDoubt, ImportKind
from precincts.words import say_reason


class SavedMapping(ChapterOwned):
    """How the columns of one source are read, saved so that the next file of it needs no questions."""

    name = models.CharField(_("source"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=ImportKind)
    mapping = models.JSONField(_("mapping"))
    saved_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["chapter", "kind", "name"], name="mapping_once")]

    def __str__(self) -> str:
        return self.name


class VoterImport(ChapterOwned):
    """One file taken in: where it came from, what may be done with it, and what it changed."""

    kind = models.CharField(_("kind"), max_length=12, choices=ImportKind)
    filename = models.CharField(_("file"), max_length=200)
    path = models.CharField(_("key in private storage until it is imported"), max_length=300, blank=True)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True)
    layout = models.CharField(_("layout"), max_length=60, blank=True)
    mapping = models.ForeignKey(
        SavedMapping, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    obtained_on = models.DateField(_("obtained on"), null=True, blank=True)
    permitted_use = models.CharField(_("permitted use"), max_length=300, blank=True)
    job = models.ForeignKey(
        "chapters.Job", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    imported_by = models.ForeignKey("chapters.User", on_delete=models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    doubt = models.CharField(
        _("what the last try stopped at, until it is confirmed"),
        max_length=20,
        choices=ImportDoubt,
        blank=True,
    )
    election = models.ForeignKey(
        "precincts.Election",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="imports",
        verbose_name=_("of which election its ballots are"),
    )
    unknown_labels = models.JSONField(_("labels of elections nobody knew, with their votes"), default=dict)
    elections = models.JSONField(_("what the organizer says of such labels"), default=dict)
    counts = models.JSONField(_("what it did"), default=dict)
    warnings = models.JSONField(default=list)

    class Meta:
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["chapter", "kind", "-started_at"], name="import_latest_first")]

    def __str__(self) -> str:
        return self.filename

    @property
    def notices(self) -> list[str]:
        """What the import had to say besides its figures, in the reader's language."""
        # Earlier imports kept words of one language.
        return [in_readers_language(one) if isinstance(one, dict) else one for one in self.warnings]

    def add_notice(self, saying: Saying) -> None:
        """Keep something the report should say."""
        self.warnings = [*self.warnings, in_all_languages(saying)]


class ImportReject(ChapterOwned):
    """One row of a file that could not be taken in, or only with a doubt, and why.

    The reason is kept by name, for whoever reads the report chooses the language.
    """

    voter_import = models.ForeignKey(VoterImport, on_delete=models.CASCADE, related_name="rejects")
    line = models.PositiveBigIntegerField(_("line"))
    part = models.CharField(_("file inside the archive"), max_length=100, blank=True)
    code = models.CharField(_("reason"), max_length=24, blank=True)
    detail = models.CharField(_("what the reason is about"), max_length=100, blank=True)
    said = models.CharField(
        _("the reason as it was said when it was kept in words"), max_length=200, blank=True
    )
    is_warning = models.BooleanField(_("taken in all the same"), default=False)
    text = models.CharField(_("beginning of the row"), max_length=300, blank=True)

    class Meta:
        ordering = ["line", "pk"]
        indexes = [models.Index(fields=["voter_import", "line"], name="reject_by_line")]

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"

    @property
    def reason(self) -> str:
        """Why, in the reader's language."""
        words = say_reason(self.code, self.detail) if self.code else self.said
        return f"{self.part}: {words}" if self.part else words


class VoterChange(ChapterOwned):
    """What one re-import changed of one voter; the first import of a chapter writes none."""

    voter_import = models.ForeignKey(VoterImport, on_delete=models.CASCADE, related_name="changes")
    voter = models.ForeignKey("precincts.Voter", on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(_("kind"), max_length=8, choices=ChangeKind)
    from_household = models.ForeignKey(
        "precincts.Household", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    to_household = models.ForeignKey(
        "precincts.Household", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    before = models.JSONField(_("columns before"), default=dict)
    after = models.JSONField(_("columns after"), default=dict)
    turned_18 = models.BooleanField(_("turned 18"), default=False)
    on = models.DateField(_("on"))

    class Meta:
        ordering = ["-on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["voter_import", "voter"], name="change_once_per_import")
        ]
        indexes = [models.Index(fields=["voter", "-on"], name="change_of_voter")]
