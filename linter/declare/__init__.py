"""The manifest, from bytes to frozen nouns. `load_manifest` in `load.py` is the way in. Only `schema.py` and what
stands on it import pydantic, and only when a manifest is really validated."""
