"""Where the profiles and suites are that come with the harness."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from harness.core.errors import ProfileError


def data_folder(name: str) -> Path:
    """`profiles` or `test_suites`: beside the package in a checkout, inside it in an installed wheel.

    Raises:
        ProfileError: neither is there.
    """
    package = Path(str(files("harness")))
    for place in (package / "_data" / name, package.parent / name):
        if place.is_dir():
            return place
    raise ProfileError(f"the folder {name} is missing", where=str(package), do="install the package anew")
