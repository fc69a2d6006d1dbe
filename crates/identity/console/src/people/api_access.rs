//! `/admin/api-access`: API keys of users.

use doorward_admin::api_keys::{self, OwnedKey};
use doorward_domain::model::ApiKeyId;
use doorward_store::repo::api_key_lists::KeyFilter;

use crate::home::unused_kind::{KEY_COLUMNS, since};
use crate::people;
use doorward_console_ui::prelude::*;

const UNUSED: &str = "unused";
const DAY: i64 = 86_400;
const SOON: &str = "soon";

const LISTS: [(&str, &str); 3] = [
    ("", "console-all-time"),
    (UNUSED, "console-unused"),
    (SOON, "console-ends-soon"),
];

const REVOKE: Messages = Messages {
    question: "revoke-key-title",
    text: "revoke-key-text",
    submit: "api-key-revoke",
    done: "api-keys-revoked",
};

fn filter(name: &str, now: UnixSeconds) -> Result<KeyFilter, Stop> {
    let all = KeyFilter::default();
    match name {
        "" => Ok(all),
        UNUSED => Ok(KeyFilter {
            unused_since: Some(since(now)),
            ..all
        }),
        SOON => Ok(KeyFilter {
            expires_before: Some(now + 7 * DAY),
            ..all
        }),
        _ => Err(ErrorKind::BadRequest.into()),
    }
}

pub(crate) async fn list(console: &Console<'_>) -> Answer {
    let cursor = Cursor::read(console, &["q", "show"])?;
    let mut filter = filter(cursor.filter("show"), console.now())?;
    let name = cursor.filter("q");
    if !name.is_empty() {
        filter.user = console.find_user(name).await?;
    }
    let (found, pager): (Vec<OwnedKey>, _) = if name.is_empty() || filter.user.is_some() {
        let mut found = api_keys::page(&console.context(), &filter, cursor.after(), ROWS).await?;
        let pager = cursor.cut(console, &mut found, |found| found.cursor.clone());
        (found.into_iter().map(|found| found.item).collect(), pager)
    } else {
        (Vec::new(), Pager::default())
    };
    let unused = format!("{}?kind=api-keys", routes::UNUSED);
    let unused = console.link(unused, "console-unused-keys");
    let is_filtered = cursor.filters().any(|(_, value)| !value.is_empty());
    let empty = if is_filtered {
        "console-no-api-keys"
    } else {
        "console-api-keys-none"
    };
    let table = table(console, &found, empty);
    console.show(&List {
        lead: console.t("console-api-access-text"),
        notice: console.notice(&[REVOKE.done])?,
        actions: vec![unused],
        search: Some(search(console, &cursor)),
        table: match filter.unused_since {
            Some(_) => table,
            None => list::sorted(console, ("console-expires", list::ASCENDING), table),
        },
        pager,
        ..console.list(Section::ApiAccess, "api-keys-title")
    })
}

fn search(console: &Console<'_>, cursor: &Cursor) -> Search {
    let (name, chosen) = (cursor.filter("q"), cursor.filter("show"));
    let preset = |(list, key): (&str, &str)| {
        let path = filtered(API_ACCESS, [("show", list), ("q", name)]);
        (console.link(path, key), list == chosen)
    };
    let kept = (!chosen.is_empty()).then(|| ("show", chosen.to_owned()));
    Search {
        presets: LISTS.map(preset).into(),
        kept: kept.into_iter().collect(),
        ..list::search(console, API_ACCESS, "console-find-user", name)
    }
}

fn table(console: &Console<'_>, found: &[OwnedKey], empty: &str) -> Table {
    let may_revoke = console.may_globally("users:write");
    let mut columns = KEY_COLUMNS.to_vec();
    if may_revoke {
        columns.push("console-action");
    }
    let row = |owned: &OwnedKey| {
        let mut row = facts(console, owned);
        if may_revoke {
            let (key, _) = owned;
            let path = format!("{API_ACCESS}/{}/revoke", key.id);
            let label = ["api-key-revoke-label", "name"];
            row.push(console.labelled(path, REVOKE.submit, label, &key.name));
        }
        row
    };
    let rows = found.iter().map(row).collect();
    console.table("api-keys-title", &columns, rows, empty)
}

pub(crate) fn facts(console: &Console<'_>, (key, user): &OwnedKey) -> Vec<Value> {
    vec![
        Value::Name(key.name.clone()),
        Value::Code(key.id.prefix()),
        people::owner(console, user),
        Value::Codes(key.scopes.iter().map(str::to_owned).collect()),
        Value::Day(key.created_at),
        Value::Moment(key.expires_at),
        console.ago(key.last_used_at, "console-never"),
    ]
}

pub(crate) async fn revoke(visit: &Visit<'_>) -> Answer {
    let id = visit.id("id", ApiKeyId::parse)?;
    let (key, user) = api_keys::get(&visit.context(), &id).await?;
    let object = format!("{}: {}", user.display_name(), key.name);
    let question = Question {
        is_risky: true,
        ..Question::new(Section::ApiAccess, REVOKE, object, API_ACCESS)
    };
    let question = question.ask(visit)?;
    let revoked = api_keys::revoke(&visit.context(), &id).await;
    question.finish(visit, revoked).await
}

#[cfg(test)]
mod tests {
    use super::{DAY, SOON, UNUSED, filter};

    #[test]
    fn lists_limit_use_or_expiry() {
        let now = 1_000 * DAY;
        let unused = filter(UNUSED, now).ok().unwrap();
        assert_eq!(unused.unused_since, Some(910 * DAY));
        let soon = filter(SOON, now).ok().unwrap();
        assert_eq!(soon.expires_before, Some(1_007 * DAY));
        assert!(filter("", now).ok().unwrap().unused_since.is_none());
        assert!(filter("other", now).is_err());
    }
}
