"""All facts -> the program: names, classes, values, calls. `Program` and `Tracer` are the way in; they trace on demand."""
