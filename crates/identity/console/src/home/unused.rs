//! `/admin/unused`: clients, API keys and accounts that were not used for 90 days.
//!
//! Role assignments and clients without a secret are not listed: their last use is not recorded.

use doorward_admin::{api_keys, clients, user_search};
use doorward_rules::list_filter::{UserFilter, UserState};
use doorward_store::repo::api_key_lists::KeyFilter;

use crate::home::unused_kind::{self, FILTER, Kind, UNUSED_DAYS, since};
use crate::people::api_access;
use doorward_console_ui::prelude::*;

const NONE: &str = "console-no-unused";

pub(crate) async fn list(console: &Console<'_>) -> Answer {
    let cursor = Cursor::read(console, &[FILTER])?;
    let readable = Kind::ALL.into_iter();
    let readable: Vec<Kind> = readable.filter(|kind| kind.is_readable(console)).collect();
    let first = *readable.first().ok_or(ErrorKind::NotFound)?;
    let kind = match cursor.filter(FILTER) {
        "" if first == Kind::Apps => first,
        // Without a kind in its URL, the list is that of clients.
        "" => return Ok(console.page.see_other(&first.list().home())),
        name => Kind::parse(name).ok_or(ErrorKind::BadRequest)?,
    };
    if !readable.contains(&kind) {
        return Err(ErrorKind::NotFound.into());
    }
    let (table, pager) = match kind {
        Kind::Apps => apps(console, &cursor).await?,
        Kind::ApiKeys => keys(console, &cursor).await?,
        Kind::Accounts => accounts(console, &cursor).await?,
    };
    let (chosen, lead) = (kind.list(), [kind.lead(), "console-unused-roles"]);
    console.show(&List {
        lead: lead.map(|key| console.t(key)).join(" "),
        notice: chosen.notice(console)?,
        search: (readable.len() > 1).then(search),
        selects: vec![kind_field(console, &readable, kind)],
        bulk: chosen.form(console, &table)?,
        table,
        pager,
        ..console.list_below(chosen.section, "console-unused")
    })
}

fn search() -> Search {
    Search {
        action: UNUSED.to_owned(),
        ..Search::default()
    }
}

fn kind_field(console: &Console<'_>, readable: &[Kind], chosen: Kind) -> EntryField {
    let choices = readable.iter();
    let choices = choices.map(|kind| (kind.as_str().to_owned(), console.t(kind.name())));
    let label = console.t("console-kind");
    EntryField {
        required: false,
        ..entry(FILTER, label, chosen.as_str(), select(choices))
    }
}

/// Returns a function that adds a checkbox to the name in a row, if the administrator may end such
/// objects. The administrator's own account has none.
fn chooser(console: &Console<'_>, kind: Kind) -> impl Fn(Vec<Value>, String, &str) -> Vec<Value> {
    let may_end = console.has(kind.access());
    move |row: Vec<Value>, id: String, more: &str| {
        if !may_end || console.is(&id) {
            return row;
        }
        let mut values = row.into_iter();
        let name = values.next();
        let name = name.map(|name| kind.list().choose(name, id, more));
        name.into_iter().chain(values).collect()
    }
}

async fn apps(console: &Console<'_>, cursor: &Cursor) -> Result<(Table, Pager), Stop> {
    let since = since(console.now());
    let mut found = clients::list_unused(&console.context(), since, cursor.after(), ROWS).await?;
    let pager = cursor.cut(console, &mut found, |found| found.cursor.clone());
    let choose = chooser(console, Kind::Apps);
    let rows = found.iter().map(|found| {
        let (client, uses) = &found.item;
        let row = unused_kind::app(console, client, *uses);
        choose(row, client.id.to_string(), client.id.as_str())
    });
    let table = Kind::Apps.list().table(console, rows.collect(), NONE);
    Ok((table, pager))
}

async fn keys(console: &Console<'_>, cursor: &Cursor) -> Result<(Table, Pager), Stop> {
    let filter = KeyFilter {
        unused_since: Some(since(console.now())),
        ..KeyFilter::default()
    };
    let mut found = api_keys::page(&console.context(), &filter, cursor.after(), ROWS).await?;
    let pager = cursor.cut(console, &mut found, |found| found.cursor.clone());
    let choose = chooser(console, Kind::ApiKeys);
    let rows = found.iter().map(|found| {
        let (key, user) = &found.item;
        let row = api_access::facts(console, &found.item);
        choose(row, key.id.to_string(), &user.display_name())
    });
    let table = Kind::ApiKeys.list().table(console, rows.collect(), NONE);
    Ok((table, pager))
}

async fn accounts(console: &Console<'_>, cursor: &Cursor) -> Result<(Table, Pager), Stop> {
    let filter = UserFilter {
        state: Some(UserState::Active),
        unused_days: Some(UNUSED_DAYS),
        ..UserFilter::default()
    };
    let (context, limit) = (console.context(), LIMIT as u64);
    let found = user_search::search(&context, &filter, cursor.after(), limit).await?;
    let next = found.next.as_deref();
    let choose = chooser(console, Kind::Accounts);
    let rows = found.items.iter().map(|user| {
        let row = unused_kind::account(console, user);
        choose(row, user.id.to_string(), "")
    });
    let empty = list::empty(next, NONE);
    let table = Table {
        caption: list::caption(
            console,
            found.count,
            "console-people",
            "console-people-count",
        ),
        ..Kind::Accounts.list().table(console, rows.collect(), empty)
    };
    Ok((table, cursor.pager(console, next)))
}
