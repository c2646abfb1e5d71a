"""The test kit itself: what it promises to other tests."""

import pytest

from unionhall.kernel.keys import ring
from unionhall.kernel.models import LogEntry
from unionhall.kernel.testing.acts import do


def test_keys_are_the_same_in_every_run(key_ring):
    assert ring() == key_ring
    assert ring().blind("13800138000", "try").hex() == "d3e9a704092ec94756c8d37fb9be20a9"


def test_the_small_federation_has_named_units_in_one_tree(units):
    assert units.team.path.startswith(units.factory.path)
    assert units.hospital.depth == units.street.depth == 4


@pytest.mark.usefixtures("real_transactions")
def test_an_act_of_a_test_with_real_transactions_is_flushed_afterwards():
    do(lambda: None)
    assert LogEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_log_is_empty_and_guarded_again_after_a_flush():
    assert LogEntry.objects.count() == 0
