"""Architecture + manifest + rules -> verdicts. `load_rules` in `load.py` reads the rules, `check` in `run.py` applies them."""
