//! `/admin/apps/tokens`: initial access tokens, with which clients register themselves (RFC 7591 §3).

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::registration_tokens::{self, NewToken};
use doorward_domain::model::{RegistrationToken, RegistrationTokenId};
use doorward_domain::secret::OpaqueToken;
use doorward_domain::time::UnixSeconds;
use doorward_http::page::{Page, PageError};
use doorward_http::page_support::text;
use doorward_protocol::params::Params;
use doorward_templates::ErrorKind;
use doorward_templates::console::{
    Choice, EntryForm, Fact, FieldKind, Link, List, NewSecret, Section, Table, Value,
};

use crate::console::Console;
use crate::routes::{self, REGISTRATION_TOKENS, parameter};
use crate::ui::action::{Action, Messages};
use crate::ui::also_as;
use crate::ui::cursor::{Cursor, ROWS};
use crate::ui::entry;
use crate::ui::once::{self, Created, NOTICES};

const DAY: i64 = 86_400;
const NEW: &str = "/admin/apps/tokens/new";
/// The name of the field with the lifetime.
const LIFETIME: &str = "lifetime";

/// The lifetimes to choose from, in seconds.
const LIFETIMES: [(&str, &str, i64); 4] = [
    ("7d", "console-for-7-days", 7 * DAY),
    ("1d", "console-for-1-day", DAY),
    ("30d", "console-for-30-days", 30 * DAY),
    ("90d", "console-for-90-days", 90 * DAY),
];

const REVOKE: Messages = Messages {
    question: "revoke-key-title",
    text: "console-permit-text",
    submit: "api-key-revoke",
    done: "api-keys-revoked",
};

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::page(REGISTRATION_TOKENS, list))
        .service(routes::form(NEW, form, create))
        .service(routes::form("/admin/apps/tokens/{id}/revoke", ask, revoke));
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let cursor = Cursor::read(&console, &[])?;
    let after = cursor.after_id(RegistrationTokenId::parse)?;
    let found = registration_tokens::page(&console.context(), after, ROWS).await;
    let mut found = Console::read(found)?;
    let pager = cursor.cut(&console, &mut found, |token| token.id.to_string());
    let mut actions = Vec::new();
    if console.may_globally("clients:write") {
        actions.push(Link::new(NEW, console.t("console-new-permit")));
    }
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
    let may_revoke = console.may_globally("clients:write");
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
            let label = console
                .layout
                .t_with("api-key-revoke-label", "name", &token.note);
            let link = Link::new(path, console.t(REVOKE.submit));
            row.push(Value::Action(link, label));
        }
        row
    };
    let rows = found.iter().map(row).collect();
    console.table("console-permits", &columns, rows, "console-no-permits")
}

/// Returns the form with the values as typed.
fn new_form(console: &Console<'_>, typed: &Params) -> Result<EntryForm, PageError> {
    let choices = LIFETIMES.iter().map(|(value, key, _)| Choice {
        value: (*value).to_owned(),
        text: console.t(key),
    });
    let lifetimes = FieldKind::Select(choices.collect());
    let uses = match text(typed, "uses")? {
        "" => "1",
        uses => uses,
    };
    let note = text(typed, "note")?;
    let hint = "console-permit-note-hint";
    let chosen = text(typed, LIFETIME)?;
    let fields = vec![
        entry::hinted(console, "note", "console-purpose", hint, note),
        entry::line(console, "uses", "console-permit-uses", uses),
        entry::field(console, LIFETIME, "console-lifetime", chosen, lifetimes),
    ];
    let messages = ["console-new-permit", "console-create"];
    let back = REGISTRATION_TOKENS.to_owned();
    Ok(EntryForm {
        once: Some(once::key(console)),
        ..entry::form(console, Section::Apps, messages, back, fields)
    })
}

async fn form(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_global(page, "clients:write").await?;
    let console = console.require_fresh()?;
    let view = new_form(&console, &Params::default())?;
    Ok(page.html(StatusCode::OK, &view))
}

