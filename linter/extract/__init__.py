"""One file's bytes -> its facts. Knows no provider and no rule; `read_facts` in `pool.py` is the way in."""
