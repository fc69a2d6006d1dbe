//! `/admin/people/{id}/factors`: second factors and linked accounts of a user.

use doorward_admin::user_factors::{self, Factor, UserFactors};
use doorward_domain::model::{LinkId, LinkedAccount};

use crate::people;
use crate::people::user::detail;
use doorward_console_ui::prelude::*;

const APP: Messages = Messages {
    question: "console-factor-question",
    text: "console-factor-app-text",
    submit: "console-factor-remove",
    done: "console-user-factors-done",
};

const PASSKEY: Messages = Messages {
    text: "console-factor-passkey-text",
    ..APP
};

const LINK: Messages = Messages {
    question: "console-unlink-question",
    text: "console-unlink-text",
    submit: "console-factor-remove",
    done: "console-unlinked",
};

enum Target {
    Factor(Factor),
    Link(LinkId),
}

pub(crate) async fn list(console: &Console<'_>) -> Answer {
    let user = people::named(console).await?;
    let context = console.context();
    let found = user_factors::list(&context, &user).await?;
    let linked = user_factors::links(&context, &user).await?;
    // Users change their own account on its pages; the operations reject their own id.
    let is_oneself = console.is(&user.id.to_string());
    let may_remove = !is_oneself && console.may_globally("users:write");
    let home = may_remove.then(|| routes::user(user.id));
    let facts = found.app_since;
    let facts = facts.map(|_| console.number("console-recovery-codes", &found.codes_left));
    console.show(&Detail {
        notice: console.notice(&[APP.done, LINK.done])?,
        facts: facts.into_iter().collect(),
        tables: vec![
            factor_table(console, &found, home.as_deref()),
            link_table(console, &linked, home.as_deref()),
        ],
        ..detail(console, &user, "/factors")
    })
}

/// Returns the table of second factors. `home` is the path of the user if they can be removed.
fn factor_table(console: &Console<'_>, found: &UserFactors, home: Option<&str>) -> Table {
    let row = |kind: &str, name: Option<&str>, (since, used): (i64, Value), id: &str| {
        let kind = console.t(kind);
        let label = name.unwrap_or(&kind);
        let action = home.map(|home| remove_link(console, &format!("{home}/factors/{id}"), label));
        let none = || console.text("console-none");
        let name = name.map_or_else(none, |name| Value::Name(name.to_owned()));
        let mut row = vec![Value::Text(kind), name, Value::Day(since), used];
        row.extend(action);
        row
    };
    let app = found.app_since.map(|since| {
        let used = console.text("console-unknown");
        row("console-authenticator", None, (since, used), Factor::APP)
    });
    let passkeys = found.passkeys.iter().map(|passkey| {
        let times = (
            passkey.created_at,
            console.ago(passkey.last_used_at, "console-never"),
        );
        let (name, id) = (Some(passkey.name.as_str()), passkey.id.to_string());
        row("console-step-passkey", name, times, &id)
    });
    let columns = [
        "console-kind",
        "console-name",
        "console-since",
        "console-last-use",
        "console-action",
    ];
    console.table(
        "console-second-step",
        &columns[..columns.len() - usize::from(home.is_none())],
        app.into_iter().chain(passkeys).collect(),
        "console-factor-none",
    )
}

/// Returns the table of linked accounts. `home` is the path of the user if they can be removed.
fn link_table(
    console: &Console<'_>,
    linked: &[(LinkedAccount, Option<Provider>)],
    home: Option<&str>,
) -> Table {
    let may_open = console.may_globally("providers:read");
    let provider = |(link, provider): &(LinkedAccount, Option<Provider>)| match provider {
        Some(found) if may_open => {
            Value::Link(Link::new(routes::provider(&found.id), found.name.as_str()))
        }
        Some(found) => Value::Name(found.name.clone()),
        None => Value::Code(link.issuer.clone()),
    };
    let remove = |(link, _): &(LinkedAccount, Option<Provider>)| {
        let home = home.unwrap_or_default();
        let path = format!("{home}/linked-accounts/{}", link.id);
        remove_link(console, &path, &link.label)
    };
    console
        .table_of("console-linked", linked, "console-no-linked")
        .column("console-name", |(link, _)| Value::Name(link.label.clone()))
        .column("console-provider", provider)
        .column("console-since", |(link, _)| Value::Day(link.created_at))
        .column("console-last-use", |(link, _)| {
            console.ago(link.last_used_at, "console-never")
        })
        .column_if(home.is_some(), "console-action", remove)
        .table()
}

fn remove_link(console: &Console<'_>, path: &str, name: &str) -> Value {
    let label = ["console-factor-remove-label", "name"];
    console.labelled(format!("{path}/remove"), APP.submit, label, name)
}

async fn target(console: &Console<'_>, user: &User) -> Result<(Target, Messages, String), Stop> {
    if let Some(id) = LinkId::parse(&parameter(console.page, "link")) {
        let links = user_factors::links(&console.context(), user).await?;
        let mut found = links.into_iter();
        let found = found.find(|(link, _)| link.id == id);
        let (link, _) = found.ok_or(ErrorKind::NotFound)?;
        return Ok((Target::Link(id), LINK, link.label));
    }
    let factor = Factor::parse(&parameter(console.page, "factor")).ok_or(ErrorKind::NotFound)?;
    let found = user_factors::list(&console.context(), user).await?;
    let (messages, name) = match factor {
        Factor::App => {
            let name = found.app_since.map(|_| console.t("console-authenticator"));
            (APP, name)
        }
        Factor::Passkey(id) => {
            let passkey = found.passkeys.into_iter().find(|passkey| passkey.id == id);
            (PASSKEY, passkey.map(|passkey| passkey.name))
        }
    };
    let name = name.ok_or(ErrorKind::NotFound)?;
    Ok((Target::Factor(factor), messages, name))
}

pub(crate) async fn remove(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let user = people::named(console).await?;
    let (target, messages, name) = target(console, &user).await?;
    let object = format!("{}: {name}", user.display_name());
    let back = format!("{}/factors", routes::user(user.id));
    let question = Question {
        reason: Some(reason::field(console, reason::FOR_USER)),
        version: Some(version(&user)),
        is_risky: true,
        ..Question::new(Section::People, messages, object, back)
    };
    let question = question.ask(visit)?;
    let context = visit.context();
    let removed = match target {
        Target::Factor(factor) => user_factors::remove(&context, &user, factor).await,
        Target::Link(link) => user_factors::unlink(&context, &user, link).await,
    };
    question.finish(visit, removed).await
}
