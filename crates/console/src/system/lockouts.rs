//! `/admin/system/lockouts`: lockouts after failed sign-ins.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::web::ServiceConfig;
use doorward_admin::{lockouts, users};
use doorward_domain::model::UserId;
use doorward_store::repo::login_failures::Lockout;
use doorward_templates::console::{Detail, Link, Table, Value};
use doorward_web::page::Page;

use crate::people::actions::UserAction;
use crate::system::pages::{self, LOCKOUTS};
use doorward_console_ui::console::Console;
use doorward_console_ui::cursor::{Cursor, ROWS};
use doorward_console_ui::routes;
use doorward_console_ui::visit::Handled;

pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::page(LOCKOUTS, list));
}

async fn list(page: &Page) -> Handled {
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
        tables: vec![table(&console, &found, &names)],
        pager,
        ..pages::detail(&console, LOCKOUTS)
    };
    Ok(page.html(StatusCode::OK, &view))
}

fn table(console: &Console<'_>, found: &[Lockout], names: &BTreeMap<UserId, String>) -> Table {
    let may_unlock = console.may_globally("users:write");
    let mut columns = vec![
        "console-name",
        "console-lockout-failures",
        "console-locked-until",
    ];
    if may_unlock {
        columns.push("console-action");
    }
    let row = |lockout: &Lockout| {
        let known = lockout.user.and_then(|id| Some((id, names.get(&id)?)));
        let mut row = vec![
            match known {
                Some((id, name)) => Value::Link(Link::new(routes::user(id), name.as_str())),
                None => console.text("console-lockout-unknown"),
            },
            Value::Code(lockout.failures.to_string()),
            Value::Moment(lockout.until),
        ];
        if may_unlock {
            row.push(match known {
                Some((id, name)) if !console.is(&id.to_string()) => unlock_link(console, id, name),
                _ => console.text("console-none"),
            });
        }
        row
    };
    let rows = found.iter().map(row).collect();
    console.table("console-lockouts", &columns, rows, "console-no-lockouts")
}

fn unlock_link(console: &Console<'_>, id: UserId, name: &str) -> Value {
    let action = UserAction::Unlock;
    let label = console.layout.t_with("console-unlock-label", "name", name);
    Value::Action(action.link(console, id), label)
}
