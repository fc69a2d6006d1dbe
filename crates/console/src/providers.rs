//! `/admin/providers` and `/admin/providers/{id}`: identity providers.

mod actions;
mod check;
mod edit;
mod form;
mod new;
pub(crate) mod paths;
mod trial;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::ServiceConfig;
use doorward_admin::providers::{self, UsedProvider};
use doorward_domain::model::Provider;
use doorward_http::page::{Page, PageError};
use doorward_templates::console::{Detail, Fact, Link, List, Section, State, Tone, Value};

use crate::audit;
use crate::console::Console;
use crate::providers::actions::{ProviderAction, SECRET_REPLACED};
use crate::providers::edit::SAVED;
use crate::providers::paths::{HOME, path, redirect_uri};
use crate::routes::{self, parameter};

/// Registers the pages of the section.
pub(crate) fn configure(config: &mut ServiceConfig) {
    new::configure(config);
    config
        .service(routes::page(HOME, list))
        .service(routes::page("/admin/providers/{id}", show));
    trial::configure(config);
    edit::configure(config);
    actions::configure(config);
}

/// Returns true if the administrator may change providers.
fn may_change(console: &Console<'_>) -> bool {
    providers::require_admin(&console.context()).is_ok()
}

fn state(console: &Console<'_>, provider: &Provider) -> State {
    if provider.is_active() {
        State::new(Tone::Good, console.t("console-active"))
    } else {
        State::new(Tone::Warn, console.t("console-disabled"))
    }
}

/// Returns the time of the last sign-in through a provider.
fn last_sign_in(console: &Console<'_>, used: &UsedProvider) -> Value {
    match used.last_used_at {
        Some(at) => Value::Ago(at),
        None => Value::Text(console.t("console-never")),
    }
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let found = Console::read(providers::list_used(&console.context()).await)?;
    let columns = [
        "console-name",
        "console-id",
        "console-issuer",
        "console-state",
        "console-last-sign-in",
        "console-linked",
    ];
    let row = |used: &UsedProvider| {
        let provider = &used.provider;
        vec![
            Value::Link(Link::new(path(&provider.id), provider.name.clone())),
            Value::Code(provider.id.to_string()),
            Value::Code(provider.issuer.clone()),
            Value::States(vec![state(&console, provider)]),
            last_sign_in(&console, used),
            Value::Text(console.count(used.linked)),
        ]
    };
    let mut actions = Vec::new();
    if may_change(&console) {
        actions = new::links(&console);
        let other = Link::new(format!("{HOME}/new"), console.t("console-provider-other"));
        actions.push(other);
    }
    let deleted = ProviderAction::Delete.messages().done;
    let view = List {
        lead: console.t("console-providers-text"),
        notice: console.notice(&[deleted])?,
        actions,
        table: console.table(
            "console-providers",
            &columns,
            found.iter().map(row).collect(),
            "console-no-providers",
        ),
        ..console.list(Section::Providers, "console-providers")
    };
    Ok(page.html(StatusCode::OK, &view))
}

async fn show(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let found = providers::get_used(&console.context(), &parameter(page, "id")).await;
    let used = Console::read(found)?;
    let provider = &used.provider;
    let may_change = may_change(&console);
    let home = path(&provider.id);
    let link = |below: &str, key| Link::new(format!("{home}/{below}"), console.t(key));
    let links = |is_risky: bool| {
        let all = ProviderAction::ALL.into_iter();
        let offered = all.filter(|action| {
            may_change && action.is_risky() == is_risky && action.applies_to(provider)
        });
        let offered = offered.map(|action| link(action.as_str(), action.messages().submit));
        offered.collect::<Vec<_>>()
    };
    let (mut actions, mut buttons) = (links(false), Vec::new());
    if may_change {
        actions.insert(0, link("edit", "console-edit"));
        actions.push(link("secret", "console-provider-secret-replace"));
        buttons.push(link("test", "console-provider-test"));
        if provider.is_active() {
            buttons.push(link("try", "console-test"));
        }
    }
    actions.extend(audit::filter::history(&console, provider.id.as_str()));
    let done = ProviderAction::ALL.map(|action| action.messages().done);
    let view = Detail {
        state: Some(state(&console, provider)),
        notice: console.notice(&[&done[..], &[SECRET_REPLACED, SAVED, new::SAVED]].concat())?,
        facts: facts(&console, &used),
        actions,
        buttons,
        risky: links(true),
        ..console.detail(
            Section::Providers,
            Link::new(HOME, console.t("console-providers")),
            provider.name.clone(),
        )
    };
    Ok(page.html(StatusCode::OK, &view))
}

fn facts(console: &Console<'_>, used: &UsedProvider) -> Vec<Fact> {
    let provider = &used.provider;
    let fact = |key, value| Fact::new(console.t(key), value);
    let yes = |is_so: bool| {
        let key = if is_so { "console-yes" } else { "console-no" };
        Value::Text(console.t(key))
    };
    let settings = &provider.settings;
    let uri = redirect_uri(console, provider.id.as_str());
    vec![
        fact("console-provider-id", Value::Code(provider.id.to_string())),
        fact("console-issuer", Value::Code(provider.issuer.clone())),
        fact("console-provider-redirect", Value::Copy(uri)),
        fact("console-our-id", Value::Code(provider.client_id.clone())),
        fact(
            "console-provider-scopes",
            Value::Codes(settings.scopes.clone()),
        ),
        fact("console-last-sign-in", last_sign_in(console, used)),
        fact("console-linked", Value::Text(console.count(used.linked))),
        fact("console-registers", yes(settings.registers)),
        fact("console-trusts-email", yes(settings.trusts_email)),
        fact("console-provider-links", yes(settings.links_by_email)),
        fact("console-trusts-mfa", yes(settings.trusts_mfa)),
        fact("console-created", Value::Moment(provider.created_at)),
        fact("console-updated", Value::Moment(provider.updated_at)),
    ]
}
