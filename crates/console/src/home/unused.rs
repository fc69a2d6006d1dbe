//! `/admin/unused`: clients, API keys and accounts that were not used for 90 days.
//!
//! Role assignments and clients without a secret are not listed: their last use is not recorded.

use actix_web::http::StatusCode;
use actix_web::web::ServiceConfig;
use doorward_admin::{api_keys, clients, user_search};
use doorward_domain::model::{Client, SecretUses, User};
use doorward_domain::rules::list_filter::{UserFilter, UserState};
use doorward_domain::time::UnixSeconds;
use doorward_http::page::{Page, PageError};
use doorward_store::repo::api_key_lists::KeyFilter;
use doorward_templates::ErrorKind;
use doorward_templates::console::{EntryField, Link, List, Pager, Search, Table, Value};

use crate::console::{Access, Console};
use crate::home::unused_end::{ACCOUNTS, API_KEYS, APPS};
use crate::people::{self, api_access};
use crate::routes::{self, UNUSED};
use crate::ui::cursor::{Cursor, LIMIT, ROWS};
use crate::ui::form::{entry, select};
use crate::ui::list;
use crate::ui::selection::ChosenList;
use crate::ui::visit::Handled;

/// Number of days after which an object is unused.
const UNUSED_DAYS: u32 = 90;
const NONE: &str = "console-no-unused";

/// Returns the time since which an unused object was not used.
pub(crate) fn since(now: UnixSeconds) -> UnixSeconds {
    now - i64::from(UNUSED_DAYS) * 86_400
}

pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::page(UNUSED, list));
}

async fn list(page: &Page) -> Handled {
    let console = Console::open(page).await?;
    let cursor = Cursor::read(&console, &[FILTER])?;
    let readable = Kind::ALL.into_iter();
    let readable: Vec<Kind> = readable.filter(|kind| kind.is_readable(&console)).collect();
    let first = *readable.first().ok_or(ErrorKind::NotFound)?;
    let kind = match cursor.filter(FILTER) {
        "" if first == Kind::Apps => first,
        // Without a kind in its URL, the list is that of clients.
        "" => return Ok(page.see_other(&first.list().home())),
        name => Kind::parse(name).ok_or(ErrorKind::BadRequest)?,
    };
    if !readable.contains(&kind) {
        return Err(ErrorKind::NotFound.into());
    }
    let (table, pager) = match kind {
        Kind::Apps => apps(&console, &cursor).await?,
        Kind::ApiKeys => keys(&console, &cursor).await?,
        Kind::Accounts => accounts(&console, &cursor).await?,
    };
    let (chosen, lead) = (kind.list(), [kind.lead(), "console-unused-roles"]);
    let view = List {
        lead: lead.map(|key| console.t(key)).join(" "),
        notice: chosen.notice(&console)?,
        search: (readable.len() > 1).then(search),
        selects: vec![kind_field(&console, &readable, kind)],
        bulk: chosen.form(&console, &table)?,
        table,
        pager,
        ..console.list_below(chosen.section, "console-unused")
    };
    Ok(page.html(StatusCode::OK, &view))
}

