"""What the vendors' APIs mean, loaded from the provider files.

`load_catalogue(root)` in `load.py` gives the `Catalogue` of `catalogue.py`; nothing is imported before it is asked for.
"""
