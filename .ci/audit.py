"""Ask the package index about the pinned packages: whether one was withdrawn, or says that nobody keeps it up.

It reads reports of `pip install --dry-run --ignore-installed --report FILE`.
"""

import json
import sys
from pathlib import Path

INACTIVE = "Development Status :: 7 - Inactive"

ACCEPTED = {
    "bleach": "nbconvert needs it, which comes with JupyterLab; neither a report nor a load imports it",
}
"""Packages that nobody keeps up, and why they are here all the same."""


def main() -> None:
    """Name every package that should not be pinned, and end with 1 if there is one."""
    reports = [json.loads(Path(file).read_text("utf-8"))["install"] for file in sys.argv[1:]]
    # Most are pinned in several environments, at one version.
    by_name = {(one["metadata"]["name"], one["metadata"]["version"]): one for report in reports for one in report}
    packages = [*by_name.values()]
    found = []
    for package in packages:
        about = package["metadata"]
        name = f"{about['name']} {about['version']}"
        if package.get("is_yanked"):
            found.append(f"{name} was withdrawn from the index: pin another version.")
        if INACTIVE in about.get("classifier", ()) and about["name"] not in ACCEPTED:
            found.append(f"{name} says that it is no longer kept up: do without it.")
    pinned = {package["metadata"]["name"] for package in packages}
    found += [
        f"{name} is accepted, and no longer pinned: take it off the list." for name in ACCEPTED if name not in pinned
    ]
    for sentence in found:
        sys.stderr.write(f"{sentence}\n")
    sys.stdout.write(f"{len(packages)} pinned packages asked about, {len(found)} to change\n")
    if found or not all(reports) or not packages:
        raise SystemExit(1)


main()
