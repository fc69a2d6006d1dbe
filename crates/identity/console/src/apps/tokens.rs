//! `/admin/apps/tokens`: initial access tokens, with which clients register themselves (RFC 7591 §3).

use doorward_admin::registration_tokens::{self, NewToken};
use doorward_domain::model::{RegistrationToken, RegistrationTokenId};
use doorward_domain::secret::OpaqueToken;
use doorward_templates::console::NewSecret;

use crate::apps::pages::WRITE;
use doorward_console_ui::duration::REGISTRATION;
use doorward_console_ui::prelude::*;

pub(crate) const NEW: &str = "/admin/apps/tokens/new";

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

pub(crate) async fn list(console: &Console<'_>) -> Answer {
    let cursor = Cursor::read(console, &[])?;
    let after = cursor.after_id(RegistrationTokenId::parse)?;
    let mut found = registration_tokens::page(&console.context(), after, ROWS).await?;
    let pager = cursor.cut(console, &mut found, |token| token.id.to_string());
    let new = console.has(WRITE);
    let actions = list::new_link(console, REGISTRATION_TOKENS, "console-new-permit", new);
    console.show(&List {
        lead: console.t("console-permits-text"),
        notice: console.notice(&[&[REVOKE.done][..], &NOTICES].concat())?,
        actions,
        table: table(console, &found),
        pager,
        ..console.list_below(Section::Apps, "console-permits")
    })
}

fn table(console: &Console<'_>, found: &[RegistrationToken]) -> Table {
    let revoke = |token: &RegistrationToken| {
        let path = format!("{REGISTRATION_TOKENS}/{}/revoke", token.id);
        let label = ["api-key-revoke-label", "name"];
        console.labelled(path, REVOKE.submit, label, &token.note)
    };
    let table = console
        .table_of("console-permits", found, "console-no-permits")
        .column("console-purpose", |token| Value::Name(token.note.clone()))
        .column("console-uses-left", |token| {
            Value::Code(token.uses_left.to_string())
        })
        .column("console-created", |token| Value::Day(token.created_at))
        .column("console-expires", |token| Value::Moment(token.expires_at))
        .column_if(console.has(WRITE), "console-action", revoke)
        .table();
    list::sorted(console, ("console-created", list::ASCENDING), table)
}

pub(crate) async fn create(visit: &Visit<'_>) -> Answer {
    let (console, fields) = (&visit.console, &visit.form);
    let messages = ["console-new-permit", "console-create"];
    let mut entries = form::entries(console, &FIELDS, fields)?;
    entries.push(REGISTRATION.entry(console, fields)?);
    let form = Form::open(
        visit,
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
        now: console.now(),
        layout,
        ..NewSecret::default()
    };
    console.page.html(StatusCode::OK, &view)
}

pub(crate) async fn revoke(visit: &Visit<'_>) -> Answer {
    let id = visit.id("id", RegistrationTokenId::parse)?;
    let note = registration_tokens::get(&visit.context(), id).await?.note;
    let question = Question {
        is_risky: true,
        ..Question::new(Section::Apps, REVOKE, note, REGISTRATION_TOKENS)
    };
    let question = question.ask(visit)?;
    let revoked = registration_tokens::revoke(&visit.context(), id).await;
    question.finish(visit, revoked.map(drop)).await
}
