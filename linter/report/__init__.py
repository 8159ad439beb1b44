"""A run -> what people and programs read: one file a format, each with a function `render(run, …) -> str`."""
