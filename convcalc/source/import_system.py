"""`importlib` and its parts, and `pkgutil`, as a loaded file sees them: what can be imported is asked of the run, and nothing is loaded otherwise."""

from __future__ import annotations

from types import SimpleNamespace

from convcalc.tensor import Unknown

from .finding import normalised

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Of what is stood in for these are told to be installed, in the version that is stood in for.
STOOD_IN = ("torch", "torchvision", "numpy")


class PackageNotFoundError(ModuleNotFoundError):
    """`importlib.metadata.PackageNotFoundError`"""


class ModuleSpec:
    """`importlib.machinery.ModuleSpec`"""

    def __init__(self, name: Any, loader: Any, *, origin: Any = None, loader_state: Any = None, is_package: Any = None) -> None:  # fmt: skip
        self.name, self.loader, self.origin, self.loader_state = name, loader, origin, loader_state
        self.submodule_search_locations: Any = [] if is_package else None
        self.has_location = False
        self.cached = None

    @property
    def parent(self) -> Any:
        return self.name if self.submodule_search_locations is not None else self.name.rpartition(".")[0]


class Loader:
    """`importlib.abc.Loader`"""


class MetaPathFinder:
    """`importlib.abc.MetaPathFinder`"""


class ModuleInfo(tuple):  # type: ignore[type-arg]
    """`pkgutil.ModuleInfo`"""

    module_finder: Any = property(lambda self: self[0])
    name: Any = property(lambda self: self[1])
    ispkg: Any = property(lambda self: self[2])


def importlib_names(run: Any) -> dict[str, Any]:
    parts = {
        part: run.find_module(f"importlib.{part}") for part in ("abc", "machinery", "metadata", "resources", "util")
    }
    return {
        **parts, "import_module": run.import_by_name, "reload": lambda module: module, "invalidate_caches": lambda: None,
        "__import__": run.refusing("importlib.__import__"),
    }  # fmt: skip


def util_names(run: Any) -> dict[str, Any]:
    def find_spec(name: Any, package: Any = None) -> Any:
        name = str.__str__(name)
        if name.startswith("."):
            name = resolve_name(name, package)
        return run.import_specification(name)

    def resolve_name(name: Any, package: Any) -> str:
        name = str.__str__(name)
        rest = name.lstrip(".")
        level = len(name) - len(rest)
        if not level:
            return str(name)
        parts = str.__str__(package).split(".")
        if level > len(parts):
            raise ImportError("attempted relative import beyond top-level package")
        return ".".join([*parts[: len(parts) - level + 1], *([rest] if rest else [])])

    refused = "module_from_spec spec_from_file_location spec_from_loader LazyLoader source_from_cache cache_from_source decode_source source_hash"
    return {
        "find_spec": find_spec, "resolve_name": resolve_name,
        **{name: run.refusing(f"importlib.util.{name}") for name in refused.split()},
    }  # fmt: skip


def machinery_names(run: Any) -> dict[str, Any]:
    refused = "SourceFileLoader SourcelessFileLoader ExtensionFileLoader FileFinder"
    kinds = "BuiltinImporter FrozenImporter PathFinder WindowsRegistryFinder NamespaceLoader"
    return {
        "ModuleSpec": ModuleSpec, "SOURCE_SUFFIXES": [".py"], "BYTECODE_SUFFIXES": [".pyc"], "EXTENSION_SUFFIXES": [".so"],
        **{name: run.refusing(f"importlib.machinery.{name}") for name in refused.split()},
        **{name: type(name, (), {"__module__": "importlib.machinery"}) for name in kinds.split()},
        "all_suffixes": lambda: [".py", ".pyc", ".so"],
    }  # fmt: skip


def abc_names(run: Any) -> dict[str, Any]:
    kinds = "PathEntryFinder ResourceLoader InspectLoader ExecutionLoader FileLoader SourceLoader"
    made = {name: type(name, (Loader,), {"__module__": "importlib.abc"}) for name in kinds.split()}
    return {"Loader": Loader, "MetaPathFinder": MetaPathFinder, **made}


