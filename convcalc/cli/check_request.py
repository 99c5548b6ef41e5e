"""A request for a check: what the options say, carried out; without click, which only reads them."""

from __future__ import annotations

import os
import sys

from convcalc.analysis.budget import Budget
from convcalc.analysis.check_run import Job, check_jobs, processors, report_of
from convcalc.analysis.printable import printable
from convcalc.analysis.settings import CheckSettings
from convcalc.source.bounded import Unreadable, check_inside
from convcalc.source.found import Given
from convcalc.source.project import project_root
from convcalc.source.reading import parse_target
from convcalc.source.target import UsageError
from convcalc.source.work import SECONDS

from .configuration import Configuration, TargetSettings, find_configuration, read_configuration
from .options import MOST_JOBS
from .output import write_report
from .request import complain, given_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from convcalc.analysis.check_run import Outcome
    from convcalc.report.check_report import CheckReport

MANY = 10  # files from which on a terminal shows how far the check is


# What each lock of the system keeps a file from.
LOCKS = {
    "landlock": "reading other files",
    "seccomp": "writing files, starting programs, opening connections",
    "seatbelt": "reading and writing other files, starting programs, opening connections",
    "job object": "starting programs, more memory than its own",
}


def told_of(missing: tuple[str, ...]) -> str:
    """What to say of the system's locks that could not be set up."""
    named = " and ".join(f"{lock} (against {LOCKS[lock]})" for lock in missing if lock in LOCKS)
    return (
        f"this system does not offer {named}: from that only convcalc's own walls kept the files; see docs/security.md"
    )


