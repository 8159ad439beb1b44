"""All facts -> the program: names, classes, values, calls. `Program` in `program.py` is the way in; it traces on demand."""
