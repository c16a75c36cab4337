"""Runs the command line as `python -m insights_lint`."""

from insights_lint.cli import start

if __name__ == "__main__":
    start()
