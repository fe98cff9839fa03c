"""The precincts app's pages, under `/c/<chapter_slug>/`."""

from __future__ import annotations

from django.urls import path

from precincts.views import (
    absences,
    asks,
    block_book,
    blocks,
    consistent,
    corrections,
    cutting,
    drives,
    groups,
    growth,
    hand_shakes,
    health,
    imports,
    issues,
    lineage,
    mappings,
    matches,
    needs,
    neighbours,
    offers,
    plans,
    precinct_meetings,
    precincts,
    promotions,
    roster,
    saved_lists,
    seat_imports,
    seats,
    skills,
    splits,
    votes,
)

app_name = "precincts"

precinct_patterns = [
    path("precincts/", precincts.index, name="index"),
    path("precincts/<int:precinct_id>/", precincts.precinct, name="precinct"),
    path("precincts/<int:precinct_id>/map.geojson", precincts.precinct_map, name="precinct_map"),
]

cutting_patterns = [
    path("precincts/cut/", cutting.cut_all, name="cut_all"),
    path("precincts/<int:precinct_id>/cut/", cutting.cut, name="cut"),
]

block_patterns = [
    path("precincts/<int:precinct_id>/blocks/", blocks.edit_blocks, name="edit_blocks"),
    path("precincts/<int:precinct_id>/list-only/", blocks.list_only, name="list_only"),
    path("precincts/<int:precinct_id>/move/", blocks.move, name="move"),
    path("precincts/<int:precinct_id>/undo/<int:version>/", blocks.undo, name="undo"),
    path(
        "precincts/<int:precinct_id>/buildings/<int:building_id>/<int:block_id>/",
        blocks.choose_building,
        name="choose_building",
    ),
    path("blocks/<int:block_id>/doors/", blocks.block_doors, name="block_doors"),
    path("blocks/<int:block_id>/rename/", blocks.rename, name="rename_block"),
]

roster_patterns = [
    path("roster/", roster.roster, name="roster"),
    path("roster/strength/", health.health, name="health"),
    path("roster/strength/map.geojson", health.health_map, name="health_map"),
    path("blocks/<int:block_id>/captain/", roster.block_captain, name="block_captain"),
    path("precincts/<int:precinct_id>/captain/", roster.precinct_captain, name="precinct_captain"),
    path("block-captains/<int:assignment_id>/end/", roster.end_block_assignment, name="end_block_assignment"),
    path(
        "precinct-captains/<int:precinct_assignment_id>/end/",
        roster.end_precinct_assignment,
        name="end_precinct_assignment",
    ),
]

growth_patterns = [
    path("precincts/<int:precinct_id>/growth/", growth.growth, name="growth"),
    path("precincts/<int:precinct_id>/promote/", promotions.promote, name="promote"),
    path("promotion/", promotions.ready, name="ready"),
    path("lineage/", lineage.lineage, name="lineage"),
    path("lineage/new/", lineage.add_training, name="add_training"),
    path("lineage/<int:training_id>/undo/", lineage.undo_training, name="undo_training"),
    path("asks/<int:ask_id>/", asks.ask, name="ask"),
    path("asks/<int:ask_id>/withdraw/", asks.withdraw_ask, name="withdraw_ask"),
    path("block-captains/<int:captaincy_id>/away/", absences.captain_away, name="captain_away"),
    path("absences/<int:absence_id>/end/", absences.end_absence, name="end_absence"),
    path("blocks/<int:block_id>/split/", splits.split_block, name="split_block"),
    path("blocks/<int:block_id>/split/map.geojson", splits.split_map, name="split_map"),
]

seat_patterns = [
    path("seats/", seats.seats, name="seats"),
    path("seats/new/", seats.add_seat, name="add_seat"),
    path("seats/rules/", seats.party_rules, name="party_rules"),
    path("seats/import/", seat_imports.choose, name="import_seats"),
    path("seats/import/check/", seat_imports.check, name="check_seats"),
    path("seats/import/start/", seat_imports.start, name="start_seats"),
    path("seats/<int:seat_id>/", seats.seat, name="seat"),
    path("seats/<int:seat_id>/remove/", seats.remove_seat, name="remove_seat"),
]

