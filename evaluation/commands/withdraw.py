"""`betteroff withdraw` and `betteroff sign`: what becomes of a release once it was made."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from ..terms import Problem, Refused

Id = Annotated[str, typer.Argument(metavar="ID", help="The release, by the name at the foot of its page and in internal/checklist.md.")]
Out = Annotated[Path, typer.Option("--out", help="The folder that `betteroff run` wrote.")]


def withdraw(
    release: Id,
    out: Out,
    reason: Annotated[str, typer.Option("--reason", help="Why, for whoever has read it: it stands on the page as it is written.")] = "",
    superseded_by: Annotated[str, typer.Option("--superseded-by", metavar="ID", help="The release that is to be read instead.")] = "",
    never_sent: Annotated[
        bool, typer.Option("--never-sent", help="It never left the county, such as a trial run: later runs are not judged beside it.  With --by.")
    ] = False,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="With --never-sent: who says so; on the next checklist, with the reason.")] = "",
) -> None:
    """Take back what was released: a banner on every page of that study, its digest kept.

    The pages, findings.json and the list of studies say that it was withdrawn and why.  What was sent out is called back by
    whoever sent it.  It still counts as released before, for it cannot be unseen: later releases are judged beside it.

    Of a release that nobody outside has seen, such as a trial run, somebody may say so with --never-sent: it then counts for
    nothing, and its pages are taken out of OUT/release.  That is refused once it was signed.
    """
    from ..delivery import never_sent as kept_inside
    from ..delivery import withdraw as withdrawn

    if never_sent and superseded_by:
        raise Refused(Problem("--superseded-by", "what was never sent is read by nobody.", "", "Leave out one of the two."))
    if by and not never_sent:
        raise Refused(Problem("--by", "who says so belongs to --never-sent.", "", "Add --never-sent, or leave it out."))
    if never_sent:
        typer.echo(kept_inside(out, release, reason=reason, by=by))
        return
    typer.echo(withdrawn(out, release, reason=reason, superseded_by=superseded_by))


def sign(
    release: Id,
    out: Out,
    analyst: Annotated[str, typer.Option("--analyst", help="Who made it.")],
    reviewer: Annotated[str, typer.Option("--reviewer", help="Who reviewed it: somebody else.  The page names them.")],
    day: Annotated[str, typer.Option("--date", metavar="YYYY-MM-DD", help="The day of the review.")],
    reply: Annotated[str, typer.Option("--reply", help="What the programme replied; it stays in the county.")],
    checked: Annotated[
        list[str] | None,
        typer.Option("--checked", help="A line of the checklist that was seen to: pages, labels, offices, reply; may be given again; or all."),
    ] = None,
) -> None:
    """Write down that a release was reviewed, after its checklist (studies/<name>/internal/checklist.md) was gone through.

    The page then says by whom and on which day; a page of a release that nobody signed says nothing of a review.  The boxes of the
    checklist stay open but for those that --checked names.
    """
    from ..delivery import sign as signed

    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise Refused(Problem("--date", f"'{day}' is no day.", "A day is written as 2026-04-15.")) from None
    typer.echo(signed(out, release, analyst=analyst, reviewer=reviewer, day=on, reply=reply, checked=checked or ()))
