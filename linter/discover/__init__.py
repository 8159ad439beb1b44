"""The repository -> its source files. `discover(root)` in `files.py` is the way in."""
