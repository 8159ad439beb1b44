"""What Python's own library means for a value: the environment, conversions, copies, partial application, threads, imports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from linter.link import (
    addresses,
    collections,
    command_line,
    containers,
    dictionaries,
    dumps,
    env_readers,
    hydra,
    items,
    iterators,
    records,
)
from linter.link.limits import mapping
from linter.model import facts as f
from linter.model.place import Place
from linter.model.values import (
    Alternatives,
    CallValue,
    Changed,
    Collected,
    Constant,
    EnvVariable,
    Extra,
    Frame,
    Instance,
    Listing,
    Mapping,
    Member,
    ModuleValue,
    Prepared,
    ScopeValue,
    Symbol,
    Template,
    Unknown,
    Value,
    Via,
    core,
    root_of,
)

if TYPE_CHECKING:
    from linter.link.trace import Tracer

_Handler = Callable[["Tracer", "_Args", Place], "Value | None"]


class _Args:
    """The arguments of one call, traced when asked for."""

    def __init__(self, tracer: Tracer, call: f.Call, frame: Frame, extra: Extra) -> None:
        self.tracer, self.call, self.frame, self.extra = tracer, call, frame, extra

    def get(self, position: int, name: str = "") -> Value | None:
        fixed = [v for k, v in self.extra if k is None]
        if 0 <= position < len(fixed):
            return fixed[position]
        return self.tracer.functions.keyword_or_position(self.tracer, self.call, self.frame, name, position - len(fixed))

    def count(self) -> int:
        return sum(1 for a in self.call.args if a.name is None) + sum(1 for k, _ in self.extra if k is None)

    def shifted(self, skip: int) -> tuple[f.Call, Extra]:
        """The same call without its first positional arguments."""
        fixed = [v for k, v in self.extra if k is None]
        kept = tuple((None, v) for v in fixed[skip:])
        left = max(0, skip - len(fixed))
        args: list[f.Arg] = []
        for arg in self.call.args:
            if arg.name is None and arg.stars == 0 and left:
                left -= 1
                continue
            args.append(arg)
        return self.tracer.derived(self.call, f"without {skip}", tuple(args)), (
            *kept,
            *((k, v) for k, v in self.extra if k is not None),
        )


def call(tracer: Tracer, name: str, call: f.Call, frame: Frame, place: Place, extra: Extra) -> Value | None:
    """The result of calling a function of Python's library; None when its meaning does not matter here."""
    handler = _HANDLERS.get(name)
    if handler is None:
        return containers.provider(tracer, name, call, frame, place) or containers.given(name, extra)
    return handler(tracer, _Args(tracer, call, frame, extra), place)


