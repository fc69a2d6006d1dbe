//! `/admin/audit/{id}/undo`: restores the values before an event.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::undo::{self, UndoPreview};
use doorward_domain::model::AuditEvent;
use doorward_domain::rules::undo::UndoObstacle;
use doorward_http::page::{Page, PageError};
use doorward_templates::ErrorKind;
use doorward_templates::console::{Detail, Link, Section, Table};

use crate::audit::filter::HOME;
use crate::audit::title;
use crate::audit::value::{field, value};
use crate::console::Console;
use crate::routes::{self, parameter};
use crate::ui::action::{Action, Messages};

/// The messages of an undo.
pub(crate) const UNDO: Messages = Messages {
    question: "console-undo-question",
    text: "console-undo-text",
    submit: "console-undo",
    done: "console-undone",
};

/// Registers the page.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::form("/admin/audit/{id}/undo", ask, submit));
}

/// Returns the path of the undo of an event.
pub(crate) fn path(event: &AuditEvent) -> String {
    format!("{}/undo", home(event))
}

fn home(event: &AuditEvent) -> String {
    format!("{HOME}/{}", event.id)
}

/// Returns the message of the reason why an event cannot be undone.
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

/// Shows why an event cannot be undone.
fn explain(
    console: &Console<'_>,
    status: StatusCode,
    event: &AuditEvent,
    obstacle: UndoObstacle,
) -> HttpResponse {
    let view = Detail {
        lead: console.t(reason(obstacle)),
        actions: vec![Link::new(home(event), console.t("console-undo-back"))],
        ..console.detail(
            Section::Audit,
            Link::new(home(event), title(console, event)),
            console.t("console-undo-not"),
        )
    };
    console.page.html(status, &view)
}

fn question(event: &AuditEvent, preview: &UndoPreview) -> Action {
    Action {
        section: Section::Audit,
        messages: UNDO,
        object: preview.object.clone(),
        choice: None,
        reason: None,
        typed: None,
        version: Some(preview.version.clone()),
        is_risky: false,
        back: home(event),
    }
}

/// Returns the table of the values now and after the undo.
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

async fn ask(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let (id, config) = (parameter(page, "id"), &page.context.core.config);
    let found = undo::preview(&console.context(), config, &id).await;
    let (event, found) = Console::read(found)?;
    let console = console.require_fresh()?;
    Ok(match found {
        Ok(preview) => {
            let changes = table(&console, &event, &preview);
            question(&event, &preview).ask_about(&console, changes)
        }
        Err(obstacle) => explain(&console, StatusCode::OK, &event, obstacle),
    })
}

async fn submit(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = Console::open_for_change(page).await?;
    let (id, config) = (parameter(page, "id"), &page.context.core.config);
    let found = undo::preview(&console.context(), config, &id).await;
    let Ok((event, found)) = console.change(found).await? else {
        return Err(ErrorKind::NotFound.into());
    };
    let preview = match found {
        Ok(preview) => preview,
        Err(obstacle) => return Ok(explain(&console, StatusCode::CONFLICT, &event, obstacle)),
    };
    let undone = undo::run(&console.context_with_version(&form), config, &id).await;
    Ok(match console.change(undone).await? {
        Ok(()) => {
            let done = UNDO.done;
            page.see_other(&format!("{}?done={done}", home(&event)))
        }
        Err(failure) => {
            let changes = table(&console, &event, &preview);
            question(&event, &preview).fail_about(&console, changes, failure)
        }
    })
}
