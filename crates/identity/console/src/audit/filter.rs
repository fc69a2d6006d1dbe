//! The filter of the audit log in a URL: its query, its form and its links.

use doorward_admin::audit_log::AuditQuery;
use doorward_templates::console::audit_kind;
use time::Date;
use time::macros::format_description;

use crate::audit::READ;
use doorward_console_ui::prelude::*;

const DAY: i64 = 86_400;

const VALUES: [(&str, &str); 10] = [
    ("about", "console-search"),
    ("actor", "console-who"),
    ("subject", "console-about"),
    ("object", "console-about"),
    ("client", "console-app"),
    ("organization", "console-organization"),
    ("kind", "console-event"),
    ("address", "console-address"),
    ("day", "console-day"),
    ("period", "console-when"),
];

const PERIODS: [(&str, &str); 4] = [
    ("", "console-all-time"),
    ("today", "console-today"),
    ("yesterday", "console-yesterday"),
    ("week", "console-week"),
];

pub(crate) fn of_user(id: UserId) -> String {
    filtered(AUDIT, [("subject", id.to_string().as_str())])
}

pub(crate) fn of_app(id: &ClientId) -> String {
    filtered(AUDIT, [("client", id.as_str())])
}

/// Returns the link to the events of an organization, for an administrator who may open it.
pub(crate) fn of_organization(console: &Console<'_>, slug: &str) -> Option<Link> {
    console.has(READ).then(|| {
        let path = filtered(AUDIT, [("organization", slug)]);
        console.link(path, "console-history")
    })
}

/// Returns the link to the events about an object, for an administrator who may open it.
pub(crate) fn history(console: &Console<'_>, object: &str) -> Option<Link> {
    console.may_globally("audit:read").then(|| {
        let path = filtered(AUDIT, [("object", object)]);
        console.link(path, "console-history")
    })
}

pub(crate) fn read(console: &Console<'_>) -> Result<Cursor, Stop> {
    Cursor::read(console, &VALUES.map(|(name, _)| name))
}

pub(crate) fn query(cursor: &Cursor, now: UnixSeconds) -> Result<AuditQuery, Stop> {
    let present = |name| Some(cursor.filter(name)).filter(|text| !text.is_empty());
    let kind = present("kind").map(|text| AuditKind::parse(text).ok_or(ErrorKind::BadRequest));
    let (since, until) = match present("day") {
        Some(text) => {
            let start = start_of_day(text).ok_or(ErrorKind::BadRequest)?;
            (Some(start), Some(start + DAY))
        }
        None => period(cursor.filter("period"), now),
    };
    let text = |name| present(name).map(str::to_owned);
    Ok(AuditQuery {
        about: text("about"),
        actor: text("actor"),
        subject: text("subject"),
        // What was typed replaces the object of a link.
        object: text("object").filter(|_| present("subject").is_none()),
        client_id: text("client"),
        organization: text("organization"),
        kind: kind.transpose()?,
        ip: text("address"),
        since,
        until,
    })
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

/// Returns the first second of a day such as `2027-01-31`, in UTC.
fn start_of_day(text: &str) -> Option<UnixSeconds> {
    let form = format_description!("[year]-[month]-[day]");
    let day = Date::parse(text, &form).ok()?;
    Some(day.midnight().assume_utc().unix_timestamp())
}

fn path<'a>(path: &str, cursor: &'a Cursor, changes: &[(&str, &'a str)]) -> String {
    let values = VALUES.map(|(name, _)| {
        let change = changes.iter().find(|(changed, _)| *changed == name);
        let value = change.map_or_else(|| cursor.filter(name), |change| change.1);
        (name, value)
    });
    filtered(path, values)
}

/// Returns the list of the events of one kind within the filter.
pub(crate) fn of_kind(cursor: &Cursor, kind: AuditKind) -> String {
    path(AUDIT, cursor, &[("kind", kind.as_str())])
}

/// Returns the form of the search, with the links to periods and to the administrator's own events.
pub(crate) fn search(console: &Console<'_>, cursor: &Cursor) -> Search {
    let (period, day) = (cursor.filter("period"), cursor.filter("day"));
    let preset = |(name, key): (&str, &str)| {
        let path = path(AUDIT, cursor, &[("period", name), ("day", "")]);
        let is_current = day.is_empty() && name == period;
        (console.link(path, key), is_current)
    };
    let own = path(AUDIT, cursor, &[("actor", console.id())]);
    let mine = (
        console.link(own, "console-mine"),
        cursor.filter("actor") == console.id(),
    );
    let object = cursor.filter("object");
    let kept = [
        ("period", if day.is_empty() { period } else { "" }),
        ("object", object),
    ];
    let kept = kept.into_iter().filter(|(_, value)| !value.is_empty());
    let kept = kept.map(|(name, value)| (name, value.to_owned()));
    Search {
        action: AUDIT.to_owned(),
        label: console.t("console-find-about"),
        name: "about",
        value: cursor.filter("about").to_owned(),
        presets: PERIODS.into_iter().map(preset).chain([mine]).collect(),
        kept: kept.collect(),
    }
}

pub(crate) fn fields(console: &Console<'_>, cursor: &Cursor) -> Vec<EntryField> {
    let every = (String::new(), console.t("console-all-time"));
    let kinds = AuditKind::ALL.iter();
    let kinds = kinds.map(|kind| {
        let text = audit_kind(&console.layout, *kind);
        (kind.as_str().to_owned(), text)
    });
    let kinds = select(std::iter::once(every).chain(kinds));
    let field = |id, key, hint: &str, kind| EntryField {
        hint: hint.to_owned(),
        required: false,
        ..entry(id, console.t(key), cursor.filter(id), kind)
    };
    let (user, line) = (console.t("console-find-user"), FieldKind::Line);
    vec![
        field("actor", "console-who", &user, line.clone()),
        field("subject", "console-about", &user, line.clone()),
        field("client", "console-app", "", line.clone()),
        field("organization", "console-organization", "", line.clone()),
        field("kind", "console-event", "", kinds),
        field("address", "console-address", "", line),
        field("day", "console-day", "", FieldKind::Day),
    ]
}

/// Returns the links that remove one value of the filter each, without that of the text.
pub(crate) fn chosen(console: &Console<'_>, cursor: &Cursor) -> Vec<Link> {
    let remove = |(name, key): (&'static str, &str)| {
        let value = match (name, cursor.filter(name)) {
            (_, "") | ("about", _) => return None,
            // A day replaces the period.
            ("period", _) if !cursor.filter("day").is_empty() => return None,
            ("period", value) => {
                let known = PERIODS.iter().find(|(name, _)| *name == value)?;
                console.t(known.1)
            }
            ("kind", value) => audit_kind(&console.layout, AuditKind::parse(value)?),
            (_, value) => value.to_owned(),
        };
        let text = filter_bar::removal(console, key, value);
        Some(Link::new(path(AUDIT, cursor, &[(name, "")]), text))
    };
    VALUES.into_iter().filter_map(remove).collect()
}

#[cfg(test)]
mod tests;
