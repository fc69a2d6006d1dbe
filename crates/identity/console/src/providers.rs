//! `/admin/providers` and `/admin/providers/{id}`: identity providers.

pub(crate) mod actions;
mod check;
pub(crate) mod edit;
mod form;
pub(crate) mod new;
mod pages;
pub(crate) mod trial;

use doorward_admin::providers::{self, UsedProvider};

use crate::audit::filter::history;
use crate::audit::latest;
use crate::providers::actions::SECRET_REPLACED;
use crate::providers::edit::SAVED;
use crate::providers::pages::redirect_uri;
use doorward_console_ui::prelude::*;

pub(crate) async fn list(console: &Console<'_>) -> Answer {
    let found = providers::list_used(&console.context()).await?;
    let name = |used: &UsedProvider| {
        let provider = &used.provider;
        Value::Link(Link::new(
            routes::provider(&provider.id),
            provider.name.as_str(),
        ))
    };
    let state =
        |used: &UsedProvider| Value::States(vec![console.enabled(used.provider.is_active())]);
    let last_use = |used: &UsedProvider| console.ago(used.last_used_at, "console-never");
    let table = console
        .table_of("console-providers", &found, "console-no-providers")
        .column("console-name", name)
        .column("console-id", |used| {
            Value::Code(used.provider.id.to_string())
        })
        .column("console-issuer", |used| {
            Value::Code(used.provider.issuer.clone())
        })
        .column("console-state", state)
        .column("console-last-sign-in", last_use)
        .column("console-linked", |used| {
            Value::Text(console.count(used.linked))
        })
        .table();
    let table = list::sorted(console, ("console-id", list::ASCENDING), table);
    let mut actions = Vec::new();
    if console.has(Access::Admin) {
        actions = new::links(console);
        actions.push(console.link(format!("{PROVIDERS}/new"), "console-provider-other"));
    }
    let deleted = actions::messages(Switch::Delete).done;
    console.show(&List {
        lead: console.t("console-providers-text"),
        notice: console.notice(&[deleted])?,
        actions,
        table,
        ..console.list(Section::Providers, "console-providers")
    })
}

pub(crate) async fn show(console: &Console<'_>) -> Answer {
    let used = providers::get_used(&console.context(), &parameter(console.page, "id")).await?;
    let provider = &used.provider;
    let may_change = console.has(Access::Admin);
    let home = routes::provider(&provider.id);
    let link = |below: &str, key| console.link(format!("{home}/{below}"), key);
    let (mut actions, mut buttons, mut risky) = (Vec::new(), Vec::new(), Vec::new());
    if may_change {
        let is_active = provider.is_active();
        let switches = Switch::links(console, &home, is_active, self::actions::messages);
        actions.push(link("edit", "console-edit"));
        actions.extend(switches.0);
        risky = switches.1;
        actions.push(link("secret", "console-provider-secret-replace"));
        buttons.push(link("test", "console-provider-test"));
        if is_active {
            buttons.push(link("try", "console-test"));
        }
    }
    actions.extend(history(console, provider.id.as_str()));
    let done = Switch::ALL.map(|action| actions::messages(action).done);
    let changes = latest::table(console, AuditKind::ProviderChanged, provider.id.as_str()).await?;
    console.show(&Detail {
        state: Some(console.enabled(provider.is_active())),
        tables: Vec::from_iter(changes),
        notice: console.notice(&[&done[..], &[SECRET_REPLACED, SAVED, new::SAVED]].concat())?,
        facts: facts(console, &used),
        actions,
        buttons,
        risky,
        elsewhere: also_as::of_object(
            console,
            &providers::operations::SHOW,
            ("id", provider.id.as_str()),
        )
        .await?,
        ..console.object(Section::Providers, provider.name.as_str())
    })
}

fn facts(console: &Console<'_>, used: &UsedProvider) -> Vec<Fact> {
    let provider = &used.provider;
    let settings = &provider.settings;
    let redirect_uri = redirect_uri(console, provider.id.as_str());
    let linked = Value::Text(console.count(used.linked));
    [
        ("console-provider-id", Value::Code(provider.id.to_string())),
        ("console-issuer", Value::Code(provider.issuer.clone())),
        ("console-provider-redirect", Value::Copy(redirect_uri)),
        ("console-our-id", Value::Code(provider.client_id.clone())),
        (
            "console-provider-scopes",
            Value::Codes(settings.scopes.clone()),
        ),
        (
            "console-last-sign-in",
            console.ago(used.last_used_at, "console-never"),
        ),
        ("console-linked", linked),
        ("console-registers", console.yes(settings.registers)),
        ("console-trusts-email", console.yes(settings.trusts_email)),
        (
            "console-provider-links",
            console.yes(settings.links_by_email),
        ),
        ("console-trusts-mfa", console.yes(settings.trusts_mfa)),
        ("console-created", Value::Moment(provider.created_at)),
        ("console-updated", Value::Moment(provider.updated_at)),
    ]
    .map(|(key, value)| console.fact(key, value))
    .into()
}
