"""Runs the command line as `python -m insights_lint`."""

from insights_lint.cli.main import run

if __name__ == "__main__":
    run()
