"""A run of a job: exports in, reports out, mails sent. Each step is in the ledger, so that after a kill it goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from partner_analytics import __version__
from partner_analytics.deliver import heartbeat, post
from partner_analytics.deliver.inbox import load_inbox
from partner_analytics.deliver.kept import remove_older
from partner_analytics.deliver.log import logging_to
from partner_analytics.deliver.mails import NEEDED
from partner_analytics.deliver.shortfalls import shortfalls
from partner_analytics.deliver.turn import turn_of
from partner_analytics.errors import PartialRunError, PartnerAnalyticsError, StoreError, UsageError
from partner_analytics.jobs import ledger
from partner_analytics.jobs.job import DAY, Job
from partner_analytics.jobs.ledger import DONE, FAILED, PARTIAL, RUN, SENDING, SENT, Run, Step
from partner_analytics.jobs.when import longest_gap
from partner_analytics.languages import ENGLISH, spoken
from partner_analytics.publish.files import write_packs, write_reports
from partner_analytics.safety.locks import one_at_a_time

if TYPE_CHECKING:
    from partner_analytics.portfolio import Portfolio
    from partner_analytics.portfolio.publishing import Built

__all__ = ["Outcome", "dry_run", "run"]

WAITING: Final = "waiting"
"""Where mails lie that are not sent yet."""

PULL, LOAD, REPORTS, MAILS = "pull", "load", "reports", "mails"


@dataclass(frozen=True)
class Outcome:
    """What became of a run.

    Parameters
    ----------
    job
        Its name.
    code
        The exit code.
    said
        What there is to know, in sentences.
    """

    job: str
    code: int
    said: tuple[str, ...] = ()


def run(
    job: Job,
    portfolio: Portfolio,
    now: Callable[[], datetime],
    *,
    tell: Callable[[str], None],
    again: bool = False,
    only_due: bool = False,
    zone: tzinfo | None = None,
) -> Outcome:
    """Do what a job says, for the moment at which it was due last.

    What was done for that moment is not done again. A run that was broken off, or failed, goes on where it was.

    Parameters
    ----------
    now
        The moment, with its time zone.
    tell
        What is told each step, in a sentence.
    again
        Whether all of it is done once more.
    only_due
        Whether nothing is done where that moment lies before the last run.
    zone
        The time zone of the job; by default that of this machine.

    Raises
    ------
    StoreError
        If the job runs already.
    UsageError
        If its ledger cannot be written.
    """
    folder = ledger.folder_of(portfolio.db)
    busy = StoreError(f"The job {job.name} runs already.", "wait until it has ended.")
    with one_at_a_time(folder / f".{job.name}.lock", busy, lambda error: ledger.unwritable(folder, error)):
        turn = turn_of(job, folder, now().astimezone(zone), again=again, only_due=only_due, zone=zone)
        if turn.run is None:
            return Outcome(job.name, 0, (f"{job.name}: {turn.said}",))
        log = logging_to(folder / f"{job.name}.log", lambda: now().astimezone(zone))

        def said(sentence: str) -> None:
            log(sentence)
            tell(f"{job.name}: {sentence}")

        if turn.said:
            said(turn.said)
        return _Running(job, portfolio, folder, turn.run, now, said, zone, turn.missed).all_steps()


@dataclass
class _Running:
    """A run while it goes on."""

    job: Job
    portfolio: Portfolio
    folder: Path
    run: Run
    now: Callable[[], datetime]
    say: Callable[[str], None]
    zone: tzinfo | None
    missed: int
    facts: dict[str, Any] = field(default_factory=dict)
    built: Built | None = None

    def all_steps(self) -> Outcome:
        """Each step in its turn; one that fails stops what rests on it."""
        begun = self.run.steps.get(RUN)
        self.facts = {"missed": self.missed} if begun is None else dict(begun.facts)
        self._note(RUN, "begun", facts=self.facts)
        self._told(heartbeat.tell(self.job.heartbeat, None))
        try:
            return self._ended(*self._steps())
        except Exception:
            # Whoever watches over the job must hear of a defect too.
            heartbeat.tell(self.job.heartbeat, PartnerAnalyticsError.exit_code)
            raise

    def _steps(self) -> tuple[dict[str, Step], tuple[str, Step] | None]:
        """What became of each step, and the one that failed."""
        steps = [
            *([(PULL, self._pull)] if self.job.pull else []),
            *([(LOAD, self._load)] if self.job.load else []),
        ]
        done = {name: self._step(name, do) for name, do in steps}
        failed = next(((name, step) for name, step in done.items() if step.outcome == FAILED), None)
        if failed is None:
            done[REPORTS] = self._step(REPORTS, self._reports)
            failed = (REPORTS, done[REPORTS]) if done[REPORTS].outcome == FAILED else None
        if self.job.mail is not None:
            done[MAILS] = self._step(MAILS if failed is None else "failure", lambda: self._mails(failed))
            if done[MAILS].outcome == FAILED:
                failed = failed or (MAILS, done[MAILS])
            else:
                self._send()
        return done, failed

    def _ended(self, done: Mapping[str, Step], failed: tuple[str, Step] | None) -> Outcome:
        undelivered = [name for name, mail in self.run.mails.items() if mail.outcome != SENT]
        if failed is not None:
            code, what = failed[1].code, f"the step {failed[0]} failed: {failed[1].what}"
            self._note(RUN, FAILED, code=code, what=what, facts=self.facts)
        elif undelivered or any(step.outcome == PARTIAL for step in done.values()):
            code, what = PartialRunError.exit_code, "done, but not all of it"
            self._note(RUN, PARTIAL, code=code, what=what, facts=self.facts)
        else:
            code, what = 0, "done"
            self._note(RUN, DONE, facts=self.facts)
        post.tidy(self._waiting(), self._is_unsent)
        self._told(heartbeat.tell(self.job.heartbeat, code))
        with spoken(ENGLISH):
            lacking = tuple(shortfalls(self._facts()))
        return Outcome(self.job.name, code, (*lacking, f"{what}."))

    # Steps

    def _step(self, name: str, do: Callable[[], tuple[str, str, Mapping[str, Any]]]) -> Step:
        """What became of a step; one that has come to its end, and did not fail, is not done again."""
        known = self.run.steps.get(name)
        if known is not None and known.has_ended and known.outcome != FAILED:
            return known
        self._note(name, "begun")
        try:
            outcome, what, facts = do()
            self._note(name, outcome, what=what, facts=facts)
        except PartnerAnalyticsError as error:
            self._note(name, FAILED, code=error.exit_code, what=error.message)
        except OSError as error:
            self._note(name, FAILED, code=UsageError.exit_code, what=error.strerror or "a file cannot be written")
        step = self.run.steps[name]
        self.say(f"{name}: {step.outcome}" + (f", {step.what}" if step.what else ""))
        return step

    def _pull(self) -> tuple[str, str, Mapping[str, Any]]:
        errors: list[PartnerAnalyticsError] = []
        found = self.portfolio.pull(failed=errors.append)
        pull = found.pull
        if errors:
            raise errors[0]
        is_partial = bool(pull.failed) or not pull.has_all_customers
        facts = {"not_asked": pull.failed, "list_is_short": not pull.has_all_customers}
        what = f"{pull.customers:,} customers, {pull.refused:,} refused, {pull.failed:,} could not be asked"
        return (PARTIAL if is_partial else DONE), what, facts

    def _load(self) -> tuple[str, str, Mapping[str, Any]]:
        found = load_inbox(self.portfolio, self.job, self.run.day, self.now)
        facts = {
            "refused_files": len(found.refused),
            "waiting_files": len(found.waiting),
            "refused_rows": found.quarantined,
        }
        what = f"{found.loaded:,} exports with {found.rows_read:,} rows, {len(found.refused):,} refused, {len(found.waiting):,} waiting"
        return (PARTIAL if found.refused or found.waiting else DONE), what, facts

    def _reports(self) -> tuple[str, str, Mapping[str, Any]]:
        job, built = self.job, self._made()
        place, formats = Path(self._of_the_day(job.out)), job.formats or None
        if job.split_by:
            written = write_packs(built.packs, place, formats, names=built.chosen, version=__version__, beside={})
        else:
            written = write_reports(built.to_write(), place, formats, version=__version__)
        removed = remove_older(job, place)
        what = f"{len(written):,} files in {place}" + (f", {removed:,} older folders removed" if removed else "")
        return DONE, what, {}

    def _made(self) -> Built:
        """The reports, made once a run."""
        if self.built is None:
            job, mail = self.job, self.job.mail
            settings = replace(self.portfolio.settings, rhythm_days=longest_gap(job.when))
            self.built = replace(self.portfolio, settings=settings).built(
                *job.reports,
                as_of=self.run.day,
                language=job.language or None,
                besides=NEEDED,
                packs=bool(job.split_by) or (mail is not None and mail.each_manager),
            )
        return self.built

    def _mails(self, failed: tuple[str, Step] | None) -> tuple[str, str, Mapping[str, Any]]:
        """Make the mails, and let them wait; they are sent from there, each once."""
        made, without = self.letters(failed)
        post.put(self._waiting(), made)
        return DONE, f"{len(made):,} made", {"without_address": without}

    def letters(self, failed: tuple[str, Step] | None) -> tuple[post.Mails, int]:
        """The mails of this run; and how many account managers have no address."""
        place, at = self._of_the_day(self.job.out), self.now().astimezone(self.zone)
        occasion = post.Occasion(self.job, self.portfolio.settings, self.run.key, at, place, self._facts())
        if failed is not None:
            return post.of_a_failure(occasion, failed[0], failed[1].what), 0
        return post.of_reports(occasion, self._made())

    def _send(self) -> None:
        """Hand over the mails that wait, each once."""
        server, place = self.portfolio.settings.mail, self._waiting()
        waiting = post.waiting(place)
        for one in waiting:
            mail = self.run.mails.get(one.file)
            if mail is not None and mail.outcome == SENDING:
                self.say(f"mail to {one.to}: not known, a run was killed just as it sent its last line")
        left = [one for one in waiting if self._is_unsent(one.file)]
        if server is None or not left:
            return

        def became(file: str, outcome: str, what: str = "") -> None:
            self._note(ledger.MAIL, outcome, file=file, what=what)

        post.send(server, place, left, became, self.say)
        sent = sum(mail.outcome == SENT for mail in self.run.mails.values())
        self.say(f"{sent:,} of {len(waiting):,} mails sent")

    def _is_unsent(self, file: str) -> bool:
        mail = self.run.mails.get(file)
        # Of one that a kill left open nobody knows whether the server has it: to send it again could be a second mail.
        return mail is None or mail.outcome == FAILED

    # What it rests on

    def _note(self, step: str, outcome: str, **more: Any) -> None:
        """Add a line to the ledger, and know it."""
        run = self.run
        at = self.now().astimezone(self.zone)
        ledger.append(
            self.folder,
            run=run.key,
            job=run.job,
            due=run.due.isoformat(),
            attempt=run.attempt,
            day=run.day.isoformat(),
            at=at.isoformat(timespec="seconds"),
            step=step,
            outcome=outcome,
            **more,
        )
        ended = None if outcome in ("begun", SENDING) else at
        made = Step(outcome, more.get("code", 0), more.get("what", ""), at, ended, more.get("facts", {}))
        if step == ledger.MAIL:
            self.run = replace(run, mails={**run.mails, more["file"]: made})
        else:
            self.run = replace(run, steps={**run.steps, step: made})

    def _facts(self) -> dict[str, Any]:
        """What is known of all steps together."""
        facts = dict(self.facts)
        for step in self.run.steps.values():
            facts |= step.facts
        return facts

    def _of_the_day(self, text: str) -> str:
        return text.replace(DAY, self.run.day.isoformat())

    def _waiting(self) -> Path:
        return self.folder / WAITING / self.run.key.replace(":", "").replace("/", "-")

    def _told(self, problem: str) -> None:
        if problem:
            self.say(problem)


def dry_run(
    job: Job, portfolio: Portfolio, now: Callable[[], datetime], zone: tzinfo | None = None
) -> tuple[Path, ...]:
    """Write the mails of a job as files, from what the store holds now; nothing is pulled, loaded, published or sent.

    Returns
    -------
    tuple of Path
        The mails, as `.eml`.
    """
    folder = ledger.folder_of(portfolio.db)
    moment = now().astimezone(zone)
    known = Run(f"{job.name}/dry-run/1", job.name, moment.replace(tzinfo=None), 1, moment.date())
    made, _ = _Running(job, portfolio, folder, known, now, lambda _: None, zone, 0).letters(None)
    place = folder / "dry-run" / job.name
    post.put(place, made)
    return tuple(place / name for name in made)
