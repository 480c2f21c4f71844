"""Says under which licences that is what a package of rtms-tray brings along: Debian's `copyright` file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bootstrap import ROOT

if TYPE_CHECKING:
    from importlib.metadata import Distribution

LICENCE_FILES = ("licen", "copying", "notice", "authors")
CLASSIFIER = "License :: OSI Approved :: "
_TERM = r"(MIT|[A-Z][A-Za-z]+-\d[\w.]*(-[\w.]+)*)"
SPDX = re.compile(rf"{_TERM}( OR {_TERM})*")
SPELLED = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
}
"""What older packages say in place of an SPDX expression."""
HEAD = """rtms-tray {version}, and what comes with it

rtms-tray itself:

{licence}

Qt and PySide (the packages pyside6-essentials and shiboken6) are used under the GNU Lesser General Public License,
version 3. Its text is in /usr/share/common-licenses/LGPL-3, that of the GPL, to which it refers, in GPL-3 beside it.
rtms-tray changes nothing in them, and uses them as shared libraries in files of their own: you may replace them with
your own build, in
{site}/PySide6
Their source code: https://download.qt.io/official_releases/QtForPython/ (pyside6) and
https://download.qt.io/official_releases/qt/ of the version below, or from those who gave you this package. Qt holds
code by others (ICU, HarfBuzz, FreeType and more): https://doc.qt.io/qt-6/licenses-used-in-qt.html

recurring-ical-events and x-wr-timezone are under the LGPL too, version 3 or later; they come as source code.

Each package's licence, and where its text is:
"""


def notices(packages: list[Distribution], site: str, version: str) -> str:
    """Write the file; `site` is where the packages will be."""
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8").strip()
    head = HEAD.format(version=version, licence=licence, site=site)
    return head + "".join(_notice(package, site) for package in packages)


def _notice(package: Distribution, site: str) -> str:
    lines = [f"\n{package.name} {package.version}: {licence_of(package)}"]
    return "\n".join([*lines, *(f"  {site}/{path}" for path in licence_files(package))]) + "\n"


def licence_of(package: Distribution) -> str:
    """Name a package's licence as SPDX does; raises LookupError where the package does not say."""
    metadata = package.metadata
    for name in ("License-Expression", "License"):
        if SPDX.fullmatch(said := "".join(metadata.get_all(name) or ())):
            return str(said)
    known = [
        SPELLED[line.removeprefix(CLASSIFIER)]
        for line in metadata.get_all("Classifier") or ()
        if line.removeprefix(CLASSIFIER) in SPELLED
    ]
    if not known:
        raise LookupError(f"{package.name} does not say under which licence it is")
    return " OR ".join(known)


def licence_files(package: Distribution) -> list[str]:
    """Find the texts that the package brings."""
    return [
        path.as_posix()
        for path in package.files or ()
        if ".dist-info" in path.parts[0] and path.name.lower().startswith(LICENCE_FILES)
    ]