class CheckRequest:
    """`convcalc check` with its options."""

    def __init__(
        self,
        targets: tuple[str, ...] = (),
        inputs: tuple[str, ...] = (),
        kwargs: tuple[str, ...] = (),
        batch: int | None = None,
        mode: str | None = None,
        form: str = "text",
        select: tuple[str, ...] = (),
        ignore: tuple[str, ...] = (),
        fits: bool = False,
        fix: bool = False,
        diff: bool = False,
        exclude: tuple[str, ...] = (),
        output: str | None = None,
        seconds: float | None = None,
        jobs: int | None = None,
        config: str | None = None,
        isolated: bool = False,
        lenient: bool = False,
        strict: bool = False,
        trust: bool = False,
    ) -> None:
        self.targets = targets
        self.inputs = inputs
        self.kwargs = kwargs
        self.batch = batch
        self.mode = mode
        self.form = form
        self.select = select
        self.ignore = ignore
        self.fits = fits
        self.fix = fix
        self.diff = diff
        self.exclude = exclude
        self.output = output
        self.seconds = seconds
        self.jobs = jobs
        self.config = config
        self.isolated = isolated
        self.lenient = lenient
        self.strict = strict
        self.trust = trust

    def run(self) -> int:
        """Writes the report; the exit code."""
        from convcalc.report.check_report import CheckReport

        try:
            configuration = self._configuration()
            jobs = self.planned(configuration)
        except UsageError as error:
            complain(f"convcalc: {error}\n")
            return 2
        for ignored in self._over(configuration):
            complain(f"convcalc: {configuration.file}: {ignored}\n")
        try:
            outcomes = self._check(jobs, self.jobs or min(configuration.jobs or MOST_JOBS, processors()))
        except UsageError as error:
            complain(f"convcalc: {error}\n")
            return 2
        for outcome in outcomes:
            complain(outcome.message)
        report = CheckReport.of(report_of(outcomes, self.strict))
        if report.missing_locks:
            complain(f"convcalc: {told_of(report.missing_locks)}\n")
        if self.fix or self.diff:
            from .fixed_files import patch, write_fixes

            if self.diff:
                text, found = patch(outcomes)
                if self.output is None and sys.stdout.isatty():
                    text = printable(text)  # for a terminal; elsewhere it is the patch, letter by letter
                written = write_report(text, self.output)
                return (1 if found else report.exit_code) if written else 2
            if not write_fixes(outcomes):
                return 2
        return report.exit_code if write_report(self._text(report), self.output) else 2

    def _over(self, configuration: Configuration) -> Iterator[str]:
        """What the settings of the project would raise: they lower budgets, and the command alone raises them, as it alone trusts."""
        if configuration.trust and not self.trusts(configuration):
            yield "trust = true does not count here: it does in a file that --config names, outside of what is checked"
        if self.config is not None:
            return
        if self.seconds is None and (configuration.seconds or 0) > SECONDS:
            yield f"seconds = {configuration.seconds:g} is more than the {SECONDS:g} that the command allows: --seconds {configuration.seconds:g} does"

    def _check(self, jobs: list[Job], workers: int) -> list[Outcome]:
        if len(jobs) <= MANY or not sys.stderr.isatty():
            return check_jobs(jobs, workers, meanwhile=self._prepare)
        import click

        with click.progressbar(length=len(jobs), label="Checking", file=sys.stderr) as bar:
            return check_jobs(jobs, workers, lambda: bar.update(1))

    def _prepare(self) -> None:
        """Imports what the report will need, while the files are run."""

        from convcalc.report.forms import drawer

        drawer("check", self.form)

    def _text(self, report: CheckReport) -> str:
        if self.form != "text":
            return report.form(self.form)
        if self.output is not None:
            return report.text()
        from convcalc.report.terminal import terminal_width, wants_colour

        return report.text(colour=wants_colour(sys.stdout), width=terminal_width(), calls=False)

    # which targets

    def trusts(self, configuration: Configuration) -> bool:
        """Whether all that is checked is the user's own by his word: on the command line, or in a file that nobody else's folder brought."""
        if self.trust or not configuration.trust or self.config is None:
            return self.trust
        from convcalc.source.project import outermost_roots

        place = os.path.realpath(self.config)
        named = self.targets or tuple(target.target for target in configuration.targets) or (os.curdir,)
        checked = [text.partition("::")[0] for text in named]
        return not any(
            place.startswith(root.rstrip(os.sep) + os.sep)
            for path in checked
            for root in outermost_roots(path if os.path.isdir(path) else os.path.dirname(path) or os.curdir)
        )

    def _configuration(self) -> Configuration:
        if self.isolated:
            return Configuration()
        if self.config is not None:
            return read_configuration(self.config)
        first = self.targets[0].partition("::")[0] if self.targets else os.curdir
        return find_configuration(first if os.path.isdir(first) else os.path.dirname(first) or os.curdir)

    def planned(self, configuration: Configuration | None = None) -> list[Job]:
        """One job for each target; those of the configuration where nothing is named."""
        configuration = configuration or self._configuration()
        planner = _Planner(self, configuration)
        if not self.targets and configuration.targets:
            for settings in configuration.targets:
                planner.add_configured(settings, named=True)
        for text in self.targets or (() if configuration.targets else (os.curdir,)):
            planner.add(text)
        return planner.jobs


