import multiprocessing
from datetime import UTC, datetime

import pytest

from unionhall.kernel.importing.progress import Progress


def test_progress_is_read_as_it_was_written(tmp_path):
    before = datetime.now(UTC)
    begun = Progress.begin(tmp_path, "run-1", "Reading", 200)
    assert Progress.read(tmp_path, "run-1") == begun
    further = begun.at(tmp_path, 50, "Checking")
    assert Progress.read(tmp_path, "run-1") == further
    assert (further.step, further.done, further.total, further.share) == ("Checking", 50, 200, 0.25)
    assert before <= further.started == begun.started <= datetime.now(UTC)


def test_progress_is_seen_by_another_process(tmp_path):
    Progress.begin(tmp_path, "run-1", "Reading", 4).at(tmp_path, 3)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(Progress.read, (tmp_path, "run-1")).share == 0.75


def test_writing_leaves_one_file_and_ending_none(tmp_path):
    Progress.begin(tmp_path, "run-1", "Reading").at(tmp_path, 1, total=0)
    assert [path.name for path in tmp_path.iterdir()] == ["run-1.json"]
    Progress.end(tmp_path, "run-1")
    assert list(tmp_path.iterdir()) == []
    Progress.end(tmp_path, "run-1")


def test_a_run_that_never_began_has_no_progress(tmp_path):
    assert Progress.read(tmp_path, "run-1") is None


def test_while_the_total_is_unknown_the_share_is_nothing(tmp_path):
    assert Progress.begin(tmp_path, "run-1", "Reading").share == 0


@pytest.mark.parametrize("name", ["../run", "a/b", "", "a.b"])
def test_a_name_that_is_no_plain_name_is_not_written(tmp_path, name):
    with pytest.raises(ValueError, match="letters, digits and dashes"):
        Progress.begin(tmp_path, name, "Reading")
    assert list(tmp_path.iterdir()) == []