/// Returns the token that the form describes. A number that cannot be read is out of range.
fn read(fields: &Params, now: UnixSeconds) -> Result<NewToken, PageError> {
    let chosen = text(fields, LIFETIME)?;
    let lifetime = LIFETIMES.iter().find(|(name, ..)| *name == chosen);
    let (_, _, seconds) = lifetime.ok_or(ErrorKind::BadRequest)?;
    Ok(NewToken {
        note: text(fields, "note")?.to_owned(),
        uses: text(fields, "uses")?.trim().parse().unwrap_or_default(),
        expires_at: Some(now + seconds),
    })
}

async fn create(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let fields = page.form(payload).await?;
    let console = Console::open_global_change(page, "clients:write").await?;
    let view = new_form(&console, &fields)?;
    if also_as::is_requested(&fields)? {
        return Ok(also_as::show(&console, view, &[]));
    }
    let new = read(&fields, console.now())?;
    let created = once::create(&console, &fields, async |context: AdminContext<'_>| {
        registration_tokens::create(&context, &new).await
    });
    let created = created.await;
    if let Err(AdminError::Invalid { field, .. }) = &created {
        let (field, key) = match *field {
            "uses" => ("uses", "console-permit-uses-invalid"),
            _ => ("note", "console-permit-note-invalid"),
        };
        return Ok(entry::reject(&console, view, field, key));
    }
    match console.change(created).await? {
        Ok(Created::Now((stored, token))) => Ok(show(&console, &stored, &token)),
        Ok(Created::Before(stored)) => Ok(once::repeat(&console, REGISTRATION_TOKENS, &stored)),
        Err(failure) => Ok(entry::fail(&console, view, &[], failure)),
    }
}

/// Shows a new token once, in the answer to the form that made it.
fn show(console: &Console<'_>, stored: &RegistrationToken, token: &OpaqueToken) -> HttpResponse {
    let issuer = console.page.context.core.issuer();
    let mut layout = console.layout.clone();
    REGISTRATION_TOKENS.clone_into(&mut layout.return_to);
    let fact = |key, value| Fact::new(console.t(key), value);
    let view = NewSecret {
        frame: console.frame(Section::Apps, false),
        heading: console.t("console-permit-made"),
        facts: vec![
            fact("console-purpose", Value::Name(stored.note.clone())),
            fact("console-expires", Value::Moment(stored.expires_at)),
            fact(
                "console-permit-address",
                Value::Code(format!("{issuer}/oauth2/register")),
            ),
        ],
        secret_label: console.t("console-permit"),
        secret: Some(token.expose().to_owned()),
        done: Link::new(REGISTRATION_TOKENS, console.t("console-permit-saved")),
        test: None,
        configuration: Vec::new(),
        notes: Vec::new(),
        now: console.now(),
        layout,
    };
    console.page.html(StatusCode::OK, &view)
}

/// Returns the token that the path names, with the question.
async fn question(console: &Console<'_>) -> Result<(RegistrationTokenId, Action), PageError> {
    let id = RegistrationTokenId::parse(&parameter(console.page, "id"));
    let id = id.ok_or(ErrorKind::NotFound)?;
    let found = registration_tokens::get(&console.context(), id).await;
    let token = Console::read(found)?;
    let action = Action {
        section: Section::Apps,
        messages: REVOKE,
        object: token.note,
        choice: None,
        reason: None,
        typed: None,
        version: None,
        is_risky: true,
        back: REGISTRATION_TOKENS.to_owned(),
    };
    Ok((id, action))
}

async fn ask(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_global(page, "clients:write").await?;
    let (_, question) = question(&console).await?;
    let console = console.require_fresh()?;
    Ok(question.ask(&console))
}

async fn revoke(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    page.form(payload).await?;
    let console = Console::open_global_change(page, "clients:write").await?;
    let (id, question) = question(&console).await?;
    let revoked = registration_tokens::revoke(&console.context(), id).await;
    let revoked = console.change(revoked).await?;
    Ok(question.finish(&console, revoked, REGISTRATION_TOKENS))
}
