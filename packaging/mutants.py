"""Makes mutants: copies of a module with one small thing wrong, which some test should notice.

Functions, properties, tables and default values alike. Left alone are annotations, docstrings, imports,
decorators, and f-strings' insides (Python before 3.12 does not say where in the file they are).
"""

import ast
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import singledispatch
from pathlib import Path
from types import CodeType
from typing import Any, Final, NamedTuple, TypeVar

Item = TypeVar("Item")
Members = Mapping[str, tuple[str, ...]]
"""The members of each enumeration, by its name."""

LEFT_OUT: Final = "(left out)"
_LEFT_ALONE: Final = {"annotation", "returns", "decorator_list", "bases", "keywords", "type_params"}
_COMPARISONS: Final[Mapping[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_OPERATORS: Final[Mapping[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_DELETABLE: Final = (
    ast.Assign,
    ast.AugAssign,
    ast.AnnAssign,
    ast.Expr,
    ast.Raise,
    ast.Continue,
    ast.Break,
)
_TRUE: Final = ast.Constant(value=True)
_FALSE: Final = ast.Constant(value=False)


class Name(NamedTuple):
    """What a mutant is known by; no line numbers, which change with everything above."""

    module: str
    where: str
    line: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node hangs in its module's tree."""

    parent: ast.AST
    field: str
    index: int | None

    def put(self, node: ast.AST) -> None:
        """Hang another node there."""
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


@dataclass(frozen=True, slots=True)
class Mutant:
    """One small thing wrong in a module: `old` became `new`, in the function that begins at line `inside`."""

    path: Path
    line: int
    where: str
    inside: int | None
    text: str  # of its line
    old: str
    new: str
    place: Place
    node: ast.AST
    wrong: ast.AST
    tree: ast.Module

    @property
    def name(self) -> Name:
        """What it is known by, as long as the code around it stays."""
        return Name(self.path.stem, self.where, self.text, self.old, self.new)

    def code(self) -> CodeType:
        """Compile the module with this mistake in it."""
        self.place.put(self.wrong)
        try:
            return compile(ast.fix_missing_locations(self.tree), str(self.path), "exec")
        finally:
            self.place.put(self.node)


@dataclass(frozen=True, slots=True)
class _Scope:
    """What surrounds a node."""

    where: str = "module"
    inside: int | None = None


def members_of(paths: list[Path]) -> Members:
    """List the members of the enumerations that modules define."""
    found = {}
    for path in paths:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and any(
                "Enum" in ast.unparse(base) for base in node.bases
            ):
                targets = [one.targets[0] for one in node.body if isinstance(one, ast.Assign)]
                found[node.name] = tuple(one.id for one in targets if isinstance(one, ast.Name))
    return found


def mutants_of(path: Path, members: Members) -> Iterator[Mutant]:
    """Make all mutants of a module, in the order of its text."""
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    tree = ast.parse(source)
    known = {**members, **_aliases(tree, members)}
    for place, node, scope in _places(tree, _Scope()):
        for wrong, old, new in _changes(place, node, known):
            ast.copy_location(wrong, node)
            line = _line_of(place, node)
            text = lines[line - 1].strip()
            yield Mutant(
                path, line, scope.where, scope.inside, text, old, new, place, node, wrong, tree
            )


def _line_of(place: Place, node: ast.AST) -> int:
    return int(getattr(node, "lineno", 0) or getattr(place.parent, "lineno", 1))


def _changes(place: Place, node: ast.AST, known: Members) -> Iterator[tuple[ast.AST, str, str]]:
    wrongs = [*_everywhere(place, node), *_wrongs(node, known)]
    old = ast.unparse(node) if wrongs else ""
    different = {ast.unparse(wrong): wrong for wrong in wrongs}
    for new, wrong in different.items():
        if new != old:
            yield wrong, old, new
    for wrong, left_out in _shorter(node):
        yield wrong, ast.unparse(left_out), LEFT_OUT


def _aliases(tree: ast.Module, members: Members) -> dict[str, tuple[str, ...]]:
    """Find the short names that a module gives to enumerations (`_S = CaptureState`)."""
    found = {}
    for node in tree.body:
        if not isinstance(node, ast.Assign):
            continue
        target = node.targets[0]
        names = target.elts if isinstance(target, ast.Tuple) else [target]
        values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
        for name, value in zip(names, values, strict=False):
            if isinstance(name, ast.Name) and isinstance(value, ast.Name) and value.id in members:
                found[name.id] = members[value.id]
    return found


def _places(parent: ast.AST, scope: _Scope) -> Iterator[tuple[Place, ast.AST, _Scope]]:
    for field, value in ast.iter_fields(parent):
        if field in _LEFT_ALONE and not (field == "keywords" and isinstance(parent, ast.Call)):
            continue
        children = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        for index, node in children:
            if isinstance(node, ast.AST) and not _is_left_alone(node, scope):
                inner = _scope_in(node, scope)
                # A default value is worked out where the function is made, not in it.
                yield Place(parent, field, index), node, scope
                yield from _places(node, inner)


def _is_left_alone(node: ast.AST, scope: _Scope) -> bool:
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.JoinedStr, ast.expr_context, ast.Pass)):
        return True
    if scope.where == "module" and (_is_all(node) or isinstance(node, ast.Subscript)):
        return True  # a type by another name
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_all(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"


def _scope_in(node: ast.AST, scope: _Scope) -> _Scope:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        where = node.name if scope.where == "module" else f"{scope.where}.{node.name}"
        first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
        return _Scope(where, None if isinstance(node, ast.ClassDef) else first)
    if isinstance(node, ast.Lambda):
        return _Scope(scope.where, node.lineno)
    if isinstance(node, ast.arguments):
        return _Scope(scope.where, None)
    return scope


def _everywhere(place: Place, node: ast.AST) -> Iterator[ast.AST]:
    """What can be wrong with any node because of where it hangs: conditions and statements."""
    if place.field in {"test", "ifs"}:
        yield _FALSE
        if not isinstance(place.parent, ast.While):
            yield _TRUE
    if place.field == "guard":
        yield from (_TRUE, _FALSE)
    if isinstance(node, _DELETABLE):
        yield ast.Pass()


@singledispatch
def _wrongs(node: Any, members: Members) -> Iterator[ast.AST]:  # noqa: ANN401 - of any kind
    del node, members
    return iter(())


@_wrongs.register
def _(node: ast.Compare, members: Members) -> Iterator[ast.AST]:
    del members
    for index, operator in enumerate(node.ops):
        for other in _COMPARISONS[type(operator)]:
            wrong = deepcopy(node)
            wrong.ops[index] = other()
            yield wrong


@_wrongs.register
def _(node: ast.BoolOp, members: Members) -> Iterator[ast.AST]:
    del members
    for index in range(len(node.values)):
        rest = [one for at, one in enumerate(node.values) if at != index]
        yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


@_wrongs.register
def _(node: ast.UnaryOp, members: Members) -> Iterator[ast.AST]:
    del members
    yield node.operand


@_wrongs.register
def _(node: ast.BinOp, members: Members) -> Iterator[ast.AST]:
    del members
    if type(node.op) in _OPERATORS:
        yield ast.BinOp(node.left, _OPERATORS[type(node.op)](), node.right)


@_wrongs.register
def _(node: ast.IfExp, members: Members) -> Iterator[ast.AST]:
    del members
    yield from (node.body, node.orelse)


@_wrongs.register
def _(node: ast.Constant, members: Members) -> Iterator[ast.AST]:
    del members
    if isinstance(node.value, bool):
        yield ast.Constant(value=not node.value)
    elif isinstance(node.value, int):
        yield ast.Constant(value=node.value + 1)
    elif isinstance(node.value, str):
        yield ast.Constant(value="mutant")


@_wrongs.register
def _(node: ast.Attribute, members: Members) -> Iterator[ast.AST]:
    """Another member of the same enumeration."""
    base = node.value
    name = base.id if isinstance(base, ast.Name) else getattr(base, "attr", "")
    options = members.get(name, ())
    if node.attr in options and len(options) > 1:
        other = options[(options.index(node.attr) + 1) % len(options)]
        yield ast.Attribute(base, other, ast.Load())


@_wrongs.register
def _(node: ast.Call, members: Members) -> Iterator[ast.AST]:
    """Not called at all; what only freezes its argument makes no difference."""
    del members
    if ast.unparse(node.func) == "frozenset":
        return
    if node.args and not isinstance(node.args[0], (ast.Starred, ast.GeneratorExp)):
        yield node.args[0]


@_wrongs.register
def _(node: ast.match_case, members: Members) -> Iterator[ast.AST]:
    """A case that nothing reaches."""
    del members
    if node.guard is None:
        yield ast.match_case(node.pattern, _FALSE, node.body)


def _shorter(node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """The same with one part left out, and that part."""
    match node:
        case ast.Call(func, arguments, keywords):
            for index, keyword in enumerate(keywords):
                yield ast.Call(func, arguments, _without(keywords, index)), keyword
        case ast.Dict(keys, values):
            for index, key in enumerate(keys):
                yield ast.Dict(_without(keys, index), _without(values, index)), key or values[index]
        case ast.Set(elements) if len(elements) > 1:
            for index, element in enumerate(elements):
                yield ast.Set(_without(elements, index)), element
        case ast.Tuple(elements, ast.Load()) | ast.List(elements, ast.Load()):
            for index, element in enumerate(elements):
                yield type(node)(_without(elements, index), ast.Load()), element


def _without(items: list[Item], index: int) -> list[Item]:
    return [*items[:index], *items[index + 1 :]]
