"""`python -m linter` is the command `archfit`."""

from linter.cli import main

main()
