//! `/admin/system/lockouts`: lockouts after failed sign-ins.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::{lockouts, users};
use doorward_domain::model::{User, UserId};
use doorward_http::page::{Page, PageError};
use doorward_store::repo::login_failures::Lockout;
use doorward_templates::console::{Detail, Link, Section, Table, Value};

use crate::action::{Action, Messages};
use crate::console::Console;
use crate::cursor::{Cursor, ROWS};
use crate::system_pages::{self, LOCKOUTS};
use crate::{people, routes};

const UNLOCK: Messages = Messages {
    question: "console-unlock-question",
    text: "console-unlock-text",
    submit: "console-unlock",
    done: "console-unlocked",
};

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::page(LOCKOUTS, list))
        .service(routes::form(
            "/admin/system/lockouts/{id}/unlock",
            ask,
            unlock,
        ));
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let cursor = Cursor::read(&console, &[])?;
    let found = lockouts::page(&console.context(), cursor.after(), ROWS).await;
    let mut found = Console::read(found)?;
    let pager = cursor.cut(&console, &mut found, |found| found.cursor.clone());
    let found: Vec<Lockout> = found.into_iter().map(|found| found.item).collect();
    let users = found.iter().filter_map(|lockout| lockout.user).collect();
    let names = users::names(&console.context(), users).await;
    let names = Console::read(names)?;
    let view = Detail {
        notice: console.notice(&[UNLOCK.done])?,
        tables: vec![table(&console, &found, &names)],
        pager,
        ..system_pages::detail(&console, LOCKOUTS)
    };
    Ok(page.html(StatusCode::OK, &view))
}

fn table(console: &Console<'_>, found: &[Lockout], names: &BTreeMap<UserId, String>) -> Table {
    let may_unlock = console.may_globally("users:write");
    let mut columns = vec![
        "console-name",
        "console-lockout-failures",
        "console-expires",
    ];
    if may_unlock {
        columns.push("console-action");
    }
    let row = |lockout: &Lockout| {
        let known = lockout.user.and_then(|id| Some((id, names.get(&id)?)));
        let mut row = vec![
            match known {
                Some((id, name)) => Value::Link(Link::new(people::path(id), name.as_str())),
                None => Value::Text(console.t("console-lockout-unknown")),
            },
            Value::Code(lockout.failures.to_string()),
            Value::Moment(lockout.until),
        ];
        if may_unlock {
            row.push(match known {
                Some((id, name)) if !console.is(&id.to_string()) => unlock_link(console, id, name),
                _ => Value::Text(console.t("console-none")),
            });
        }
        row
    };
    let rows = found.iter().map(row).collect();
    console.table("console-lockouts", &columns, rows, "console-no-lockouts")
}

fn unlock_link(console: &Console<'_>, id: UserId, name: &str) -> Value {
    let path = format!("{LOCKOUTS}/{id}/unlock");
    let label = console.layout.t_with("console-unlock-label", "name", name);
    Value::Action(Link::new(path, console.t(UNLOCK.submit)), label)
}

/// Returns the user that the path names and who is locked out, with the question.
async fn question(console: &Console<'_>) -> Result<(User, Action), PageError> {
    let user = people::named(console).await?;
    Console::read(lockouts::get(&console.context(), user.id).await)?;
    let action = Action {
        section: Section::System,
        messages: UNLOCK,
        object: user.display_name(),
        choice: None,
        reason: None,
        typed: None,
        version: None,
        is_risky: false,
        back: LOCKOUTS.to_owned(),
    };
    Ok((user, action))
}

async fn ask(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    Console::read(console.context().require_global("users:write"))?;
    let (_, question) = question(&console).await?;
    let console = console.require_fresh()?;
    Ok(question.ask(&console))
}

async fn unlock(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    page.form(payload).await?;
    let console = Console::open_for_change(page).await?;
    console
        .require(console.context().require_global("users:write"))
        .await?;
    let (user, question) = question(&console).await?;
    let unlocked = lockouts::unlock(&console.context(), user.id).await;
    let unlocked = console.change(unlocked).await?;
    Ok(question.finish(&console, unlocked, LOCKOUTS))
}
