//! `/admin/audit/{id}/undo`: restores the values before an event.

use doorward_admin::undo::{self, UndoPreview};
use doorward_domain::model::AuditEvent;
use doorward_rules::undo::UndoObstacle;

use crate::audit::title;
use crate::audit::value::{field, value};
use doorward_console_ui::prelude::*;
use doorward_console_ui::routes::AUDIT;

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
    let row = |(name, now, after): &(String, _, _)| {
        vec![
            field(console, event.kind, name),
            value(console, name, Some(now)),
            value(console, name, Some(after)),
        ]
    };
    console.table(
        "console-undo-changes",
        &["console-field", "console-undo-now", "console-undo-after"],
        preview.values.iter().map(row).collect(),
        "console-none",
    )
}

pub(crate) async fn undo(page: &Page, payload: Option<Payload>) -> Handled {
    let visit = Visit::open(page, payload, Access::Any).await?;
    let console = &visit.console;
    let (id, config) = (parameter(page, "id"), &page.context.core.config);
    let found = undo::preview(&console.context(), config, &id).await;
    let (event, found) = if visit.is_answer() {
        // A denial is recorded.
        let found = console.change(found).await?;
        found.map_err(|_| ErrorKind::NotFound)?
    } else {
        Console::read(found)?
    };
    visit.require_fresh()?;
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
    let question = question.ask(&visit)?;
    let undone = undo::run(&visit.context(), config, &id).await;
    question.finish(&visit, undone).await
}
