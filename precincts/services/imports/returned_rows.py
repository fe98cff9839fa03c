"""What a staged list of returned ballots does to the rows: whom it names, and what differs is written."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from chapters.models import Chapter
from core.templatetags.formats import number
from precincts.models import Election, Returned, VoterImport
from precincts.services.imports.staging import analyse, execute, fetch, make_stage
from precincts.voterfile.faults import Reason

MOST_LISTED = 10_000
"""Unknown numbers are listed up to so many; all are counted."""


@dataclass
class ReturnedReport:
    """What a list did.

    `new`, `changed` and `unchanged` are people whom the chapter knows, each once; `unknown` are numbers of nobody;
    `waiting` are rows of ballots that are not back yet; `struck` is how many count as voted after it, `newly_struck`
    how many more than before.
    """

    rows: int = 0
    matched: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    not_accepted: int = 0
    struck: int = 0
    newly_struck: int = 0
    waiting: int = 0
    unknown: int = 0
    rejected: int = 0
    election: str = ""
    held_on: str = ""
    layout: str = ""
    seconds: float = 0.0


def match_voters(record: VoterImport, chapter: Chapter, report: ReturnedReport) -> None:
    """Find whom the list names, each once, and list the numbers of nobody."""
    params = {"chapter": chapter.pk, "state": chapter.state, "record": record.pk, "most": MOST_LISTED}
    make_stage(
        "import_ballot",
        'voter_id bigint, day date, how "char", status text, is_accepted boolean, listed boolean',
    )
    report.matched = execute(
        """
        INSERT INTO import_ballot
        SELECT DISTINCT ON (v.id) v.id, s.day, s.how, s.status, s.is_accepted, v.is_listed
        FROM import_returned s
        JOIN precincts_voter v ON v.chapter_id = %(chapter)s AND v.state = %(state)s
             AND v.state_voter_id = s.state_voter_id
        ORDER BY v.id, s.is_accepted DESC, s.day DESC NULLS LAST, s.line DESC
        """,
        params,
    )
    analyse("import_ballot")
    make_stage("import_unknown", "line bigint, state_voter_id text")
    report.unknown = execute(
        """
        INSERT INTO import_unknown
        SELECT min(s.line), s.state_voter_id FROM import_returned s
        WHERE NOT EXISTS (SELECT 1 FROM precincts_voter v WHERE v.chapter_id = %(chapter)s
                          AND v.state = %(state)s AND v.state_voter_id = s.state_voter_id)
        GROUP BY s.state_voter_id
        """,
        params,
    )
    execute(
        """
        INSERT INTO precincts_importreject
            (chapter_id, voter_import_id, line, part, code, detail, said, is_warning, text)
        SELECT %(chapter)s, %(record)s, line, '', %(code)s, '', '', false, left(state_voter_id, 300)
        FROM import_unknown ORDER BY line LIMIT %(most)s
        """,
        params | {"code": Reason.UNKNOWN_VOTER.value},
    )
    if report.unknown > MOST_LISTED:
        record.add_notice(
            lambda: (
                _("%(count)s numbers of the list are of nobody here; the first %(listed)s are listed.")
                % {"count": number(report.unknown), "listed": number(MOST_LISTED)}
            )
        )


def merge_ballots(record: VoterImport, election: Election, report: ReturnedReport) -> None:
    """Write what differs; a list that does not say day or way leaves those of an earlier one."""
    params = {"chapter": record.chapter_id, "record": record.pk, "election": election.pk}
    before = Returned.objects.filter(election=election, is_accepted=True).count()
    report.new, report.changed = fetch(
        """
        WITH written AS (
            INSERT INTO precincts_returned AS r
                (chapter_id, voter_id, election_id, "on", how, status, is_accepted, voter_import_id)
            SELECT %(chapter)s, voter_id, %(election)s, day, how, status, is_accepted, %(record)s
            FROM import_ballot
            ON CONFLICT (voter_id, election_id) DO UPDATE SET
                "on" = COALESCE(EXCLUDED."on", r."on"),
                how = CASE EXCLUDED.how WHEN 'V' THEN r.how ELSE EXCLUDED.how END,
                status = EXCLUDED.status, is_accepted = EXCLUDED.is_accepted,
                voter_import_id = EXCLUDED.voter_import_id
            WHERE (COALESCE(EXCLUDED."on", r."on"),
                   CASE EXCLUDED.how WHEN 'V' THEN r.how ELSE EXCLUDED.how END,
                   EXCLUDED.status, EXCLUDED.is_accepted)
                  IS DISTINCT FROM (r."on", r.how, r.status, r.is_accepted)
            RETURNING (xmax = 0) AS is_new)
        SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM written
        """,
        params,
    )[0]
    report.unchanged = report.matched - report.new - report.changed
    report.not_accepted = int(fetch("SELECT count(*) FROM import_ballot WHERE NOT is_accepted")[0][0])
    report.struck = Returned.objects.filter(election=election, is_accepted=True).count()
    report.newly_struck = max(0, report.struck - before)
