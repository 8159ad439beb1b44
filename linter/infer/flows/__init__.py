"""Flows of what the manifest declares: sensitive data, and knowledge.

- `sources.py`: which values are declared data, and where a redactor ends the way
- `sinks.py`: what each kind of site is handed, and on to whom it hands it
- `following.py`: from the sinks back to the sources, step by step
"""
