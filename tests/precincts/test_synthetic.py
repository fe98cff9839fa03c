from __future__ import annotations

import csv
import json
import re
from collections import Counter
from datetime import date, datetime

import numpy as np
import pytest
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from precincts.synthetic.__main__ import main
from precincts.synthetic.boundaries import divide, outlines
from precincts.synthetic.layouts import VOTER_COLUMNS, VOTER_COLUMNS_BEFORE_2022
from precincts.synthetic.names import ORIGINS
from precincts.synthetic.people import STATUSES, UNAFFILIATED, make_later, make_people
from precincts.synthetic.streets import OUTSIDE
from precincts.synthetic.town import TOWER, make_town, to_lonlat
from precincts.synthetic.walking import StreetNetwork
from precincts.synthetic.writing import write_town
from tests.town import tiny_town


@pytest.fixture(scope="module")
def town():
    return make_town(3000, 5, precincts=4)


@pytest.fixture(scope="module")
def people(town):
    return make_people(town, 5)


def _read(path, delimiter="\t"):
    with path.open(encoding="latin-1", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=delimiter))


def test_the_same_seed_makes_the_same_town_and_another_seed_another(town):
    again, other = make_town(3000, 5, precincts=4), make_town(3000, 6, precincts=4)

    assert np.array_equal(again.xy, town.xy)
    assert np.array_equal(again.household_voters, town.household_voters)
    assert again.streets.names == town.streets.names
    assert other.streets.names != town.streets.names


@pytest.mark.parametrize("households", [40, 333, 3000, 9504])
def test_a_town_has_exactly_the_doors_that_were_asked_for(households):
    town = make_town(households, 3)

    assert int(town.units.sum()) == households
    assert len(town.household_voters) == households
    assert np.array_equal(np.bincount(town.household_building), town.units)
    assert town.household_voters.min() >= 1


def test_a_town_of_too_few_doors_is_refused():
    with pytest.raises(ValueError, match="40 households"):
        make_town(39, 1)


def test_the_street_network_is_connected_and_has_dead_ends(town):
    ends = town.streets.ends
    nodes = np.unique(ends)
    graph = coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=[len(town.streets.node_xy)] * 2)
    _, part = connected_components(graph, directed=False)

    assert len(set(part[nodes].tolist())) == 1
    assert (np.bincount(ends.ravel()) == 1).sum() >= 5


def test_segments_start_and_end_at_their_nodes(town):
    streets = town.streets

    assert np.allclose(streets.points[:, 0], streets.node_xy[streets.ends[:, 0]])
    assert np.allclose(streets.points[:, -1], streets.node_xy[streets.ends[:, 1]])


def test_buildings_stand_beside_their_segment_on_their_side(town):
    for building in range(0, len(town.segment), 7):
        line = shapely.LineString(town.streets.points[town.segment[building]])
        on_street = np.array(line.interpolate(town.offset[building]).coords[0])
        ahead = np.array(line.interpolate(town.offset[building] + 0.5).coords[0]) - on_street
        beside = town.xy[building] - on_street
        turn = ahead[0] * beside[1] - ahead[1] * beside[0]

        assert 0 < town.offset[building] < town.streets.length[town.segment[building]]
        assert 7 < np.linalg.norm(beside) < 23
        assert np.sign(turn) == town.side[building]


def test_numbers_are_even_on_the_left_odd_on_the_right_and_no_address_is_there_twice(town):
    addresses = Counter(zip(town.street.tolist(), town.number.tolist(), strict=True))

    assert np.array_equal(town.number % 2 == 0, town.side == 1)
    assert max(addresses.values()) == 1
    assert len(set(town.streets.names)) == len(town.streets.names)


def test_a_town_has_houses_and_towers_of_many_doors(town):
    assert set(town.kind.tolist()) == {0, 1, 2, 3, TOWER}
    assert town.units[town.kind == TOWER].max() >= 80
    labels = town.unit_labels()
    assert set(labels[town.units[town.household_building] == 1].tolist()) == {""}
    doors = Counter(zip(town.household_building.tolist(), labels.tolist(), strict=True))
    assert max(doors.values()) == 1


def test_a_town_without_towers_has_none():
    assert (make_town(3000, 5, towers=False).kind != TOWER).all()


def test_the_town_lies_on_land_in_north_carolina(town):
    lon, lat = town.lonlat.T

    assert -79.6 < lon.min() < lon.max() < -79.2
    assert 35.4 < lat.min() < lat.max() < 35.8
    assert np.allclose(to_lonlat(town.xy, town.origin), town.lonlat)


