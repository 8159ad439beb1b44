"""The program and the knowledge -> the architecture. `infer` in `build.py` is the way in."""
