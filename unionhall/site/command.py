"""The command line: `unionhall COMMAND`."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run a command of the house or of Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unionhall.site.settings")
    execute_from_command_line(["unionhall", *sys.argv[1:]])


if __name__ == "__main__":
    main()