def test_precincts_are_whole_partition_the_town_and_hold_their_buildings(town):
    groups = town.cell_precinct.reshape(town.lattice.rows - 1, -1)
    shapes = [shapely.Polygon(ring) for ring in outlines(groups, town.streets)]
    whole = shapely.union_all(shapes)

    assert len(shapes) == 4
    assert all(shape.is_valid for shape in shapes)
    assert whole.geom_type == "Polygon"
    assert sum(shape.area for shape in shapes) == pytest.approx(whole.area)
    inside = [shapes[of].contains(shapely.Point(at)) for of, at in zip(town.precinct, town.xy, strict=True)]
    assert np.mean(inside) > 0.995


def test_cells_of_one_weight_are_divided_evenly():
    groups = divide(np.ones((8, 8)), 4)

    assert sorted(np.bincount(groups.ravel()).tolist()) == [16, 16, 16, 16]


def test_nobody_lives_in_a_park_or_the_river(town):
    cells = town.streets.cells[town.segment, np.where(town.side == 1, 0, 1)]

    assert (cells != OUTSIDE).all()
    assert not town.lattice.park[cells].any()


def test_the_walk_along_one_street_counts_the_difference_and_the_crossing(town):
    segment = np.bincount(town.segment).argmax()
    left = np.flatnonzero((town.segment == segment) & (town.side == 1))
    right = np.flatnonzero((town.segment == segment) & (town.side == -1))
    walk = StreetNetwork(town).distances(np.array([left[0], left[-1], right[0]]))

    assert walk[0, 1] == pytest.approx(abs(town.offset[left[0]] - town.offset[left[-1]]) + 12)
    assert walk[0, 2] == pytest.approx(abs(town.offset[left[0]] - town.offset[right[0]]) + 12 + 12)


def test_the_walk_between_streets_is_the_shortest_way_over_the_network(town):
    network = StreetNetwork(town)
    chosen = np.arange(0, len(town.segment), 60)
    walk = network.distances(chosen)
    ends, length = town.streets.ends, town.streets.length
    graph = coo_matrix((length, (ends[:, 0], ends[:, 1])), shape=[len(town.streets.node_xy)] * 2)
    ways = dijkstra(graph, directed=False)
    for i, a in enumerate(chosen[:12]):
        for j, b in enumerate(chosen):
            if town.segment[a] == town.segment[b]:
                continue
            reach = [(town.offset[x], length[town.segment[x]] - town.offset[x]) for x in (a, b)]
            best = min(
                reach[0][p] + ways[ends[town.segment[a], p], ends[town.segment[b], q]] + reach[1][q]
                for p in (0, 1)
                for q in (0, 1)
            )
            assert walk[i, j] == pytest.approx(best + 12)
    assert np.allclose(walk, walk.T)
    assert network.length(chosen[:3]) == pytest.approx(walk[0, 1] + walk[1, 2])


def test_no_origin_has_a_name_twice():
    for origin in ORIGINS:
        assert len(set(origin.last)) == len(origin.last)
        assert len(set(origin.women)) == len(origin.women)
        assert len(set(origin.men)) == len(origin.men)
    for name in (name for origin in ORIGINS for name in (*origin.last, *origin.women, *origin.men)):
        name.encode("latin-1")


def test_people_fill_the_households_and_half_of_couples_share_a_name(town, people):
    assert len(people) == int(town.household_voters.sum())
    assert np.array_equal(np.bincount(people.household), town.household_voters)
    names: dict[int, list[int]] = {}
    for household, last in zip(people.household.tolist(), people.last.tolist(), strict=True):
        names.setdefault(household, []).append(last)
    shared = [len(set(last)) == 1 for last in names.values() if len(last) == 2]
    assert np.mean(shared) > 0.5


def test_nobody_votes_before_being_registered_and_eighteen(people):
    for column, election in enumerate(people.elections):
        voted = people.method[:, column] > 0
        assert (people.registered[voted] <= np.datetime64(election.day)).all()
        assert (election.day.year - people.birth_year[voted] >= 18).all()


def test_presidential_elections_draw_more_than_midterms_and_those_more_than_municipal_ones(people):
    share = {}
    for column, election in enumerate(people.elections):
        may = people.registered <= np.datetime64(election.day)
        share[election.day] = float((people.method[may, column] > 0).mean())

    assert share[date(2024, 11, 5)] > share[date(2022, 11, 8)] + 0.1
    assert share[date(2022, 11, 8)] > share[date(2024, 3, 5)] + 0.1 > share[date(2023, 11, 7)]


def test_the_unaffiliated_pull_a_ballot_of_a_party_in_a_primary(people):
    column = [election.kind for election in people.elections].index("PRIMARY")
    loose = people.party == UNAFFILIATED

    assert set(people.ballot[loose, column].tolist()) == {0, 1}
    assert np.array_equal(people.ballot[~loose, column], people.party[~loose])


