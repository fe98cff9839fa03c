"""Closed lists of the precincts app."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ElectionKind(models.TextChoices):
    GENERAL = "general", _("general election")
    PRIMARY = "primary", _("primary")
    MUNICIPAL = "municipal", _("municipal election")
    RUNOFF = "runoff", _("runoff")
    SPECIAL = "special", _("special election")
    OTHER = "other", _("other election")


class VoterStatus(models.TextChoices):
    """What the state says of the registration."""

    ACTIVE = "active", _("active")
    INACTIVE = "inactive", _("inactive")
    TEMPORARY = "temporary", _("temporary")
    REMOVED = "removed", _("removed")
    DENIED = "denied", _("denied")
    UNREGISTERED = "unregistered", _("not in the file")
    MERGED = "merged", _("found in the file")


LISTED_STATUSES = (
    VoterStatus.ACTIVE,
    VoterStatus.INACTIVE,
    VoterStatus.TEMPORARY,
    VoterStatus.UNREGISTERED,
)


class ImportKind(models.TextChoices):
    VOTERS = "voters", _("voter file")
    HISTORY = "history", _("vote history")
    ADDRESSES = "addresses", _("address points")
    BOUNDARIES = "boundaries", _("precinct boundaries")
    RETURNED = "returned", _("ballots returned so far")


class ImportDoubt(models.TextChoices):
    """What makes it likely that a file is the wrong one; an import stops there until somebody confirms it."""

    OTHER_STATE = "other_state", _("another state")
    OLDER_FILE = "older_file", _("older than the last one")
    MANY_GONE = "many_gone", _("many people gone")
    FAR_AWAY = "far_away", _("outside the state")
    UNKNOWN_LABELS = "unknown_labels", _("unknown elections")
    MOST_VOTED = "most_voted", _("most people voted")


class ChangeKind(models.TextChoices):
    NEW = "new", _("new")
    MOVED = "moved", _("moved")
    GONE = "gone", _("gone")
    RETURNED = "returned", _("returned")
    CHANGED = "changed", _("changed")


class FactKind(models.TextChoices):
    """What can be learned of a neighbour."""

    NOTE = "note", _("note")
    ISSUE = "issue", _("issue that matters")
    SUPPORT = "support", _("support")
    AFFILIATION = "affiliation", _("affiliation")
    METHOD = "method", _("how they vote")
    RIDE = "ride", _("trouble getting to the polls")
    LANGUAGE = "language", _("language")
    NEED = "need", _("what would help")
    HELP = "help", _("offers to help")
    CONTACT = "contact", _("contact")
    NEXT_STEP = "next_step", _("next step")
    SKILL = "skill", _("skill or interest")


ONE_AT_A_TIME = frozenset({FactKind.METHOD, FactKind.NEXT_STEP})
"""Kinds of which one fact stands at a time: a later one takes the place of the one before."""


class FactSource(models.TextChoices):
    CAPTAIN = "captain", _("captain")
    DOOR = "door", _("at the door")
    PHONE = "phone", _("by phone")
    PAPER = "paper", _("from a paper sheet")
    IMPORT = "import", _("from a file")


class SuppressionKind(models.TextChoices):
    DO_NOT_CONTACT = "do_not_contact", _("do not contact")
    DECEASED = "deceased", _("deceased")
    MOVED = "moved", _("moved away")


class Channel(models.TextChoices):
    ANY = "any", _("any way")
    DOOR = "door", _("at the door")
    PHONE = "phone", _("by phone")
    TEXT = "text", _("by text")
    MAIL = "mail", _("by post")
    EMAIL = "email", _("by e-mail")


class BlockEditKind(models.TextChoices):
    CUT = "cut", _("cut")
    MOVE = "move", _("moved by hand")
    PLACE = "place", _("placed after an import")
    SPLIT = "split", _("split in two")
    UNDO = "undo", _("undone")


class CaptaincyKind(models.TextChoices):
    CAPTAIN = "captain", _("captain")
    BACKUP = "backup", _("backup")


class Heat(models.TextChoices):
    """How consistently somebody votes, by the chapter's own thresholds."""

    HOT = "hot", _("hot")
    WARM = "warm", _("warm")
    COLD = "cold", _("cold")
    NEW = "new", _("no election since registration")


class AffiliationSource(models.TextChoices):
    """How a neighbour's party is known."""

    REGISTERED = "registered", _("registered")
    BALLOT = "ballot", _("ballot pulled")
    LEARNED = "learned", _("learned at the door")
    UNKNOWN = "", _("unknown")


class IssueState(models.TextChoices):
    """How far a precinct's work on a local issue has come."""

    OPEN = "open", _("open")
    WORKING = "working", _("being worked on")
    WON = "won", _("won")
    CLOSED = "closed", _("closed")


class SeatKind(models.TextChoices):
    """How a seat of the local party's committee is filled."""

    ELECTED = "elected", _("election")
    APPOINTED = "appointed", _("appointment")


class CorrectionKind(models.TextChoices):
    """What a file can say wrongly of a neighbour."""

    NAME = "name", _("name")
    UNIT = "unit", _("unit")
    BIRTH_YEAR = "birth_year", _("year of birth")
    DECEASED = "deceased", _("died")
    MOVED = "moved", _("moved away")


VALUED_CORRECTIONS = (CorrectionKind.NAME, CorrectionKind.UNIT, CorrectionKind.BIRTH_YEAR)
"""Corrections that must say what is right."""


class CorrectionState(models.TextChoices):
    OPEN = "open", _("waiting")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")


class SkillKind(models.TextChoices):
    """What somebody brings with them."""

    SKILL = "skill", _("skill or interest")
    LANGUAGE = "language", _("language")


class HelpKind(models.TextChoices):
    """What neighbours help each other with."""

    RIDE = "ride", _("a ride")
    ERRANDS = "errands", _("shopping and errands")
    COMPANY = "company", _("company")
    CHILD_CARE = "child_care", _("looking after children")
    MEALS = "meals", _("meals")
    REPAIRS = "repairs", _("small repairs")
    INTERPRETER = "interpreter", _("interpreting")
    PAPERWORK = "paperwork", _("forms and letters")
    OTHER = "other", _("something else")


class HelpEnd(models.TextChoices):
    """Why a need or an offer is no longer open."""

    DONE = "done", _("met")
    TAKEN_BACK = "taken_back", _("taken back")


class HelpSide(models.TextChoices):
    """Which of the two a hand-shake asks."""

    NEED = "need", _("who needs help")
    OFFER = "offer", _("who offers it")


class HandShakeState(models.TextChoices):
    """How far two neighbours have come who may help each other."""

    ASKED = "asked", _("both are asked")
    AGREED = "agreed", _("both agreed")
    DONE = "done", _("done")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("expired")
    TAKEN_BACK = "taken_back", _("taken back")
