"""What an SDK does with what is left out, in the versions that the repository says it runs with."""

from __future__ import annotations

from linter.extract.versions import Version
from linter.formats.requirement import normal
from linter.formats.versions import overlap, ranges
from linter.infer.things import Made, Things
from linter.model.catalogue import Default


def defaults(things: Things, made: Made) -> tuple[Default, ...]:
    """The defaults of a call that can be in force; all of them when nobody says which version is used."""
    return tuple(one for one in made.shape.defaults if _can_be(things, one, made))


def decided_by(things: Things, default: Default, made: Made) -> tuple[Version, ...]:
    """What the repository says about the version that a default depends on."""
    known = (things.tracer.program.versions.of_package(normal(name), made.place.file) for name in default.packages)
    return next((versions for versions in known if versions), ())


def _can_be(things: Things, default: Default, made: Made) -> bool:
    versions = decided_by(things, default, made) if default.versions else ()
    wanted = ranges(default.versions) if versions else ()
    return not versions or any(overlap(one.pin.versions, wanted) for one in versions)
