"""What files that are no code decide: config sites, and how the system runs.

Two kinds of entries become sites, each at the line that decides something.

1. Entries that the code reads. The tracer has followed their values into a call, so the code says what they mean.

   - `entries.py`: what flows into a model, an address, a provider or a place of data, in whatever file it stands
   - `tracing_switches.py`: variables that make an SDK send its prompts to a tracing service, without a line of code

2. Entries of files that have a known format. Nothing in the repository has to read them: `rules/formats/*.yaml` say what they
   mean. Each module imports only from those below it.

   - `known_formats.py`: the way in; reads all of these files, and puts the steps together
   - `training.py`: declared data and knowledge that a training file names as its data set -> flows
   - `format_sites.py`: what they say -> sites
   - `operations.py`: what they say -> schedules, limits of servers, accelerators, regions, fallbacks, budgets
   - `sayings.py`: what the entries say, all of one kind, also those in command lines, classes and resources
   - `command_lines.py`: the options of the programs (`vllm serve …`) that an entry starts
   - `filler.py`: a value with its references and templates filled in, as far as the files themselves say them; what a variable of
     the environment is, it asks `linter/link/deployment.py`
   - `filled.py`: such a value
   - `modules.py`: variables, references and loops of Terraform and Bicep
   - `charts.py`: the values of Helm charts, and of the commands that install them
   - `recogniser.py`: which file has which format, and the entries that the format names
   - `images.py`: whose server a container image starts

An entry that both find is one site (`joining.py`), in which the code's word goes first.

To find entries that the code reads in another way, add a source to `entries.py`; for another format write a file in
`rules/formats/`.

Elsewhere: `linter/formats/` parses the files, `linter/extract/data.py` holds them, `linter/link/data.py` and
`linter/link/environment.py` turn them into values for the tracer. What an SDK reads by itself for a call is in
`linter/infer/overrides.py`, since it decides who serves that call; what code says of how it is run in `linter/infer/running.py`.
"""
