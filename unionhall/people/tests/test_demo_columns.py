from datetime import date

import numpy as np
import polars as pl
import pytest

from unionhall.people import columns
from unionhall.people.demo import facts
from unionhall.people.demo.columns import make_people, scattered
from unionhall.people.rules.identity import DocumentKind

REGIONS = ["230102", "370102"]


def made(count=2000, seed=7, start=0):
    return make_people(count, seed=seed, regions=REGIONS, born=(1960, 2003), start=start)


def test_made_up_people_have_valid_numbers_and_phones_that_tell_their_sex_and_birth():
    people = made()
    numbers = people["number"]
    assert (
        columns.identity_faults(numbers, DocumentKind.RESIDENT_ID, on=date(2024, 1, 1)).null_count() == 2000
    )
    assert columns.phone_faults(people["phone"]).null_count() == 2000
    assert columns.births(numbers).to_list() == people["birth"].to_list()
    assert columns.sexes(numbers).to_list() == people["sex"].to_list()
    assert set(people["household_region"]) == set(REGIONS)
    assert sum(people.null_count().row(0)) == 0
    assert people["name"].str.len_chars().is_between(2, 4).all()


def test_the_same_seed_makes_the_same_people_and_another_one_others():
    assert made().equals(made())
    assert not made()["name"].equals(made(seed=8)["name"])


def test_calls_with_other_places_never_share_a_number_or_phone():
    people = pl.concat([made(), made(seed=9, start=2000), made(start=4000)])
    assert people["number"].n_unique() == 6000
    assert people["phone"].n_unique() == 6000


def test_every_number_of_a_day_and_county_can_be_given_once():
    assert sorted(scattered(np.arange(998, dtype=np.int64), 998)) == list(range(998))


def test_more_people_than_numbers_are_refused():
    with pytest.raises(ValueError, match="place 998"):
        scattered(np.arange(999, dtype=np.int64), 998)


def test_each_decade_has_lists_of_the_same_length_and_shares_that_add_up():
    assert {len(set(text)) for pair in facts.GIVEN.values() for text in pair} == {24}
    assert {sum(shares.values()) for shares in facts.EDUCATION.values()} == {100}
    assert len(set(facts.SURNAMES)) == 200
