from precincts.models.absences import Absence
from precincts.models.asks import BlockAsk
from precincts.models.assignments import BlockAssignment, PrecinctAssignment, Residence
from precincts.models.blocks import Block, BlockEdit, BlockMove
from precincts.models.corrections import Correction
from precincts.models.drives import RegistrationEffort
from precincts.models.elections import Election
from precincts.models.facts import Fact, Suppression
from precincts.models.figures import AreaFigures
from precincts.models.hand_shakes import HandShake
from precincts.models.imports import ImportReject, SavedMapping, VoterChange, VoterImport
from precincts.models.issues import LocalIssue
from precincts.models.looks import BookLook
from precincts.models.matches import MatchDecision
from precincts.models.meetings import PrecinctMeeting, VoterInvitation
from precincts.models.needs import Need, Offer
from precincts.models.places import Building, Household, Precinct
from precincts.models.plans import PrecinctPlan, TurnoutGoal
from precincts.models.returned import Returned
from precincts.models.saved_lists import SavedList, SavedListVoter
from precincts.models.seats import CommitteeSeat, PartyRules
from precincts.models.skills import Skill
from precincts.models.trainings import Training
from precincts.models.voters import Voter

__all__ = [
    "Absence",
    "AreaFigures",
    "Block",
    "BlockAsk",
    "BlockAssignment",
    "BlockEdit",
    "BlockMove",
    "BookLook",
    "Building",
    "CommitteeSeat",
    "Correction",
    "Election",
    "Fact",
    "HandShake",
    "Household",
    "ImportReject",
    "LocalIssue",
    "MatchDecision",
    "Need",
    "Offer",
    "PartyRules",
    "Precinct",
    "PrecinctAssignment",
    "PrecinctMeeting",
    "PrecinctPlan",
    "RegistrationEffort",
    "Residence",
    "Returned",
    "SavedList",
    "SavedListVoter",
    "SavedMapping",
    "Skill",
    "Suppression",
    "Training",
    "TurnoutGoal",
    "Voter",
    "VoterChange",
    "VoterImport",
    "VoterInvitation",
]