def metadata_names(run: Any) -> dict[str, Any]:
    """`importlib.metadata`: versions are those in the names of the folders of metadata."""

    def version(distribution_name: Any) -> str:
        name = normalised(str.__str__(distribution_name))
        stood_in = name in STOOD_IN
        found = run.find_module(name).__version__ if stood_in else run.loader.finder.distributions().get(name)
        if found is None:
            error = PackageNotFoundError(str.__str__(distribution_name))
            error.name = str.__str__(distribution_name)
            raise error
        return str(str.__str__(found))

    def distribution(distribution_name: Any) -> Any:
        return SimpleNamespace(
            version=version(distribution_name),
            **{name: Unknown(f"importlib.metadata.distribution(...).{name}") for name in ("metadata", "files", "requires", "entry_points")},
        )  # fmt: skip

    def of_distribution(name: str) -> Any:
        def asked(distribution_name: Any) -> Unknown:
            version(distribution_name)
            return Unknown(f"importlib.metadata.{name}(...)")

        return asked

    def packages_distributions() -> dict[str, list[str]]:
        """By the usual rule, that a package is called as its distribution is."""
        return {name.replace("-", "_"): [name] for name in (*run.loader.finder.distributions(), *STOOD_IN)}

    return {
        "version": version, "distribution": distribution, "PackageNotFoundError": PackageNotFoundError, "packages_distributions": packages_distributions,
        **{name: of_distribution(name) for name in ("metadata", "files", "requires")},
        **{name: run.refusing(f"importlib.metadata.{name}") for name in ("distributions", "entry_points")},
    }  # fmt: skip


def resources_names(run: Any) -> dict[str, Any]:
    refused = "files as_file open_text open_binary path contents is_resource"

    def read_text(package: Any, resource: Any, encoding: Any = "utf-8", errors: Any = "strict") -> Any:
        data = run.package_data(getattr(package, "__name__", package), resource)
        return data if isinstance(data, Unknown) else data.decode("utf8", "replace")

    def read_binary(package: Any, resource: Any) -> Any:
        return run.package_data(getattr(package, "__name__", package), resource)

    return {
        "read_text": read_text, "read_binary": read_binary,
        **{name: run.refusing(f"importlib.resources.{name}") for name in refused.split()},
    }  # fmt: skip


def pkgutil_names(run: Any) -> dict[str, Any]:
    def iter_modules(path: Any = None, prefix: Any = "") -> Any:
        return [] if path is None else [ModuleInfo((None, prefix + name, below)) for name, below in _below(run, path)]

    def walk_packages(path: Any = None, prefix: Any = "", onerror: Any = None) -> Any:
        for found in iter_modules(path, prefix):
            yield found
            if found.ispkg:
                location = run.loader.finder.locate(found.name)
                yield from walk_packages([] if location is None else list(location.folders), f"{found.name}.", onerror)

    return {
        "get_data": run.package_data, "iter_modules": iter_modules, "walk_packages": walk_packages, "ModuleInfo": ModuleInfo,
        "extend_path": lambda path, name: path, **{name: run.refusing(f"pkgutil.{name}") for name in ("get_loader", "find_loader", "get_importer", "iter_importers")},
        "resolve_name": run.refusing("pkgutil.resolve_name"),
    }  # fmt: skip


def _below(run: Any, path: Any) -> list[tuple[str, bool]]:
    """The modules in folders of packages that the run knows, each with whether it is a package."""
    finder = run.loader.finder
    folders = {str.__str__(folder) for folder in path if isinstance(folder, str)}
    found: dict[str, bool] = {}
    for location in finder.located():
        if location.folders and folders.issuperset(location.folders):
            for name in finder.names_below(location):
                below = finder.locate(f"{location.name}.{name}")
                if below is not None and below.kind != "opaque":
                    found[name] = below.is_package
    return sorted(found.items())
