"""The packages are ours, light where they must be, and need nothing that is not declared."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("models", "service", "eval", "training")
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
SOURCES = [path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py"))]


def declared(*groups: str) -> set[str]:
    """Names of the distributions of the base install and of these extras."""
    lines = [*SETTINGS["dependencies"]]
    for group in groups:
        lines += SETTINGS["optional-dependencies"][group]
    return {plain(re.split(r"[\s\[<>=!~;]", line)[0]) for line in lines}


def plain(name: str) -> str:
    """A distribution's name as the index compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(path: Path) -> set[str]:
    """Top-level modules a file imports, however late."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add((node.module or "").split(".")[0])
    return names - set(sys.stdlib_module_names) - set(PACKAGES)


@pytest.mark.parametrize("name", PACKAGES)
def test_the_package_imported_is_ours_and_its_init_holds_a_docstring_only(name: str) -> None:
    package = import_module(name)
    assert Path(package.__file__ or "").parent == ROOT / name
    (only,) = ast.parse((ROOT / name / "__init__.py").read_text()).body
    assert isinstance(only, ast.Expr)


@pytest.mark.parametrize("module", ["models.reader", "models.export", "service.app", "service.cli"])
def test_serving_needs_neither_torch_nor_transformers(module: str) -> None:
    program = (
        f"import sys, {module}; print({{'torch', 'transformers', 'playwright'}} & set(sys.modules))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert answer.stdout.strip() == "set()"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_imported_is_declared(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    allowed = declared() if package in ("models", "service") else declared("training", "dev")
    homes = packages_distributions()
    for module in imported(path):
        owners = {plain(owner) for owner in homes.get(module, [module])}
        assert owners & allowed, f"{module} is not declared in pyproject.toml"


def test_every_heavy_dependency_is_used() -> None:
    used = set().union(*(imported(path) for path in SOURCES))
    assert {"pymupdf", "layoutparser", "transformers", "torch", "fastapi", "onnxruntime"} <= used
    assert "fitz" not in used


def test_tests_have_no_package_of_their_own() -> None:
    assert not (ROOT / "tests" / "__init__.py").exists()
