//! `/admin/system/lockouts`: lockouts after failed sign-ins.

use std::collections::BTreeMap;

use doorward_admin::{lockouts, users};
use doorward_domain::model::UserId;
use doorward_store::repo::login_failures::Lockout;

use crate::people::actions::UserAction;
use crate::system::pages::{self, LOCKOUTS};
use doorward_console_ui::cursor::ROWS;
use doorward_console_ui::prelude::*;

pub(crate) async fn list(page: &Page) -> Handled {
    let console = Console::open(page).await?;
    let cursor = Cursor::read(&console, &[])?;
    let mut found = Console::read(lockouts::page(&console.context(), cursor.after(), ROWS).await)?;
    let pager = cursor.cut(&console, &mut found, |found| found.cursor.clone());
    let found: Vec<Lockout> = found.into_iter().map(|found| found.item).collect();
    let users = found.iter().filter_map(|lockout| lockout.user).collect();
    let names = Console::read(users::names(&console.context(), users).await)?;
    console.show(&Detail {
        tables: vec![table(&console, &found, &names)],
        pager,
        ..pages::detail(&console, LOCKOUTS)
    })
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