consistent_patterns = [
    path("precincts/<int:precinct_id>/consistent/", consistent.consistent, name="consistent"),
    path("precincts/<int:precinct_id>/consistent/save/", saved_lists.save_list, name="save_list"),
    path("saved-lists/", saved_lists.saved_lists, name="saved_lists"),
    path("saved-lists/<int:saved_list_id>/", saved_lists.saved_list, name="saved_list"),
    path("saved-lists/<int:saved_list_id>/remove/", saved_lists.remove_list, name="remove_list"),
]

plan_patterns = [
    path("plans/", plans.plans, name="plans"),
    path("precincts/<int:precinct_id>/plan/", plans.plan, name="plan"),
    path("precincts/<int:precinct_id>/plan/goals/", plans.edit_plan, name="edit_plan"),
    path("precincts/<int:precinct_id>/registration/", drives.drive, name="drive"),
    path("neighbours/<int:voter_id>/form/", drives.registration, name="registration"),
    path("neighbours/<int:voter_id>/form/given/", drives.give_form, name="give_form"),
    path("neighbours/<int:voter_id>/form/sent/", drives.send_form, name="send_form"),
    path("neighbours/<int:voter_id>/form/back/", drives.take_form_back, name="take_form_back"),
    path("neighbours/matches/", matches.matches, name="matches"),
    path(
        "neighbours/matches/<int:added_id>/<int:registered_id>/same/",
        matches.merge_people,
        name="merge_people",
    ),
    path(
        "neighbours/matches/<int:added_id>/<int:registered_id>/apart/",
        matches.tell_apart,
        name="tell_apart",
    ),
    path("neighbours/matches/<int:decision_id>/undo/", matches.undo_match, name="undo_match"),
    path("precincts/<int:precinct_id>/issues/", issues.issues, name="issues"),
    path("precincts/<int:precinct_id>/issues/new/", issues.add_issue, name="add_issue"),
    path("issues/<int:issue_id>/", issues.issue, name="issue"),
]

vote_patterns = [
    path("votes/", votes.votes, name="votes"),
    path("votes/<int:election_id>/", votes.votes_delivered, name="votes_delivered"),
    path("votes/<int:election_id>/blocks/", votes.votes_by_block, name="votes_by_block"),
    path(
        "votes/<int:election_id>/precincts/<int:precinct_id>/",
        votes.votes_of_precinct,
        name="votes_of_precinct",
    ),
    path("precincts/<int:precinct_id>/votes/", votes.precinct_votes, name="precinct_votes"),
    path("blocks/<int:block_id>/votes/", votes.block_votes, name="block_votes"),
]

book_patterns = [
    path("my-block/", block_book.my_block, name="my_block"),
    path("blocks/<int:block_id>/", block_book.block_book, name="block_book"),
    path("blocks/<int:block_id>/seen/", block_book.book_seen, name="book_seen"),
    path("neighbours/<int:voter_id>/facts/", block_book.add_fact, name="add_fact"),
    path("facts/<int:fact_id>/take-back/", block_book.take_fact_back, name="take_fact_back"),
]

neighbour_patterns = [
    path("doors/<int:household_id>/neighbours/", neighbours.add_neighbour, name="add_neighbour"),
    path("neighbours/<int:voter_id>/moved/", neighbours.neighbour_moved, name="neighbour_moved"),
    path("neighbours/<int:voter_id>/here/", neighbours.neighbour_still_here, name="neighbour_still_here"),
    path("neighbours/<int:voter_id>/remove/", neighbours.remove_neighbour, name="remove_neighbour"),
]

skill_patterns = [
    path("precincts/<int:precinct_id>/group/", groups.group, name="group"),
    path("skills/", skills.skills, name="skills"),
    path("people/<int:member_id>/skills/", skills.member_skills, name="member_skills"),
    path("skills/<int:skill_id>/take-back/", skills.take_skill_back, name="take_skill_back"),
]