class _Planner:
    """Makes jobs of targets, each once."""

    def __init__(self, request: CheckRequest, configuration: Configuration) -> None:
        self.request = request
        self.configuration = configuration
        self.jobs: list[Job] = []
        self.given = given_of(request.inputs, request.kwargs, request.batch, request.mode)
        self.gives = bool(request.inputs or request.kwargs or request.batch is not None or request.mode)
        self.exclude = (*configuration.exclude, *request.exclude)
        self.trusts = request.trusts(configuration)
        self._per_file: Callable[[str], Iterator[tuple[str, ...]]] | None = None
        self._excludes: Callable[[str], bool] | None = None
        self._seen: set[tuple[str, str | None]] = set()
        self._roots: dict[str, str] = {}
        self._folders: list[str] = []  # that the user has named
        self._configured: dict[str, list[TargetSettings]] = {}
        for settings in configuration.targets:
            file = os.path.abspath(settings.target.partition("::")[0])
            self._configured.setdefault(file, []).append(settings)

    def add(self, text: str) -> None:
        """A target of the command line: a file, a file and an expression, or a folder."""
        target = parse_target(text)
        if target.expression is not None or not os.path.isdir(target.file):
            if not (self.request.lenient and self._is_excluded(target.file)):
                self._add(target.file, target.expression, not self.request.lenient, target.module)
            return
        from convcalc.source.folders import python_files

        self._folders.append(target.file)
        for file in python_files(target.file, self.exclude, self.configuration.root):
            self._add(file, None, named=False)

    def _is_excluded(self, file: str) -> bool:
        from convcalc.source.folders import matcher

        if self._excludes is None:
            self._excludes = matcher(self.exclude, self.configuration.root)
        return self._excludes(file)

    def _add(self, file: str, expression: str | None, named: bool, module: str | None = None) -> None:
        configured = self._configured.get(os.path.abspath(file), ())
        if expression is None and configured:
            for settings in configured:
                self.add_configured(settings, named, file)
            return
        same = [one for one in configured if one.target.partition("::")[2].strip() == expression]
        if same:
            self.add_configured(same[0], named, file)
        else:
            self._append(file, expression, self.given, named, None, module, named)

    def add_configured(self, settings: TargetSettings, named: bool, file: str | None = None) -> None:
        """A target of the configuration; what the command line gives goes before."""
        target = parse_target(settings.target)
        given = self.given
        if not self.gives:
            try:
                given = given_of(settings.inputs, settings.kwargs, settings.batch, settings.mode)
            except UsageError as error:
                raise UsageError(f"{self.configuration.file}: target {settings.target!r}: {error}") from None
        budget = Budget(settings.max_params, settings.max_macs)
        if file is None and target.module is None and self.request.config is None:
            try:
                check_inside(
                    target.file,
                    (
                        self.configuration.root,
                        project_root(os.path.abspath(self.configuration.root)) or self.configuration.root,
                    ),
                )
            except Unreadable as error:
                raise UsageError(f"{self.configuration.file}: target {settings.target!r}: {error}") from None
        is_own = file is not None and named
        self._append(file or target.file, target.expression, given, named, budget, target.module, is_own)

    def _append(
        self,
        file: str,
        expression: str | None,
        given: Given,
        named: bool,
        budget: Budget | None,
        module: str | None,
        is_own: bool,
    ) -> None:
        key = os.path.abspath(file), expression
        if key in self._seen:
            return
        self._seen.add(key)
        seconds = self.request.seconds or self.configuration.seconds or SECONDS
        if self.request.seconds is None and self.request.config is None:
            seconds = min(seconds, SECONDS)
        inside = None if is_own or module is not None else self._inside(file)
        trusted = is_own or self.trusts
        job = Job(file, expression, given, self._settings(file), seconds, named, budget, module, inside, trusted)
        self.jobs.append(job)

    def _inside(self, file: str) -> tuple[str, ...]:
        """The folders that a file must lie in, links followed, which the user has not named himself: the project's, and the current one."""
        folder = os.path.dirname(os.path.abspath(file))
        if folder not in self._roots:
            self._roots[folder] = project_root(folder) or folder
        return os.curdir, self._roots[folder], *self._folders

    def _settings(self, file: str) -> CheckSettings:
        configuration = self.configuration
        ignore = (*configuration.ignore, *self.request.ignore)
        if configuration.per_file_ignores:
            from convcalc.source.folders import relative_to, values_of

            if self._per_file is None:
                self._per_file = values_of(configuration.per_file_ignores)
            for rules in self._per_file(relative_to(file, configuration.root)):
                ignore = (*ignore, *rules)
        return CheckSettings(
            self.request.select or configuration.select,
            ignore,
            self.request.fits,
            self.request.fix or self.request.diff,
        )
