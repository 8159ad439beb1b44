"""Flows of what the manifest declares: sensitive data, and knowledge.

- `names.py`: dotted names of the manifest, as they are called where they are defined
- `sources.py`: which values are declared data
- `redactors.py`: where a redactor ends the way
- `statements.py`: the tables and columns of SQL
- `stores.py`: what was put into a store comes out of it again
- `knowledge.py`: declared knowledge
- `sinks.py`: what each kind of site is handed, and on to whom it hands it
- `following.py`: from the sinks back to the sources, step by step
"""