help_patterns = [
    path("needs/", needs.needs, name="needs"),
    path("offers/", offers.offers, name="offers"),
    path("my-help/", needs.my_help, name="my_help"),
    path("neighbours/<int:voter_id>/help/", needs.neighbour_help, name="neighbour_help"),
    path("needs/<int:need_id>/", needs.need, name="need"),
    path("needs/<int:need_id>/ask/", needs.ask_both, name="ask_both"),
    path("needs/<int:need_id>/end/", needs.end_need, name="end_need"),
    path("offers/<int:offer_id>/end/", needs.end_offer, name="end_offer"),
    path("hand-shakes/", hand_shakes.hand_shakes, name="hand_shakes"),
    path("hand-shakes/<int:hand_shake_id>/take-back/", hand_shakes.take_back, name="take_hand_shake_back"),
    path("hand-shakes/<int:hand_shake_id>/done/", hand_shakes.finish, name="finish_hand_shake"),
    path("hand-shakes/<int:hand_shake_id>/<slug:side>/", hand_shakes.hand_shake, name="hand_shake"),
]

correction_patterns = [
    path("neighbours/<int:voter_id>/correction/", corrections.correct_neighbour, name="correct_neighbour"),
    path("corrections/", corrections.corrections, name="corrections"),
    path("corrections/<int:correction_id>/", corrections.correction, name="correction"),
    path("corrections/<int:correction_id>/decide/", corrections.decide_correction, name="decide_correction"),
]

import_patterns = [
    path("imports/", imports.index, name="imports"),
    path("imports/new/", imports.upload, name="import_voters"),
    path("imports/mappings/", mappings.mappings, name="import_mappings"),
    path("imports/<int:import_id>/", imports.report, name="import_report"),
    path("imports/<int:import_id>/check/", imports.check, name="check_import"),
    path("imports/<int:import_id>/columns/", mappings.map_columns, name="map_columns"),
    path("imports/<int:import_id>/statuses/", mappings.map_statuses, name="map_statuses"),
    path("imports/<int:import_id>/elections/", mappings.name_elections, name="name_elections"),
    path("imports/<int:import_id>/mapping/", mappings.choose_mapping, name="choose_mapping"),
    path("imports/<int:import_id>/discard/", imports.discard, name="discard_import"),
]

meeting_patterns = [
    path("meetings/<int:meeting_id>/precinct/part/", precinct_meetings.meeting_part, name="meeting_part"),
    path("meetings/<int:meeting_id>/precinct/", precinct_meetings.set_precinct, name="set_meeting_precinct"),
    path(
        "meetings/<int:meeting_id>/neighbours/", precinct_meetings.voter_invitations, name="voter_invitations"
    ),
    path(
        "meetings/<int:meeting_id>/neighbours/invite/", precinct_meetings.invite_voters, name="invite_voters"
    ),
    path(
        "meetings/<int:meeting_id>/neighbours/print/",
        precinct_meetings.print_invitations,
        name="print_invitations",
    ),
    path(
        "meetings/neighbours/<int:voter_invitation_id>/here/",
        precinct_meetings.sign_in_voter,
        name="sign_in_voter",
    ),
    path("meetings/<int:meeting_id>/blocks/", precinct_meetings.party, name="party"),
    path("meetings/<int:meeting_id>/blocks/give/", precinct_meetings.give_block, name="give_block"),
    path("roster/strength/meetings/", precinct_meetings.party_attendance, name="party_attendance"),
]

urlpatterns = [
    *meeting_patterns,
    *precinct_patterns,
    *cutting_patterns,
    *block_patterns,
    *roster_patterns,
    *growth_patterns,
    *seat_patterns,
    *consistent_patterns,
    *plan_patterns,
    *vote_patterns,
    *book_patterns,
    *neighbour_patterns,
    *correction_patterns,
    *skill_patterns,
    *help_patterns,
    *import_patterns,
]
