"""Names that mislead: a class has its name alone in its package, and no local shadows an import."""

import ast
from collections import defaultdict
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "computeapi"
TREES = {path: ast.parse(path.read_text()) for path in sorted(PACKAGE.rglob("*.py"))}
FALCON, PECAN = PACKAGE / "falcon_impl", PACKAGE / "pecan_impl"


def imports(tree):
    """The names that a module imports."""
    found = (node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom))
    return {(name.asname or name.name).partition(".")[0] for node in found for name in node.names}


def locals_of(function):
    """The parameters of a function, and the names that it sets."""
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name


def shadows(tree):
    """The local names of a module that its imports have as well."""
    imported = imports(tree)
    functions = (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.Lambda))
    return {name for function in functions for name in locals_of(function) if name in imported}


def classes(path):
    """The names of the classes of a module."""
    return [node.name for node in TREES[path].body if isinstance(node, ast.ClassDef)]


def test_a_class_has_its_name_alone_in_its_package():
    places = defaultdict(list)
    for path in TREES:
        relative = path.relative_to(PACKAGE)
        for name in classes(path):
            places[relative.parts[0], name].append(str(relative))
    assert not {name: found for name, found in places.items() if len(found) > 1}


def test_a_local_name_shadows_no_import():
    found = {str(path.relative_to(PACKAGE)): shadows(tree) for path, tree in TREES.items()}
    assert not {path: names for path, names in found.items() if names}


def test_a_shadow_is_found():
    tree = ast.parse("from a import b\ndef f(c):\n    for b in c: pass")
    assert shadows(tree) == {"b"}


def test_classes_of_a_front_end_are_named_by_what_they_are():
    resources = [name for path in (FALCON / "resources").rglob("*.py") for name in classes(path)]
    controllers = [name for path in (PECAN / "controllers").rglob("*.py") for name in classes(path)]
    assert {n for n in resources if not n.endswith(("Resource", "Actions"))} == {"Viewing"}
    # The base classes of controllers, and what an action answers.
    bases = {n for n in controllers if not n.endswith("Controller")}
    assert bases == {"ActionResource", "AggregateResource", "Answer", "Resource", "ServerResource"}
