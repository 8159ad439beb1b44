"""The manifest, from bytes to frozen nouns. `load_manifest` in `load.py` is the way in. Only `schema.py` imports pydantic, and it is
imported only when a manifest is really validated."""
