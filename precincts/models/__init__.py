from precincts.models.assignments import BlockAssignment, PrecinctAssignment, Residence
from precincts.models.blocks import Block, BlockEdit, BlockMove
from precincts.models.elections import Election
from precincts.models.facts import Fact, Suppression
from precincts.models.imports import ImportReject, SavedMapping, VoterChange, VoterImport
from precincts.models.places import Building, Household, Precinct
from precincts.models.seats import CommitteeSeat, PartyRules
from precincts.models.voters import Voter

__all__ = [
    "Block",
    "BlockAssignment",
    "BlockEdit",
    "BlockMove",
    "Building",
    "CommitteeSeat",
    "Election",
    "Fact",
    "Household",
    "ImportReject",
    "PartyRules",
    "Precinct",
    "PrecinctAssignment",
    "Residence",
    "SavedMapping",
    "Suppression",
    "Voter",
    "VoterChange",
    "VoterImport",
]
