//! `/admin/audit/{id}/undo`: restores the values before an event.

use doorward_admin::undo::{self, UndoPreview};
use doorward_domain::model::AuditEvent;
use doorward_rules::undo::UndoObstacle;

use crate::audit::title;
use crate::audit::value::{field, value};
use doorward_console_ui::prelude::*;

pub(crate) const UNDO: Messages = Messages {
    question: "console-undo-question",
    text: "console-undo-text",
    submit: "console-undo",
    done: "console-undone",
};

pub(crate) fn path(event: &AuditEvent) -> String {
    format!("{}/undo", home(event))
}

fn home(event: &AuditEvent) -> String {
    format!("{AUDIT}/{}", event.id)
}

pub(crate) const fn reason(obstacle: UndoObstacle) -> &'static str {
    match obstacle {
        UndoObstacle::NotAChange => "console-undo-no-change",
        UndoObstacle::Created => "console-undo-created",
        UndoObstacle::Deleted => "console-undo-deleted",
        UndoObstacle::Secret => "console-undo-secret",
        UndoObstacle::Ended => "console-undo-ended",
        UndoObstacle::Incomplete => "console-undo-incomplete",
        UndoObstacle::Unsupported => "console-undo-unsupported",
        UndoObstacle::Past => "console-undo-past",
        UndoObstacle::Changed => "console-undo-changed",
        UndoObstacle::Gone => "console-undo-gone",
    }
}

fn explain(
    console: &Console<'_>,
    status: StatusCode,
    event: &AuditEvent,
    obstacle: UndoObstacle,
) -> HttpResponse {
    let view = Detail {
        lead: console.t(reason(obstacle)),
        actions: vec![console.link(home(event), "console-undo-back")],
        ..console.detail(
            Section::Audit,
            Link::new(home(event), title(console, event)),
            console.t("console-undo-not"),
        )
    };
    console.page.html(status, &view)
}

fn table(console: &Console<'_>, event: &AuditEvent, preview: &UndoPreview) -> Table {
    console
        .table_of("console-undo-changes", &preview.values, "console-none")
        .column("console-field", |(name, ..)| {
            field(console, event.kind, name)
        })
        .column("console-undo-now", |(name, now, _)| {
            value(console, name, Some(now))
        })
        .column("console-undo-after", |(name, _, after)| {
            value(console, name, Some(after))
        })
        .table()
}

pub(crate) async fn undo(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let (id, config) = (
        parameter(console.page, "id"),
        &console.page.context.core.config,
    );
    let found = undo::preview(&console.context(), config, &id).await;
    let (event, found) = if visit.is_answer() {
        // A denial is recorded.
        let found = console.change(found).await?;
        found.map_err(|_| ErrorKind::NotFound)?
    } else {
        found?
    };
    let preview = match found {
        Ok(preview) => preview,
        Err(obstacle) => {
            let status = if visit.is_answer() {
                StatusCode::CONFLICT
            } else {
                StatusCode::OK
            };
            return Ok(explain(console, status, &event, obstacle));
        }
    };
    let object = preview.object.as_str();
    let question = Question {
        version: Some(preview.version.clone()),
        changes: Some(table(console, &event, &preview)),
        ..Question::new(Section::Audit, UNDO, object, home(&event))
    };
    let question = question.ask(visit)?;
    let undone = undo::run(&visit.context(), config, &id).await;
    question.finish(visit, undone).await
}