def _getenv(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    name = args.get(0, "key")
    found = env_readers.variable(tracer, name, args.get(1, "default"), place)
    unknown = Unknown(place, "an environment variable whose name is not known", () if name is None else (name,))
    return unknown if found is None else found


def _required_env(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    found = _getenv(tracer, args, place)
    if isinstance(found, EnvVariable) and found.default is None:
        return replace(found, required=True)
    return found


def _convert(kind: Callable[[f.Literal], f.Literal]) -> _Handler:
    def handler(tracer: Tracer, args: _Args, place: Place) -> Value | None:
        value = args.get(0)
        return None if value is None else _converted(tracer, value, kind, place)

    return handler


def _converted(tracer: Tracer, value: Value, kind: Callable[[f.Literal], f.Literal], place: Place) -> Value:
    known = core(value)
    if isinstance(known, Alternatives):
        return tracer.join([_converted(tracer, o, kind, place) for o in tracer.leaves(known)], place, "conversion")
    if isinstance(known, EnvVariable):
        default = None if known.default is None else _converted(tracer, known.default, kind, place)
        given = tuple(_converted(tracer, one, kind, place) for one in known.given)
        return replace(known, default=default, given=given)
    if isinstance(known, Constant):
        try:
            return Constant(known.place, kind(known.value))
        except (TypeError, ValueError, OverflowError):
            return Unknown(place, "a conversion that fails", (value,))
    return value


def _truth(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    """Of what is not a constant only whether it is there is left."""
    value = args.get(0)
    if value is None:
        return None
    leaves = [core(one) for one in tracer.leaves(value)]
    if not any(isinstance(one, Constant | EnvVariable) for one in leaves):
        return None
    told = (isinstance(one, Constant | EnvVariable) for one in leaves)
    open_ = Unknown(place, "whether something is so")
    found = [_converted(tracer, one, _as_bool, place) if known else open_ for one, known in zip(leaves, told, strict=True)]
    return tracer.join(found, place, "bool")


def _first(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    return args.get(0)


def _second(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    return args.get(1)


def _text_of(how: str) -> _Handler:
    def handler(tracer: Tracer, args: _Args, place: Place) -> Value | None:
        value = args.get(0)
        if value is None:
            return None
        known = core(value)
        return value if isinstance(known, Constant | EnvVariable | Template) else Template(place, (value,), how)

    return handler


def _replace(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    return records.replace(tracer, args.call, args.frame, place)


def _as_dictionary(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    value = args.get(0)
    return None if value is None else dumps.dumped(tracer, value, args.call, args.frame, place)


def _dict(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    entries: list[tuple[Value, Value]] = []
    rest: list[Value] = []
    for arg in args.call.args:
        value = tracer.value(arg.value, args.frame)
        known = collections.of_pairs(value, place) or core(value)
        if arg.name is not None:
            entries.append((Constant(place, arg.name), value))
        elif isinstance(known, Mapping):
            entries.extend(known.entries)
            rest.extend(known.rest)
        else:
            rest.append(value)
    return mapping(place, entries, rest)


def _list(kind: str) -> _Handler:
    def handler(tracer: Tracer, args: _Args, place: Place) -> Value | None:
        value = args.get(0)
        return Listing(place, (), kind) if value is None else value

    return handler


def _enumerate(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    value = args.get(0)
    if value is None:
        return None
    pair = Listing(place, (Unknown(place, "a counter"), items.element(tracer, value, place)), "tuple")
    return Collected(place, pair, (value,))


def _zip(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    values = [v for i in range(args.count()) if (v := args.get(i)) is not None]
    return Collected(place, Listing(place, tuple(items.element(tracer, v, place) for v in values), "tuple"), tuple(values))


def _map(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    function, source = args.get(0), args.get(1)
    if function is None or source is None:
        return None
    one = items.element(tracer, source, place)
    inner, _ = args.shifted(args.count())
    return Collected(place, tracer.call(function, inner, args.frame, ((None, one),)), (source,))


def _values(args: _Args) -> list[Value]:
    return [value for i in range(args.count()) if (value := args.get(i)) is not None]


def _chained(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    stars = any(a.stars for a in args.call.args)
    return None if stars else iterators.chained(tracer, _values(args), place)


def _flat(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    value = args.get(0)
    return None if value is None else iterators.flat(tracer, value, place)


def _batches(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    value = args.get(0)
    return None if value is None else iterators.batches(tracer, value, place)


def _urljoin(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    base, url = args.get(0, "base"), args.get(1, "url")
    return None if base is None or url is None else addresses.joined(tracer, base, url, place)


def _sorted(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    """A list in an order that is known where texts or numbers are compared with each other."""
    value = args.get(0)
    known = None if value is None else core(value)
    if value is None or not isinstance(known, Listing) or len(known.items) < 2:
        return value
    said = [core(item) for item in known.items]
    values = [one.value for one in said if isinstance(one, Constant) and isinstance(one.value, str)]
    if len(values) < len(said) or known.open or any(a.name in ("key", "reverse") for a in args.call.args):
        return Changed(place, value, "sort", ())
    order = sorted(range(len(values)), key=values.__getitem__)
    return Listing(place, tuple(known.items[i] for i in order), "list")


def _next(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    value = args.get(0)
    return None if value is None else items.element(tracer, value, place)


def _greatest(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    """`max(files, key=os.path.getmtime)`: one of them."""
    value = args.get(0)
    return None if value is None or args.count() != 1 else items.element(tracer, value, place)


def _found_files(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    """Each of the files has a name as the pattern says."""
    pattern = args.get(0, "pathname")
    return None if pattern is None else Collected(place, pattern, ())


def _partial(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    function = args.get(0)
    known = None if function is None else core(function)
    inner, _ = args.shifted(1)
    given: Extra = (
        *((None, v) for v in (args.get(i) for i in range(1, args.count())) if v is not None),
        *((a.name, tracer.value(a.value, args.frame)) for a in inner.args if a.name is not None),
    )
    if isinstance(known, ScopeValue):
        return ScopeValue(
            known.place, known.file, known.scope, known.kind, known.name, known.frame, known.receiver, (*known.extra, *given)
        )
    return None if function is None else Prepared(place, function, given)


def _apply(position: int) -> _Handler:
    """`to_thread(f, *args)`: the call of an argument with the arguments after it."""

    def handler(tracer: Tracer, args: _Args, place: Place) -> Value | None:
        function = args.get(position)
        if function is None:
            return None
        inner, extra = args.shifted(position + 1)
        return tracer.call(function, inner, args.frame, extra)

    return handler


def ran(tracer: Tracer, callee: Member, call: f.Call, frame: Frame, place: Place, extra: Extra) -> Value | None:
    """What a function gives that a loop or a pool of threads was handed: `loop.run_in_executor(None, f, x)`,
    `pool.submit(f, x).result()`."""
    if callee.name == "run_until_complete":
        return _Args(tracer, call, frame, extra).get(0)
    if callee.name == "run_in_executor":
        return _apply(1)(tracer, _Args(tracer, call, frame, extra), place)
    base = core(callee.base)
    if callee.name == "result" and isinstance(base, CallValue):
        handed = core(base.callee)
        if isinstance(handed, Member) and handed.name == "submit":
            return _apply(0)(tracer, _Args(tracer, base.call, base.frame, base.extra), place)
    return None


def _gather(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    values = [tracer.value(a.value, args.frame) for a in args.call.args if a.name is None]
    if len(values) == 1 and args.call.args[0].stars:
        return values[0]
    return Listing(place, tuple(values))


def _getattr(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    thing, name, default = args.get(0), args.get(1), args.get(2)
    known = None if name is None else core(name)
    if thing is None or not (isinstance(known, Constant) and isinstance(known.value, str)):
        return Unknown(place, "an attribute whose name is made at run time", () if thing is None else (thing,))
    found = tracer.member(thing, known.value, place)
    known = core(found)
    if default is None or not isinstance(known, Member | Unknown):
        return found
    return tracer.join([found, default], place, "getattr")


def _import_module(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    name = args.get(0, "name")
    known = None if name is None else core(name)
    if not (isinstance(known, Constant) and isinstance(known.value, str)):
        return Unknown(place, "a module whose name is made at run time", () if name is None else (name,))
    target = tracer.program.modules.absolute(args.frame.module, known.value)
    return Symbol(place, known.value) if target is None else ModuleValue(place, known.value, target)


def _type(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    value = args.get(0)
    known = None if value is None else core(value)
    return known.cls if isinstance(known, Instance) else None


def _super(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    """`super()`: the next classes of the order, with the same object."""
    scope = tracer.program.scope(args.frame.module, args.frame.scope)
    while scope.parent >= 0 and tracer.program.scope(args.frame.module, scope.parent).kind != "class":
        scope = tracer.program.scope(args.frame.module, scope.parent)
    if scope.parent < 0:
        return None
    cls = tracer.scope_value(args.frame.module, scope.parent, tracer.program.frame(args.frame.module, 0))
    bases: list[Value] = []
    for base in tracer.classes.bases(cls):
        if isinstance(base, ScopeValue) and base.kind == "class":
            given = args.frame.receiver
            if isinstance(given, ScopeValue):
                bases.append(base)  # in a class method
                continue
            known = isinstance(given, Instance) and any(m.scope == cls.scope for m in tracer.classes.mro(given.cls))
            own = given if isinstance(given, Instance) and known else Instance(place, cls)
            bases.append(replace(own, place=place, after=cls))
        elif isinstance(base, Symbol):
            given = args.frame.receiver
            of = given if given is not None and isinstance(root_of(given), Instance) else Instance(place, cls)
            held = dictionaries.state(tracer, of, place) if dictionaries.is_dictionary(base) else None
            bases.append(Member(place, base, "super()") if held is None else held)
    return tracer.join(bases, place, "super") if bases else None


def _join_path(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    parts: list[Value] = []
    for index in range(args.count()):
        value = args.get(index)
        if value is not None:
            parts.extend((Constant(place, "/"), value) if parts else (value,))
    return parts[0] if len(parts) == 1 else Template(place, tuple(parts), "path")


def _cast(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    value = args.get(1)
    if value is None or not args.call.args:
        return value
    kind = tracer.classes.annotation(args.call.args[0].value, args.frame)
    return value if kind is None else Via(place, value, "typed", "cast", kind)


def _depends(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    function = args.get(0, "dependency")
    if function is None:
        return None
    if isinstance(args.call.args[0].value, f.Item):
        return function  # Depends(Provide[Container.client])
    made = tracer.call(function, tracer.derived(args.call, "bare", ()), args.frame)
    known = core(made)
    return known.element if isinstance(known, Collected) else made


def _least(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    """`min(4096, left)` is at most 4096, whatever the rest is."""
    values = [v for i in range(args.count()) if (v := args.get(i)) is not None]
    numbers = [c for v in values if isinstance(c := core(v), Constant) and isinstance(c.value, int | float)]
    return min(numbers, key=lambda c: c.value) if len(values) > 1 and numbers else None  # type: ignore[arg-type, return-value]


def _option(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    """`typer.Option("gpt-4o", …)` as a parameter's default: a person can give another value."""
    given = args.get(0, "default")
    known = None if given is None else core(given)
    return command_line.with_default(tracer, None if isinstance(known, Unknown) and "ellipsis" in known.because else given, place)


def _of_options(tracer: Tracer, args: _Args, place: Place) -> Value | None:
    return command_line.of_class(tracer, args.get(0, "config_class"), place)


def injected(tracer: Tracer, own: f.Parameter, frame: Frame) -> Value | None:
    """What a framework hands to a parameter: the result of the function in `Depends(…)`, as its default or in its annotation."""
    marks: list[f.Expr] = [] if own.default is None else [own.default]
    note = own.annotation
    if isinstance(note, f.Name):
        # An alias: Client = Annotated[OpenAI, Depends(get_client)]
        module = tracer.program.scope(frame.module, 0)
        note = next(
            (module.bindings[d].value for d in module.exits.get(note.name, ()) if module.bindings[d].value is not None), None
        )
    if isinstance(note, f.Item) and isinstance(note.key, f.Seq):
        marks.extend(note.key.items[1:])
    for mark in marks:
        if isinstance(mark, f.Call):
            callee = core(tracer.value(mark.func, frame))
            if isinstance(callee, Symbol) and _HANDLERS.get(callee.name) is _depends:
                return _depends(tracer, _Args(tracer, mark, frame, ()), tracer.place(mark, frame))
    return None


def option(tracer: Tracer, name: str, scope: f.Scope, frame: Frame) -> Value | None:
    """A parameter that a command line fills: the default of its `@click.option`."""
    for decorator in scope.decorators:
        if not (
            isinstance(decorator, f.Call)
            and isinstance(decorator.func, f.Attr | f.Name)
            and decorator.func.name in ("option", "argument")
        ):
            continue
        if name in command_line.names(decorator):
            args = _Args(tracer, decorator, frame, ())
            return command_line.with_default(tracer, args.get(-1, "default"), tracer.place(decorator, frame))
    return None


def _loaded(name: str = "", *, is_path: bool = False) -> _Handler:
    """A parser of data: what the file of the repository holds that it is given."""

    def handler(tracer: Tracer, args: _Args, place: Place) -> Value | None:
        source = args.get(0, name)
        return None if source is None else tracer.data.loaded(source, args.frame.module, place, is_path=is_path)

    return handler


def _as_bool(value: f.Literal) -> f.Literal:
    return bool(value)


_HANDLERS: dict[str, _Handler] = {
    **dict.fromkeys(("yaml.safe_load", "yaml.load", "yaml.full_load", "yaml.unsafe_load"), _loaded("stream")),
    **dict.fromkeys(("json.load", "ujson.load", "json5.load", "simplejson.load", "commentjson.load"), _loaded("fp")),
    **dict.fromkeys(("json.loads", "orjson.loads", "ujson.loads", "json5.loads", "simplejson.loads"), _loaded("s")),
    **dict.fromkeys(("tomllib.load", "tomllib.loads", "tomli.load", "tomli.loads", "toml.loads", "pytoml.load"), _loaded()),
    "toml.load": _loaded("f", is_path=True),
    "hydra.compose": lambda tracer, args, place: hydra.compose(tracer, args.call, args.frame, place),
    **dict.fromkeys(("omegaconf.OmegaConf.create", "omegaconf.OmegaConf.to_container"), _first),
    **dict.fromkeys(("dotenv.dotenv_values", "dotenv.main.dotenv_values"), _loaded("dotenv_path", is_path=True)),
    "omegaconf.OmegaConf.load": _loaded("file_", is_path=True),
    "os.getenv": _getenv,
    "os.environ.get": _getenv,
    "os.environ.setdefault": _getenv,
    "os.environ.pop": _getenv,
    "decouple.config": _required_env,
    "starlette.config.Config.get": _getenv,
    "google.colab.userdata.get": _required_env,
    "builtins.str": _text_of("str"),
    "builtins.repr": _text_of("repr"),
    "json.dumps": _text_of("json"),
    "builtins.str.encode": _first,
    "builtins.bytes": _first,
    "textwrap.dedent": _first,
    "builtins.int": _convert(lambda v: int(v) if v is not None else v),
    "builtins.float": _convert(lambda v: float(v) if v is not None else v),
    "builtins.bool": _truth,
    "builtins.dict": _dict,
    "builtins.list": _list("list"),
    "builtins.tuple": _list("tuple"),
    "builtins.set": _list("set"),
    "builtins.frozenset": _list("set"),
    "builtins.sorted": _sorted,
    "builtins.reversed": _first,
    "builtins.iter": _first,
    "builtins.aiter": _first,
    "copy.copy": _first,
    "copy.deepcopy": _first,
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "builtins.map": _map,
    **dict.fromkeys(iterators.SAME, _first),
    "itertools.chain": _chained,
    **dict.fromkeys(iterators.FLAT, _flat),
    **dict.fromkeys(iterators.BATCHED, _batches),
    "urllib.parse.urljoin": _urljoin,
    "builtins.filter": _second,
    "builtins.next": _next,
    "builtins.anext": _next,
    "functools.partial": _partial,
    **dict.fromkeys(("dataclasses.asdict", "attrs.asdict", "attr.asdict", "builtins.vars"), _as_dictionary),
    "functools.update_wrapper": _first,
    "functools.singledispatch": _first,
    "dataclasses.replace": _replace,
    "copy.replace": _replace,
    "attrs.evolve": _replace,
    "attr.evolve": _replace,
    "asyncio.to_thread": _apply(0),
    "asyncio.run": _first,
    "asyncio.wait_for": _first,
    "asyncio.create_task": _first,
    "asyncio.ensure_future": _first,
    "asyncio.shield": _first,
    **dict.fromkeys(("asyncio.gather", "tqdm.asyncio.tqdm.gather", "tqdm.asyncio.tqdm_asyncio.gather"), _gather),
    "anyio.to_thread.run_sync": _apply(0),
    "starlette.concurrency.run_in_threadpool": _apply(0),
    "fastapi.concurrency.run_in_threadpool": _apply(0),
    "typing.cast": _cast,
    "builtins.getattr": _getattr,
    "builtins.super": _super,
    "builtins.type": _type,
    "importlib.import_module": _import_module,
    "builtins.__import__": _import_module,
    "os.path.join": _join_path,
    "pathlib.Path": _join_path,
    "os.path.expanduser": _first,
    "os.path.abspath": _first,
    "fastapi.Depends": _depends,
    "fastapi.params.Depends": _depends,
    "fastapi.Security": _depends,
    "types.SimpleNamespace": _dict,
    "argparse.Namespace": _dict,
    "types.MappingProxyType": _first,
    "contextlib.nullcontext": _first,
    "contextlib.closing": _first,
    "builtins.min": _least,
    "builtins.max": _greatest,
    "glob.glob": _found_files,
    "glob.iglob": _found_files,
    "random.choice": _next,
    "typer.Option": _option,
    "typer.Argument": _option,
    **dict.fromkeys(("tyro.cli", "simple_parsing.parse", "pyrallis.parse", "draccus.parse"), _of_options),
    "fastapi.Query": _option,
    "fastapi.Body": _option,
    "fastapi.Form": _option,
    "fastapi.Header": _option,
    "pydantic.SecretStr": _first,
}
