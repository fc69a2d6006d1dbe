//! `/admin/system/lockouts`: lockouts after failed sign-ins.

use std::collections::BTreeMap;

use doorward_admin::{lockouts, users};
use doorward_store::repo::login_failures::Lockout;

use crate::people::actions::UserAction;
use crate::system::pages::{self, LOCKOUTS};
use doorward_console_ui::prelude::*;

pub(crate) async fn list(console: &Console<'_>) -> Answer {
    let cursor = Cursor::read(console, &[])?;
    let mut found = lockouts::page(&console.context(), cursor.after(), ROWS).await?;
    let pager = cursor.cut(console, &mut found, |found| found.cursor.clone());
    let found: Vec<Lockout> = found.into_iter().map(|found| found.item).collect();
    let users = found.iter().filter_map(|lockout| lockout.user).collect();
    let names = users::names(&console.context(), users).await?;
    console.show(&Detail {
        tables: vec![table(console, &found, &names)],
        pager,
        ..pages::detail(console, LOCKOUTS)
    })
}

fn table(console: &Console<'_>, found: &[Lockout], names: &BTreeMap<UserId, String>) -> Table {
    let known = |lockout: &Lockout| lockout.user.and_then(|id| Some((id, names.get(&id)?)));
    let name = |lockout: &Lockout| match known(lockout) {
        Some((id, name)) => Value::Link(Link::new(routes::user(id), name.as_str())),
        None => console.text("console-lockout-unknown"),
    };
    let unlock = |lockout: &Lockout| match known(lockout) {
        Some((id, name)) if !console.is(&id.to_string()) => unlock_link(console, id, name),
        _ => console.text("console-none"),
    };
    console
        .table_of("console-lockouts", found, "console-no-lockouts")
        .column("console-name", name)
        .column("console-lockout-failures", |found| {
            Value::Code(found.failures.to_string())
        })
        .column("console-locked-until", |found| Value::Moment(found.until))
        .column_if(
            console.may_globally("users:write"),
            "console-action",
            unlock,
        )
        .table()
}

fn unlock_link(console: &Console<'_>, id: UserId, name: &str) -> Value {
    let action = UserAction::Unlock;
    let label = console.layout.t_with("console-unlock-label", "name", name);
    Value::Action(action.link(console, id), label)
}