/// Returns the form of the filter, which has no text.
fn search() -> Search {
    Search {
        action: UNUSED.to_owned(),
        label: String::new(),
        name: "",
        value: String::new(),
        presets: Vec::new(),
        kept: Vec::new(),
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

async fn apps(console: &Console<'_>, cursor: &Cursor) -> Result<(Table, Pager), PageError> {
    let since = since(console.now());
    let found = clients::list_unused(&console.context(), since, cursor.after(), ROWS).await;
    let mut found = Console::read(found)?;
    let pager = cursor.cut(console, &mut found, |found| found.cursor.clone());
    let choose = chooser(console, Kind::Apps);
    let rows = found.iter().map(|found| {
        let (client, uses) = &found.item;
        let row = app(console, client, *uses);
        choose(row, client.id.to_string(), client.id.as_str())
    });
    let table = Kind::Apps.list().table(console, rows.collect(), NONE);
    Ok((table, pager))
}

async fn keys(console: &Console<'_>, cursor: &Cursor) -> Result<(Table, Pager), PageError> {
    let filter = KeyFilter {
        unused_since: Some(since(console.now())),
        ..KeyFilter::default()
    };
    let found = api_keys::page(&console.context(), &filter, cursor.after(), ROWS).await;
    let mut found = Console::read(found)?;
    let pager = cursor.cut(console, &mut found, |found| found.cursor.clone());
    let choose = chooser(console, Kind::ApiKeys);
    let rows = found.iter().map(|found| {
        let (key, user) = &found.item;
        let row = people::api_access::facts(console, &found.item);
        choose(row, key.id.to_string(), &user.display_name())
    });
    let table = Kind::ApiKeys.list().table(console, rows.collect(), NONE);
    Ok((table, pager))
}

async fn accounts(console: &Console<'_>, cursor: &Cursor) -> Result<(Table, Pager), PageError> {
    let filter = UserFilter {
        state: Some(UserState::Active),
        unused_days: Some(UNUSED_DAYS),
        ..UserFilter::default()
    };
    let (context, limit) = (console.context(), LIMIT as u64);
    let found = user_search::search(&context, &filter, cursor.after(), limit).await;
    let found = Console::read(found)?;
    let next = found.next.as_deref();
    let choose = chooser(console, Kind::Accounts);
    let rows = found.items.iter().map(|user| {
        let row = account(console, user);
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

const FILTER: &str = "kind";

/// A kind of objects that can be unused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Enabled clients with a secret.
    Apps,
    /// Active API keys of all users.
    ApiKeys,
    /// Active accounts in reach.
    Accounts,
}

impl Kind {
    /// All kinds, in the order of the filter.
    pub(crate) const ALL: [Self; 3] = [Self::Apps, Self::ApiKeys, Self::Accounts];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Apps => "apps",
            Self::ApiKeys => "api-keys",
            Self::Accounts => "accounts",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Apps => "console-apps",
            Self::ApiKeys => "api-keys-title",
            Self::Accounts => "console-accounts",
        }
    }

    /// Returns the message that describes the list.
    pub(crate) const fn lead(self) -> &'static str {
        match self {
            Self::Apps => "console-unused-text",
            Self::ApiKeys => "console-unused-keys-text",
            Self::Accounts => "console-unused-accounts-text",
        }
    }

    /// Returns the objects that are ended together.
    pub(crate) fn list(self) -> &'static ChosenList {
        match self {
            Self::Apps => &APPS,
            Self::ApiKeys => &API_KEYS,
            Self::Accounts => &ACCOUNTS,
        }
    }

    /// Returns true if the administrator may read the list of all such objects.
    pub(crate) fn is_readable(self, console: &Console<'_>) -> bool {
        match self {
            Self::Apps => console.may_globally("clients:read"),
            Self::ApiKeys => console.may_globally("users:read"),
            Self::Accounts => console.may("users:read"),
        }
    }

    /// Returns the administrators who may end such an object.
    pub(crate) const fn access(self) -> Access {
        match self {
            Self::Apps => Access::Global("clients:write"),
            Self::ApiKeys | Self::Accounts => Access::Global("users:write"),
        }
    }
}

pub(crate) fn app(console: &Console<'_>, client: &Client, uses: SecretUses) -> Vec<Value> {
    vec![
        Value::Link(Link::new(routes::app(&client.id), client.name.clone())),
        Value::Code(client.id.to_string()),
        console.day(uses.current.at, "console-never"),
        Value::Day(client.created_at),
    ]
}

pub(crate) fn account(console: &Console<'_>, user: &User) -> Vec<Value> {
    vec![
        people::link(user),
        Value::Code(user.email.clone()),
        people::last_sign_in(console, user),
        Value::Day(user.created_at),
    ]
}

#[cfg(test)]
mod tests {
    use super::{FILTER, Kind, UNUSED};

    #[test]
    fn list_of_each_kind_has_its_word() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
            let list = kind.list();
            let query = format!("{FILTER}={}", kind.as_str());
            assert_eq!(list.home(), format!("{UNUSED}?{query}"));
            assert_eq!(list.path, format!("{UNUSED}/{}/bulk", kind.as_str()));
        }
        assert_eq!(Kind::parse("roles"), None);
    }
}
