"""Coverage-guided fuzzing: `python -m tests.fuzz.run [--seconds N] [TARGET …]`.

Each target runs in a process of its own. Needs atheris (the dependency group `nightly`). Inputs that reach new code
are kept in `.cache/fuzz`, where the next run continues. Inputs that break a target are added to its corpus in
tests/fuzz/corpus, and so to the ordinary tests.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.fuzz.reshaping import reshaped
from tests.fuzz.seeds import SEEDS, WORDS

ROOT: Final = Path(__file__).parents[2]
FOUND: Final = ROOT / ".cache" / "fuzz"
CORPUS: Final = Path(__file__).parent / "corpus"
LIMITS: Final = ("-max_len=4096", "-timeout=20", "-rss_limit_mb=1024", "-print_final_stats=1")
"""libFuzzer's: bytes, seconds for one input, megabytes."""
_EXECUTIONS: Final = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
_COVERAGE: Final = re.compile(r"cov: (\d+) ")
_SHOWN: Final = 4000


@dataclass(frozen=True, slots=True)
class Figures:
    """The result of fuzzing one target.

    Coverage counts places in rtms_tray: `before` those that the known inputs reach, `after` those that all reach.
    """

    target: str
    seconds: int
    executions: int
    before: int
    after: int
    broken: int

    def __str__(self) -> str:
        coverage = f"coverage {self.before:>5} → {self.after:>5}"
        return (
            f"{self.target:<16} {self.seconds:>5} s {self.executions:>10} executions,"
            f" {coverage}, {'BROKEN' if self.broken else 'ok'}"
        )


def fuzz(target: str, seconds: int) -> Figures:
    """Fuzz one target in a process of its own, and add inputs that break it to its corpus."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = [sys.executable, "-m", "tests.fuzz.run", "--here", target, "--"]
        options = [f"-max_total_time={seconds}", *LIMITS, *_fuzzer_arguments(folder, target)]
        done = subprocess.run(
            [*command, *options],
            check=False,
            cwd=ROOT,
            capture_output=True,
            text=True,
            errors="replace",
        )
        broken = sum(1 for _ in _copied(folder / "broken", CORPUS / target))
    if done.returncode != 0:
        print(done.stdout[-_SHOWN:], done.stderr[-_SHOWN:])
    coverage = [int(found) for found in _COVERAGE.findall(done.stderr)] or [0]
    executions = _EXECUTIONS.search(done.stderr)
    return Figures(
        target,
        seconds,
        int(executions[1]) if executions else 0,
        coverage[0],
        coverage[-1],
        max(broken, int(done.returncode != 0)),
    )


def _fuzzer_arguments(folder: Path, target: str) -> Iterator[str]:
    """Write the seeds and the dictionary, and tell the fuzzer where everything is."""
    seeds, words, kept = folder / "seeds", folder / "words", FOUND / target
    for place in (seeds, folder / "broken", kept):
        place.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS[target]):
        (seeds / str(number)).write_bytes(seed)
    quoted = ("".join(f"\\x{byte:02x}" for byte in word) for word in WORDS)
    words.write_text("".join(f'"{word}"\n' for word in quoted), encoding="ascii")
    yield from (f"-artifact_prefix={folder / 'broken'}/", f"-dict={words}", str(kept), str(seeds))
    if (CORPUS / target).exists():
        yield str(CORPUS / target)


def _copied(source: Path, target: Path) -> Iterator[Path]:
    for path in sorted(source.iterdir()):
        target.mkdir(parents=True, exist_ok=True)
        (target / path.name).write_bytes(path.read_bytes())
        yield target / path.name


def _become_fuzzer(target: str, options: list[str]) -> None:
    """Fuzz one target in this process; the fuzzer ends it."""
    import atheris  # noqa: PLC0415 - installed for the nightly run only

    with atheris.instrument_imports(include=["rtms_tray"]):
        from tests.fuzz.targets import TARGETS  # noqa: PLC0415 - it must be instrumented

    def mutated(data: bytes, most: int, seed: int) -> bytes:
        """Mutate JSON as JSON half of the time, and as bytes the other half."""
        new = reshaped(data, seed) if seed % 2 else atheris.Mutate(data, most)
        return bytes(new[:most])

    is_json = any(b"{" in seed for seed in SEEDS[target])
    mutator = {"custom_mutator": mutated} if is_json else {}
    atheris.Setup([sys.argv[0], *options], TARGETS[target], **mutator)
    atheris.Fuzz()


def main() -> int:
    """Fuzz the named targets, or all of them; the exit code is 1 if any broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(SEEDS))
    arguments = parser.parse_args()
    if arguments.here:
        _become_fuzzer(arguments.targets[0], arguments.targets[1:])
    if unknown := set(arguments.targets) - set(SEEDS):
        parser.error(f"there is no target {', '.join(sorted(unknown))}")
    broken = 0
    for target in arguments.targets or SEEDS:
        figures = fuzz(target, arguments.seconds)
        print(figures, flush=True)
        broken += figures.broken
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
