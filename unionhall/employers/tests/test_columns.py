import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from unionhall.employers import columns, rules
from unionhall.employers.demo.columns import make_employers


@st.composite
def codes(draw):
    office = draw(st.sampled_from(["91", "92", "12", "11", "52", "81", "99", "71"]))
    area = draw(st.sampled_from(["230102", "100000", "990000", "370100"]))
    code = rules.make_uscc(office, area, draw(st.text(rules.ALPHABET, min_size=8, max_size=8)))
    place = draw(st.integers(0, 17))
    change = draw(st.sampled_from(["none", "replace", "drop", "dirty"]))
    if change == "replace":
        code = code[:place] + draw(st.sampled_from(rules.ALPHABET + "IOaЖ王 ")) + code[place + 1 :]
    if change == "drop":
        code = code[:place] + code[place + 1 :]
    return f" {code.lower()}\u3000" if change == "dirty" else code


@settings(max_examples=150, deadline=None)
@given(st.lists(codes() | st.text(max_size=19), max_size=30))
def test_a_column_of_codes_has_the_first_fault_of_each_code(texts):
    column = pl.Series(texts, dtype=pl.String)
    assert columns.code_faults(column).to_list() == [
        next(iter(rules.code_faults(text)), None) for text in texts
    ]


def test_made_up_employers_have_valid_codes_given_once():
    first = make_employers(1500, seed=1, region="230102", place="哈尔滨市道里区")
    second = make_employers(1500, seed=1, region="230102", place="哈尔滨市道里区", start=1500)
    both = pl.concat([first, second])
    assert columns.code_faults(both["uscc"]).null_count() == 3000
    assert both["uscc"].n_unique() == 3000
    assert both["name"].str.starts_with("哈尔滨市道里区").all()
    assert sum(both.null_count().row(0)) == 0
    assert first.equals(make_employers(1500, seed=1, region="230102", place="哈尔滨市道里区"))


def test_made_up_offices_and_schools_are_registered_as_such():
    made = make_employers(3000, seed=2, region="370102", place="济南市历下区")
    begin = {
        kind: set(made.filter(pl.col("ownership") == kind)["uscc"].str.slice(0, 2))
        for kind in ("400", "500", "170")
    }
    assert begin == {"400": {"12"}, "500": {"11"}, "170": {"91"}}
    assert set(made.filter(pl.col("ownership") == "500")["industry"]) == {"19"}
