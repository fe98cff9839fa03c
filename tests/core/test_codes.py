from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.codes import ALPHABET, LENGTH, hash_code, make_code, make_seed, read_code, show_code

SEEDS = st.text("0123456789abcdef", min_size=32, max_size=32)


@given(SEEDS)
def test_a_code_comes_back_however_it_is_typed(seed):
    code = make_code("tests", seed)
    assert len(code) == LENGTH
    assert read_code(code) == code
    assert read_code(f"  {show_code(code).lower()} ") == code
    assert read_code(show_code(code).replace("-", " ").replace("0", "O").replace("1", "l")) == code


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_code_or_nothing(text):
    found = read_code(text)
    assert found == "" or (len(found) == LENGTH and set(found) <= set(ALPHABET))


def test_a_code_is_good_for_one_purpose_and_its_hash_says_nothing_of_it():
    seed = make_seed()
    one, other = make_code("tests.one", seed), make_code("tests.other", seed)
    assert one != other
    assert hash_code("tests.one", one) != hash_code("tests.other", one)
    assert one not in hash_code("tests.one", one).upper()


def test_the_same_seed_makes_the_same_code_and_another_key_another_one(settings):
    seed = make_seed()
    before = make_code("tests", seed)
    assert make_code("tests", seed) == before
    settings.SECRET_KEY = "another"
    assert make_code("tests", seed) != before
