"""One meeting's report as a page that can be sent to a colleague: one file, no scripts, prints well.

The meeting's number is masked unless the user wants it in; everything is escaped, whoever wrote it.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Final

from rtms_tray.capture.timeline import Span, SpanKind
from rtms_tray.history.model import MeetingRecord
from rtms_tray.presentation.status_json import Json, rfc3339
from rtms_tray.presentation.wording import (
    KINDS,
    Times,
    before_first_stream,
    clock,
    grouped,
    kind_words,
    length,
    reason_words,
    remedy_words,
    sums,
    times_of,
)
from rtms_tray.support.texts import text
from rtms_tray.support.units import SECOND, Millis

_EXACT: Final = "%H:%M:%S"
_WIDTH: Final = 1_000.0
_MIN_WIDTH: Final = 4.0
"""In the strip's own units: a short span must not vanish."""
_KEPT_IN_FRONT, _KEPT_AT_END = 3, 4
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE: Final = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; color: #1b1f27; background: #e9ecf1; margin: 0; padding: 32px 16px; }
main { max-width: 760px; margin: 0 auto; background: #fff; border: 1px solid #c9ced8; border-radius: 12px;
  padding: 28px 32px; }
h1 { font-size: 1.6em; margin: 0 0 4px; } h2 { font-size: 1.1em; margin: 28px 0 8px; }
p { margin: 0 0 8px; } .quiet { color: #596273; }
svg { display: block; width: 100%; height: 34px; margin-top: 20px; }
.ends { display: flex; justify-content: space-between; color: #596273; font-size: .9em; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 6px 12px 6px 0; border-top: 1px solid #e3e6ec; }
th { font-weight: 600; border-top: none; } td:nth-child(-n+3) { white-space: nowrap; }
.swatch { display: inline-block; width: 26px; height: 14px; margin: 0 8px 0 0; vertical-align: -2px; }
footer { margin-top: 28px; font-size: .85em; color: #596273; }
@media print { body { background: #fff; padding: 0; } main { border: none; padding: 0; max-width: none; }
  svg, td, th { print-color-adjust: exact; -webkit-print-color-adjust: exact; } tr { break-inside: avoid; } }
"""
_PATTERNS: Final = """<defs>
<pattern id="paused" width="14" height="14" patternUnits="userSpaceOnUse"><rect width="14" height="14" fill="#b45f06"/>
<rect width="5" height="14" fill="#fff" fill-opacity=".75"/></pattern>
<pattern id="lost" width="14" height="14" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<rect width="14" height="14" fill="#b3261e"/><rect width="4" height="14" fill="#fff"/></pattern>
<pattern id="before" width="14" height="14" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<rect width="14" height="14" fill="#9aa3b2"/><rect width="4" height="14" fill="#fff"/></pattern>
<pattern id="unknown" width="10" height="10" patternUnits="userSpaceOnUse"><rect width="10" height="10" fill="#8b93a3"/>
<circle cx="5" cy="5" r="2" fill="#fff"/></pattern></defs>"""
_FILLS: Final = {
    SpanKind.CAPTURED: "#1a7f4b",
    SpanKind.PAUSED: "url(#paused)",
    SpanKind.LOST: "url(#lost)",
    SpanKind.UNKNOWN: "url(#unknown)",
}
_BEFORE: Final = "url(#before)"
"""Before the first stream: red is for what stopped."""


def masked(number: str) -> str:
    """Hide the middle of a meeting's number: 987 •••• 5670."""
    hidden = len(number) - _KEPT_IN_FRONT - _KEPT_AT_END
    if hidden <= 0:
        return "•" * len(number)
    return f"{number[:_KEPT_IN_FRONT]} {'•' * hidden} {number[-_KEPT_AT_END:]}"


def file_name(meeting: MeetingRecord) -> str:
    """Propose a file's name, which does not tell the meeting's number."""
    return f"meeting-{clock(meeting.began_at, '%Y-%m-%d-%H%M')}.html"


def report(meeting: MeetingRecord, now: Millis, *, with_number: bool = False) -> str:
    """Write the page. Times are this machine's, and say so."""
    name, times = _name(meeting, with_number=with_number), meeting_times(meeting)
    return "\n".join(
        (
            "<!DOCTYPE html>",
            f'<html lang="{text("history.report.language")}"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(name)} – rtms-tray</title><style>{_STYLE}</style></head><body><main>",
            *_head(meeting, name),
            *_strip(meeting.counted, times),
            *_table(meeting.counted, times),
            *_end(meeting),
            f"<footer>{escape(text('history.report.footer', now=_moment(now)))}</footer>",
            "</main></body></html>",
            "",
        )
    )


def _name(meeting: MeetingRecord, *, with_number: bool) -> str:
    number = meeting.meeting_number
    if number is None and not with_number:
        return text("history.report.meeting")
    if number is None:
        return text("history.report.meeting_number", number=meeting.meeting_uuid)
    shown = grouped(number) if with_number else masked(number)
    return text("history.report.meeting_number", number=shown)


def _head(meeting: MeetingRecord, name: str) -> Iterator[str]:
    yield f"<h1>{escape(name)}</h1>"
    start = meeting_times(meeting).moment(meeting.began_at)
    yield f'<p class="quiet">{escape(_from_to(start, _end_text(meeting)))}</p>'
    totals = sums({kind: meeting.total(kind) for kind in KINDS})
    yield f"<p><strong>{escape(totals or text('history.report.nothing_counted'))}</strong></p>"
    yield f'<p class="quiet">{escape(text(f"history.report.host.{meeting.host}"))}</p>'


def _from_to(start: str, end: str) -> str:
    return text("history.meeting.from_to", start=start, end=end)


def _end_text(meeting: MeetingRecord) -> str:
    if meeting.ended_at is None:
        return text("history.report.in_progress", now=_moment(meeting.seen_at))
    return _moment(meeting.ended_at)


def _strip(spans: Sequence[Span], times: Times) -> Iterator[str]:
    """Draw the meeting's time; what was not counted in between takes no space."""
    whole = sum(span.end - span.start for span in spans)
    if not whole:
        return
    widths = [max((span.end - span.start) / whole * _WIDTH, _MIN_WIDTH) for span in spans]
    scale, left = _WIDTH / sum(widths), 0.0
    label = escape(text("history.report.timeline"))
    yield f'<svg viewBox="0 0 1000 34" preserveAspectRatio="none" role="img" aria-label="{label}">'
    yield _PATTERNS
    for span, width, fill in zip(spans, widths, _fills(spans), strict=True):
        yield (
            f'<rect x="{left:.1f}" width="{width * scale:.1f}" height="34" fill="{fill}">'
            f"<title>{escape(_span_text(span, times))}</title></rect>"
        )
        left += width * scale
    yield "</svg>"
    first, last = times.clock(spans[0].start), times.clock(spans[-1].end)
    yield f'<div class="ends"><span>{first}</span><span>{last}</span></div>'


def _fills(spans: Sequence[Span]) -> list[str]:
    waits = before_first_stream(span.kind for span in spans)
    fills = (_FILLS[span.kind] for span in spans[waits:])
    return [*([_BEFORE] * waits), *fills]


def _span_text(span: Span, times: Times) -> str:
    from_to = _from_to(times.clock(span.start), times.clock(span.end))
    kind, reason = kind_words(span.kind), reason_words(span.why)
    if not reason:
        return text("history.report.span", from_to=from_to, kind=kind)
    return text("history.report.span_with_reason", from_to=from_to, kind=kind, reason=reason)


def _table(spans: Sequence[Span], times: Times) -> Iterator[str]:
    if not spans:
        return
    yield f"<h2>{escape(text('history.report.spans'))}</h2><table><thead><tr>"
    for name in ("time", "length", "kind", "reason"):
        yield f"<th>{escape(text(f'history.report.{name}'))}</th>"
    yield "</tr></thead><tbody>"
    for span, fill in zip(spans, _fills(spans), strict=True):
        hours = _from_to(times.clock(span.start, _EXACT), times.clock(span.end, _EXACT))
        swatch = (
            f'<svg class="swatch" aria-hidden="true"><rect width="26" height="14"'
            f' fill="{fill}"/></svg>'
        )
        cells = (hours, length(span.end - span.start), kind_words(span.kind).capitalize())
        row = [escape(cell) for cell in (*cells, reason_words(span.why) or "–")]
        yield f"<tr><td>{row[0]}</td><td>{row[1]}</td><td>{swatch}{row[2]}</td><td>{row[3]}</td></tr>"
    yield "</tbody></table>"


def _end(meeting: MeetingRecord) -> Iterator[str]:
    """Say how it ended, and what would have helped against the greatest loss."""
    if meeting.end_reason:
        reason = text("history.report.reason_sentence", reason=reason_words(meeting.end_reason))
        yield f"<h2>{escape(text('history.report.ended'))}</h2><p>{escape(reason)}</p>"
    lost = [span for span in meeting.counted if span.kind is SpanKind.LOST]
    worst = max(lost, key=lambda span: span.end - span.start, default=None)
    if worst is not None and (remedy := remedy_words(worst.why)):
        reason = text("history.report.worst", reason=reason_words(worst.why))
        yield f"<h2>{escape(text('history.report.remedy'))}</h2><p>{escape(f'{reason} {remedy}')}</p>"


def meeting_times(meeting: MeetingRecord) -> Times:
    """Choose how a meeting's times are written."""
    return times_of(meeting.began_at, meeting.seen_at)


def _moment(at: Millis) -> str:
    return Times(zoned=True).moment(at)


# --- Past meetings for other programs: as JSON and as CSV, by the names of the interface. ---

_CSV: Final = (
    "meeting_id", "meeting_uuid", "host", "started", "ended",
    "captured_s", "paused_s", "lost_s", "unknown_s", "end_reason",
)  # fmt: skip
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
"""What a spreadsheet may take for the beginning of a formula."""
_UNSEEN: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Characters that steer a terminal or the direction of text, and no file can need."""


def as_json(meeting: MeetingRecord) -> Json:
    """Write a meeting down by the names of the interface; moments are UTC, lengths seconds."""
    return {
        "meeting_id": meeting.meeting_number,
        "meeting_uuid": meeting.meeting_uuid,
        "host": str(meeting.host),
        "started": rfc3339(meeting.began_at),
        "ended": rfc3339(meeting.ended_at),
        **{f"{kind}_s": meeting.total(kind) / SECOND for kind in KINDS},
        "spans": [_span(span) for span in meeting.counted],
        "end_reason": meeting.end_reason or None,
    }


def json_file(meetings: Iterable[MeetingRecord]) -> str:
    """Write a file of meetings: one JSON list, a meeting a line."""
    lines = ",\n".join(json.dumps(as_json(meeting)) for meeting in meetings)
    return f"[\n{lines}\n]\n" if lines else "[]\n"


def _span(span: Span) -> Json:
    return {
        "start": rfc3339(span.start),
        "end": rfc3339(span.end),
        "kind": str(span.kind),
        "reason": span.why or None,
    }


def as_csv(meetings: Sequence[MeetingRecord]) -> str:
    """Write one row for each meeting, after a row of names; no cell is taken for a formula."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(_CSV)
    for meeting in meetings:
        facts = as_json(meeting)
        writer.writerow([_cell(facts[name]) for name in _CSV])
    return table.getvalue().rstrip("\n")


def _cell(value: object) -> str:
    plain = "" if value is None else " ".join(_UNSEEN.sub("", str(value)).split())
    return f"'{plain}" if _FORMULA.match(plain) else plain
