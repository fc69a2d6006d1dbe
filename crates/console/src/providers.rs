//! `/admin/providers` and `/admin/providers/{id}`: identity providers.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::ServiceConfig;
use doorward_admin::providers;
use doorward_domain::model::Provider;
use doorward_http::page::{Page, PageError};
use doorward_templates::console::{Detail, Fact, Link, List, Section, State, Tone, Value};

use crate::console::Console;
use crate::routes::{self, encode, parameter};

const HOME: &str = "/admin/providers";

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::page(HOME, list))
        .service(routes::page("/admin/providers/{id}", show));
}

fn state(console: &Console<'_>, provider: &Provider) -> State {
    if provider.is_active() {
        State::new(Tone::Good, console.t("console-active"))
    } else {
        State::new(Tone::Warn, console.t("console-disabled"))
    }
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let found = Console::read(providers::list(&console.context()).await)?;
    let columns = [
        "console-name",
        "console-id",
        "console-issuer",
        "console-state",
    ];
    let row = |provider: &Provider| {
        let id = provider.id.to_string();
        let path = format!("{HOME}/{}", encode(&id));
        vec![
            Value::Link(Link::new(path, provider.name.clone())),
            Value::Code(id),
            Value::Code(provider.issuer.clone()),
            Value::States(vec![state(&console, provider)]),
        ]
    };
    let view = List {
        lead: console.t("console-providers-text"),
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
    let found = providers::get(&console.context(), &parameter(page, "id")).await;
    let provider = Console::read(found)?;
    let linked = providers::count_users(&console.context(), &provider).await;
    let linked = Console::read(linked)?;
    let fact = |key, value| Fact::new(console.t(key), value);
    let yes = |is_so: bool| {
        let key = if is_so { "console-yes" } else { "console-no" };
        Value::Text(console.t(key))
    };
    let settings = &provider.settings;
    let view = Detail {
        state: Some(state(&console, &provider)),
        facts: vec![
            fact("console-id", Value::Code(provider.id.to_string())),
            fact("console-issuer", Value::Code(provider.issuer.clone())),
            fact("console-our-id", Value::Code(provider.client_id.clone())),
            fact("console-scopes", Value::Codes(settings.scopes.clone())),
            fact("console-linked", Value::Text(linked.to_string())),
            fact("console-registers", yes(settings.registers)),
            fact("console-trusts-email", yes(settings.trusts_email)),
            fact("console-trusts-mfa", yes(settings.trusts_mfa)),
            fact("console-created", Value::Moment(provider.created_at)),
            fact("console-updated", Value::Moment(provider.updated_at)),
        ],
        ..console.detail(
            Section::Providers,
            Link::new(HOME, console.t("console-providers")),
            provider.name.clone(),
        )
    };
    Ok(page.html(StatusCode::OK, &view))
}
