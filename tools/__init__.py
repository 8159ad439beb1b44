"""Programs for those who work on archfit itself; none of them is part of the installed package."""
