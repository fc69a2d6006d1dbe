//! `/admin/apps/tokens`: initial access tokens, with which clients register themselves (RFC 7591 §3).

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::registration_tokens::{self, NewToken};
use doorward_domain::model::{RegistrationToken, RegistrationTokenId};
use doorward_domain::secret::OpaqueToken;
use doorward_templates::console::{EntryForm, List, NewSecret, Section, Table, Value};
use doorward_web::page::Page;
use doorward_web::page_support::text;

use crate::apps::pages::WRITE;
use doorward_console_ui::console::Console;
use doorward_console_ui::cursor::{Cursor, ROWS};
use doorward_console_ui::duration::REGISTRATION;
use doorward_console_ui::form::{self, Field, Form};
use doorward_console_ui::list;
use doorward_console_ui::once::{self, Created, NOTICES};
use doorward_console_ui::question::{Messages, Question};
use doorward_console_ui::routes::{self, REGISTRATION_TOKENS};
use doorward_console_ui::visit::{Handled, Visit};

const NEW: &str = "/admin/apps/tokens/new";

const FIELDS: [Field; 2] = [
    Field::line("note", "console-purpose").hint("console-permit-note-hint"),
    Field::line("uses", "console-permit-uses").default("1"),
];

const REVOKE: Messages = Messages {
    question: "revoke-key-title",
    text: "console-permit-text",
    submit: "api-key-revoke",
    done: "api-keys-revoked",
};

pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::page("/admin/apps/tokens", list))
        .service(routes::form(NEW, create))
        .service(routes::form("/admin/apps/tokens/{id}/revoke", revoke));
}

async fn list(page: &Page) -> Handled {
    let console = Console::open(page).await?;
    let cursor = Cursor::read(&console, &[])?;
    let after = cursor.after_id(RegistrationTokenId::parse)?;
    let found = registration_tokens::page(&console.context(), after, ROWS).await;
    let mut found = Console::read(found)?;
    let pager = cursor.cut(&console, &mut found, |token| token.id.to_string());
    let new = console.has(WRITE);
    let actions = list::new_link(&console, REGISTRATION_TOKENS, "console-new-permit", new);
    let view = List {
        lead: console.t("console-permits-text"),
        notice: console.notice(&[&[REVOKE.done][..], &NOTICES].concat())?,
        actions,
        table: table(&console, &found),
        pager,
        ..console.list_below(Section::Apps, "console-permits")
    };
    Ok(page.html(StatusCode::OK, &view))
}

fn table(console: &Console<'_>, found: &[RegistrationToken]) -> Table {
    let may_revoke = console.has(WRITE);
    let mut columns = vec![
        "console-purpose",
        "console-uses-left",
        "console-created",
        "console-expires",
    ];
    if may_revoke {
        columns.push("console-action");
    }
    let row = |token: &RegistrationToken| {
        let mut row = vec![
            Value::Name(token.note.clone()),
            Value::Code(token.uses_left.to_string()),
            Value::Day(token.created_at),
            Value::Moment(token.expires_at),
        ];
        if may_revoke {
            let path = format!("{REGISTRATION_TOKENS}/{}/revoke", token.id);
            let label = ["api-key-revoke-label", "name"];
            row.push(console.labelled(path, REVOKE.submit, label, &token.note));
        }
        row
    };
    let rows = found.iter().map(row).collect();
    console.table("console-permits", &columns, rows, "console-no-permits")
}

async fn create(page: &Page, payload: Option<Payload>) -> Handled {
    let visit = Visit::open(page, payload, WRITE).await?;
    let (console, fields) = (&visit.console, &visit.form);
    let messages = ["console-new-permit", "console-create"];
    let mut entries = form::entries(console, &FIELDS, fields)?;
    entries.push(REGISTRATION.entry(console, fields)?);
    let form = Form::open(
        &visit,
        EntryForm {
            once: Some(once::key(console)),
            ..form::view(
                console,
                Section::Apps,
                messages,
                REGISTRATION_TOKENS,
                entries,
            )
        },
    )?;
    form.offer(&[])?;
    let new = NewToken {
        note: text(fields, "note")?.to_owned(),
        // A number that cannot be read is out of range.
        uses: text(fields, "uses")?.trim().parse().unwrap_or_default(),
        expires_at: REGISTRATION.end(console, fields)?,
    };
    let created = once::create(console, fields, async |context: AdminContext<'_>| {
        registration_tokens::create(&context, &new).await
    });
    let problem = |error: &AdminError| match error {
        AdminError::Invalid { field: "uses", .. } => Some(("uses", "console-permit-uses-invalid")),
        AdminError::Invalid { .. } => Some(("note", "console-permit-note-invalid")),
        _ => None,
    };
    match form.settle(created.await, problem).await? {
        Created::Now((stored, token)) => Ok(show(console, &stored, &token)),
        Created::Before(stored) => Ok(once::repeat(console, REGISTRATION_TOKENS, &stored)),
    }
}

/// Shows a new token once, in the answer to the form that made it.
fn show(console: &Console<'_>, stored: &RegistrationToken, token: &OpaqueToken) -> HttpResponse {
    let address = format!("{}/oauth2/register", console.page.context.core.issuer());
    let mut layout = console.layout.clone();
    REGISTRATION_TOKENS.clone_into(&mut layout.return_to);
    let view = NewSecret {
        frame: console.frame(Section::Apps, false),
        heading: console.t("console-permit-made"),
        facts: vec![
            console.fact("console-purpose", Value::Name(stored.note.clone())),
            console.fact("console-expires", Value::Moment(stored.expires_at)),
            console.fact("console-permit-address", Value::Code(address)),
        ],
        secret_label: console.t("console-permit"),
        secret: Some(token.expose().to_owned()),
        done: console.link(REGISTRATION_TOKENS, "console-permit-saved"),
        test: None,
        configuration: Vec::new(),
        notes: Vec::new(),
        now: console.now(),
        layout,
    };
    console.page.html(StatusCode::OK, &view)
}

async fn revoke(page: &Page, payload: Option<Payload>) -> Handled {
    let visit = Visit::open(page, payload, WRITE).await?;
    let id = visit.id("id", RegistrationTokenId::parse)?;
    let found = registration_tokens::get(&visit.context(), id).await;
    let note = Console::read(found)?.note;
    let question = Question {
        is_risky: true,
        ..Question::new(Section::Apps, REVOKE, note, REGISTRATION_TOKENS)
    };
    let question = question.ask(&visit)?;
    let revoked = registration_tokens::revoke(&visit.context(), id).await;
    question.finish(&visit, revoked).await
}
