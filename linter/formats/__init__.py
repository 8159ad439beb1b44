"""File formats that more than one stage reads. Nothing here knows what a file is for."""