def test_later_everyone_is_gone_moved_changed_new_or_as_before(town, people):
    after, changes = make_later(town, people, 5)
    groups = [
        changes.gone,
        changes.moved,
        changes.name_changed,
        changes.party_changed,
        changes.became_inactive,
    ]
    home = dict(zip(people.identity.tolist(), people.household.tolist(), strict=True))
    moved = {
        who
        for who, household in zip(after.identity.tolist(), after.household.tolist(), strict=True)
        if who in home and home[who] != household
    }

    assert min(len(group) for group in [*groups, changes.turned_18]) > 0
    assert len(np.unique(np.concatenate(groups))) == sum(len(group) for group in groups)
    assert set(people.identity) - set(after.identity) == set(changes.gone)
    assert set(after.identity) - set(people.identity) == set(changes.new)
    assert set(changes.turned_18) <= set(changes.new)
    assert moved == set(changes.moved)
    assert len(after.elections) == len(people.elections) + 1


def test_the_voter_file_says_what_truth_counts(tmp_path):
    truth = write_town(tmp_path, households=400, seed=3, precincts=2)
    rows = _read(tmp_path / "voters.txt")

    assert tuple(rows[0]) == VOTER_COLUMNS
    assert len(rows) == len({row["ncid"] for row in rows}) == truth["voters"]
    assert Counter(row["precinct_abbrv"] for row in rows) == truth["voters_by_precinct"]
    assert Counter(row["status_cd"] for row in rows) == {k: v for k, v in truth["by_status"].items() if v}
    assert sum(row["confidential_ind"] == "Y" for row in rows) == truth["confidential"]
    doors = {re.sub(" +", " ", row["res_street_address"]).strip() for row in rows}
    assert len(doors) == truth["doors_with_voters"] == truth["households"] == 400
    assert json.loads((tmp_path / "truth.json").read_text()) == truth


def test_every_phone_number_is_one_set_apart_for_fiction():
    phones = [row["full_phone_number"] for row in _read(tiny_town().voters)]

    assert sum(bool(phone) for phone in phones) > 50
    assert all(re.fullmatch(r"\d{3}55501\d{2}|", phone) for phone in phones)


def test_the_older_layout_has_its_own_columns_and_the_same_people():
    new, old = _read(tiny_town().voters), _read(tiny_town(before_2022=True).voters)

    assert tuple(old[0]) == VOTER_COLUMNS_BEFORE_2022
    assert [row["ncid"] for row in old] == [row["ncid"] for row in new]
    assert [row["birth_age"] for row in old] == [row["age_at_year_end"] for row in new]


def test_the_history_names_voters_of_the_file_and_its_elections():
    town = tiny_town()
    votes = _read(town.history)
    known = {row["ncid"]: row for row in _read(town.voters)}

    assert len(votes) == town.truth["votes"]
    assert {row["ncid"] for row in votes} <= known.keys()
    assert len({row["election_lbl"] for row in votes}) == town.truth["elections"] == 12
    assert all(row["election_desc"].startswith(row["election_lbl"]) for row in votes)
    for row in votes:
        registered = datetime.strptime(known[row["ncid"]]["registr_dt"], "%m/%d/%Y")
        assert registered <= datetime.strptime(row["election_lbl"], "%m/%d/%Y")
    assert {row["voted_party_cd"] for row in votes if "PRIMARY" in row["election_desc"]} <= {
        "DEM",
        "REP",
        "LIB",
        "GRE",
    }


def test_the_address_points_are_the_voters_buildings_but_for_those_left_out(tmp_path):
    truth = write_town(tmp_path, households=900, seed=3)
    points = _read(tmp_path / "address_points.csv", ",")
    there = {f"{row['NUMBER']} {row['STREET']}" for row in points}
    rows = _read(tmp_path / "voters.txt")
    wanted = {" ".join(re.split(" {2,}", row["res_street_address"].strip())[:2]) for row in rows}

    assert len(points) == truth["address_points"] == len(there)
    assert len(wanted - there) == truth["buildings_without_point"] > 0
    assert len(there - wanted) > 0


def test_precincts_and_streets_are_geojson_in_degrees():
    town = tiny_town()
    precincts = json.loads(town.precincts.read_text())["features"]
    streets = json.loads(town.streets.read_text())["features"]

    assert [feature["properties"]["precinct"] for feature in precincts] == list(
        town.truth["voters_by_precinct"]
    )
    for feature in precincts:
        shape = shapely.geometry.shape(feature["geometry"])
        assert shape.is_valid
        assert shape.exterior.is_ccw
        assert -79.5 < shape.centroid.x < -79.3
    assert {feature["geometry"]["type"] for feature in streets} == {"LineString"}


def test_the_command_writes_a_town_and_prints_its_counts(tmp_path, capsys):
    code = main(["--households", "60", "--seed", "2", "--out", str(tmp_path / "town"), "--later"])
    counts = json.loads(capsys.readouterr().out)

    assert code == 0
    assert counts["voters"] == len(_read(tmp_path / "town" / "voters.txt"))
    assert counts["later"]["voters"] == len(_read(tmp_path / "town" / "voters_later.txt"))
    assert len(STATUSES) == len(counts["by_status"])
