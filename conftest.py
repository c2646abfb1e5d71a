"""What every test may use: the fixtures of the kernel's test kit, and the makers of the register's rows."""

import pytest

pytest.register_assert_rewrite("unionhall.kernel.testing.module")
pytest_plugins = ["unionhall.kernel.testing.fixtures"]
