"""`python -m vigie` is `vigie`."""

from vigie.cli import main

main()
