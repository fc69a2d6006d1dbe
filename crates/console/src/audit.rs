//! `/admin/audit`: the audit log.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::ServiceConfig;
use doorward_admin::operator::AdminError;
use doorward_admin::{decisions, users};
use doorward_domain::model::{AuditEvent, AuditId, UserId};
use doorward_domain::time::UnixSeconds;
use doorward_http::page::{Page, PageError};
use doorward_store::repo::audit::AuditFilter;
use doorward_templates::console::{Link, List, Search, Section, State, Table, Tone, Value};

use crate::console::Console;
use crate::cursor::{Cursor, ROWS};
use crate::people;
use crate::routes::{self, filtered};

const HOME: &str = "/admin/audit";
const DAY: i64 = 86_400;

/// The periods to choose from, with the message of their name.
const PERIODS: [(&str, &str); 4] = [
    ("", "console-all-time"),
    ("today", "console-today"),
    ("yesterday", "console-yesterday"),
    ("week", "console-week"),
];

/// Registers the page.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::page(HOME, list));
}

/// Returns the first and the last moment of a period, in UTC.
fn period(name: &str, now: UnixSeconds) -> (Option<UnixSeconds>, Option<UnixSeconds>) {
    let today = now - now.rem_euclid(DAY);
    match name {
        "today" => (Some(today), None),
        "yesterday" => (Some(today - DAY), Some(today)),
        "week" => (Some(today - 6 * DAY), None),
        _ => (None, None),
    }
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    Console::read(console.context().require_global("audit:read"))?;
    let cursor = Cursor::read(&console, &["about", "period"])?;
    let (since, until) = period(cursor.filter("period"), console.now());
    let filter = AuditFilter {
        about: about(&console, cursor.filter("about")).await?,
        since,
        until,
        ..AuditFilter::default()
    };
    let before = cursor.after_id(AuditId::parse)?;
    let found = decisions::search(&console.context(), &filter, before, ROWS).await;
    let mut found = Console::read(found)?;
    let pager = cursor.cut(&console, &mut found, |event| event.id.to_string());
    let view = List {
        lead: console.t("console-audit-text"),
        search: Some(search(&console, &cursor)),
        table: table(&console, &found).await?,
        pager,
        ..console.list(Section::Audit, "console-audit")
    };
    Ok(page.html(StatusCode::OK, &view))
}

/// Returns the id that events name, for a typed id, user name or e-mail address.
async fn about(console: &Console<'_>, typed: &str) -> Result<Option<String>, PageError> {
    if typed.is_empty() {
        return Ok(None);
    }
    let user = match users::find(&console.context(), typed).await {
        // Without the permission for users, the log is searched for the text itself.
        Err(AdminError::Denied(_)) => None,
        found => Console::read(found)?,
    };
    Ok(Some(user.map_or_else(
        || typed.to_owned(),
        |user| user.id.to_string(),
    )))
}

fn search(console: &Console<'_>, cursor: &Cursor) -> Search {
    let (about, chosen) = (cursor.filter("about"), cursor.filter("period"));
    let preset = |(name, key): (&str, &str)| {
        let path = filtered(HOME, [("period", name), ("about", about)]);
        (Link::new(path, console.t(key)), name == chosen)
    };
    let kept = (!chosen.is_empty()).then(|| ("period", chosen.to_owned()));
    Search {
        action: HOME.to_owned(),
        label: console.t("console-find-about"),
        name: "about",
        value: about.to_owned(),
        presets: PERIODS.map(preset).into(),
        kept: kept.into_iter().collect(),
    }
}

/// Returns the table of these events, with names instead of the ids of users.
pub(crate) async fn table(
    console: &Console<'_>,
    events: &[AuditEvent],
) -> Result<Table, PageError> {
    let ids = events
        .iter()
        .flat_map(|event| [&event.actor, &event.subject]);
    let ids: BTreeSet<UserId> = ids.flatten().filter_map(|id| UserId::parse(id)).collect();
    let names = people::names(console, ids).await?;
    let columns = [
        "console-when",
        "console-event",
        "console-who",
        "console-about",
        "console-address",
    ];
    Ok(console.table(
        "console-audit",
        &columns,
        events
            .iter()
            .map(|event| row(console, event, &names))
            .collect(),
        "console-no-match",
    ))
}

fn row(console: &Console<'_>, event: &AuditEvent, names: &BTreeMap<UserId, String>) -> Vec<Value> {
    let named = |id: &str| match UserId::parse(id) {
        Some(id) => people::named_link(names, id),
        None => Value::Code(id.to_owned()),
    };
    let none = || Value::Text(console.t("console-none"));
    // The server itself and its command line have no account.
    let actor = event.actor.as_deref().unwrap_or("doorward");
    let change = event
        .detail
        .get("change")
        .and_then(|change| change.as_str());
    let mut kind = vec![event.kind.as_str().to_owned()];
    kind.extend(change.map(str::to_owned));
    let event_cell = if event.success {
        Value::Codes(kind)
    } else {
        Value::States(vec![State::new(Tone::Warn, kind.join(": "))])
    };
    vec![
        Value::Moment(event.at),
        event_cell,
        named(actor),
        event.subject.as_deref().map_or_else(none, named),
        event.ip.map_or_else(none, |ip| Value::Code(ip.to_string())),
    ]
}

#[cfg(test)]
mod tests {
    use super::{DAY, period};

    #[test]
    fn periods_are_whole_days() {
        let now = 20_000 * DAY + 5;
        assert_eq!(period("today", now), (Some(20_000 * DAY), None));
        let yesterday = (Some(19_999 * DAY), Some(20_000 * DAY));
        assert_eq!(period("yesterday", now), yesterday);
        assert_eq!(period("week", now), (Some(19_994 * DAY), None));
        assert_eq!(period("", now), (None, None));
    }
}
