"""archfit: a continuous compliance linter for LLM projects."""

# A constant, not importlib.metadata: reading the metadata costs more than the whole start-up.
__version__ = "0.1.0"
