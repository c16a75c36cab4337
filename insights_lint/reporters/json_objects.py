"""Violations and reports as the JSON objects that the machine formats promise."""

from __future__ import annotations

from insights_lint.model import Json, Severity, pointer_text, time_text
from insights_lint.payload import Shape
from insights_lint.recording import Answered, Outcome
from insights_lint.report import Report
from insights_lint.violation import Violation


def violation_object(violation: Violation) -> dict[str, Json]:
    """A violation as version 1 writes it."""
    at, rule = violation.location, violation.rule
    return {
        "rule": rule.id,
        "severity": rule.severity.label,
        "layer": rule.layer.value,
        "message": violation.message,
        "help": rule.help,
        "docs": rule.docs,
        "source": at.source,
        "line": at.line,
        "column": at.column,
        "end_line": at.end_line,
        "end_column": at.end_column,
        "pointer": pointer_text(at.pointer),
        "event": violation.event,
        "document_pointer": pointer_text(at.document_pointer),
        "request": at.request,
        "related": [
            {
                "pointer": pointer_text(related.location.pointer),
                "line": related.location.line,
                "column": related.location.column,
                "message": related.message,
            }
            for related in violation.related
        ],
    }


def answer_object(answered: Answered) -> dict[str, Json]:
    """A recorded answer as version 1 writes it."""
    return {
        "source": answered.source,
        "request": answered.request,
        "line": answered.line,
        "document_pointer": pointer_text(answered.pointer),
        "response": {"status": answered.status, "message": "; ".join(answered.messages)},
        "rules": sorted({rule for meant in answered.meant for rule in meant}),
        "refused": answered.refused,
        "outcome": answered.outcome.value,
        "time": None if answered.sent_at is None else time_text(answered.sent_at),
        "method": answered.method,
        "path": answered.path,
        "body": not answered.unseen,
        "reason": answered.unseen,
    }


def summary_object(report: Report) -> dict[str, Json]:
    """A report's counts as version 1 writes them; all are exact, however few violations were kept."""
    return {
        "sources": report.sources,
        "sources_without_events": report.sources_without_events,
        "payloads": report.payloads,
        "payloads_without_body": report.payloads_without_body,
        "preflights": report.preflights,
        "other_methods": report.other_methods,
        "lost_when_recorded": report.lost_when_recorded,
        "events": report.events,
        "telemetry_events": report.telemetry_events,
        "refused_payloads": report.refused_payloads,
        "refused_events": report.refused_events,
        "violations": {severity.label: report.severities[severity] for severity in sorted(Severity, reverse=True)},
        "kept": len(report.kept),
        "rules": dict(sorted((rule, number) for rule, number in report.rules.items() if number)),
        "requests": report.requests,
        "calls": report.shapes[Shape.CALL],
        "log_entries": report.shapes[Shape.RECORD],
        "answers": {outcome.value: report.outcomes[outcome] for outcome in Outcome},
        "templates": report.templates,
        "rules_run": report.rules_run,
        "rules_off": report.rules_off,
        "not_ours": report.not_ours,
        "unseen": [
            {"source": source, "reason": reason, "requests": number}
            for (source, reason), number in report.unseen.most_common()
        ],
        "notes": [{"source": source, "message": sentence} for source, sentence in report.notes],
        "below_minimum": {
            severity.label: report.below_minimum[severity] for severity in sorted(Severity, reverse=True)
        },
        "errors": report.errors,
    }
