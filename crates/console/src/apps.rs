//! `/admin/apps` and `/admin/apps/{id}`: clients.

mod consents;
mod edit;
mod failures;
mod file;
mod form;
mod impact;
pub(crate) mod labels;
mod logo;
mod new;
pub(crate) mod pages;
mod secrets;
pub(crate) mod sessions;
mod simulation;
mod tokens;
mod users;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::clients;
use doorward_admin::found::FoundPage;
use doorward_admin::operator::version;
use doorward_domain::model::{Client, ClientChange, ClientId, ClientKind};
use doorward_domain::rules::lint;
use doorward_domain::rules::list_filter::ClientFilter;
use doorward_domain::time::UnixSeconds;
use doorward_http::page::{Page, PageError};
use doorward_protocol::params::Params;
use doorward_store::repo::client_activity::ActiveClient;
use doorward_templates::ErrorKind;
use doorward_templates::console::{
    Detail, EntryField, Fact, Link, List, Search, Section, Table, Value,
};

use crate::apps::pages::{LOGO_REMOVED, LOGO_SAVED, SAVED};
use crate::console::Console;
use crate::home::unused_paths::UNUSED_LIST;
use crate::people;
use crate::routes::{self, APPS, REGISTRATION_TOKENS, app, parameter};
use crate::ui::action::{Action, Messages};
use crate::ui::cursor::{Cursor, LIMIT};
use crate::ui::filter_bar::{self, Filter};
use crate::ui::once::NOTICES;

/// Registers the pages of the section.
pub(crate) fn configure(config: &mut ServiceConfig) {
    file::configure(config);
    new::configure(config);
    edit::configure(config);
    simulation::configure(config);
    failures::configure(config);
    tokens::configure(config);
    consents::configure(config);
    users::configure(config);
    sessions::configure(config);
    logo::configure(config);
    config
        .service(routes::page(APPS, list))
        .service(routes::page("/admin/apps/{id}", show))
        .service(routes::form("/admin/apps/{id}/{action}", ask, submit));
}

/// The filters, all of which are always visible.
const SELECTS: [Filter; 3] = [
    Filter::choice(
        "state",
        "console-state",
        &[
            ("active", "console-active"),
            ("disabled", "console-disabled"),
        ],
    ),
    Filter::choice(
        "kind",
        "console-kind",
        &[
            ("confidential", "console-kind-server"),
            ("public", "console-kind-device"),
        ],
    ),
    Filter::choice(
        "registered_by",
        "console-registered-by",
        &[
            ("administrator", "console-registered-admin"),
            ("dynamic", "console-registered-self"),
            ("document", "console-registered-document"),
        ],
    ),
];

/// Reads the filter and the page from the URL.
pub(crate) fn filter(console: &Console<'_>) -> Result<(Cursor, ClientFilter), PageError> {
    let cursor = Cursor::read(console, &ClientFilter::NAMES)?;
    let filter = ClientFilter::parse(|name| cursor.filter(name));
    let filter = filter.map_err(|_| ErrorKind::BadRequest)?;
    Ok((cursor, filter))
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let (cursor, filter) = filter(&console)?;
    let (context, limit) = (console.context(), LIMIT as u64);
    let found = clients::search_with_activity(&context, &filter, cursor.after(), limit).await;
    let found = Console::read(found)?;
    let mut actions = Vec::new();
    if console.may_globally("clients:write") {
        let path = format!("{APPS}/new");
        actions.push(Link::new(path, console.t("console-new-app")));
    }
    actions.push(Link::new(REGISTRATION_TOKENS, console.t("console-permits")));
    actions.extend(filter_bar::files(&console, &cursor, APPS));
    let empty = if filter == ClientFilter::default() {
        "console-no-apps"
    } else {
        filter_bar::empty(found.next.as_deref(), "console-no-match")
    };
    let unused = Link::new(UNUSED_LIST, console.t("console-unused"));
    let search = people::search(&console, APPS, "console-find-app", &filter.text);
    let view = List {
        lead: console.t("console-apps-text"),
        notice: console.notice(&["console-app-deleted"])?,
        actions,
        search: Some(Search {
            presets: vec![(unused, false)],
            ..search
        }),
        selects: filter_bar::fields(&console, &cursor, &SELECTS),
        chosen: filter_bar::chosen(&console, &cursor, APPS, &SELECTS),
        table: table(&console, &found, empty),
        pager: cursor.pager(&console, found.next.as_deref()),
        ..console.list(Section::Apps, "console-apps")
    };
    Ok(page.html(StatusCode::OK, &view))
}

fn table(console: &Console<'_>, found: &FoundPage<ActiveClient>, empty: &str) -> Table {
    let columns = [
        "console-name",
        "console-id",
        "console-kind",
        "console-state",
        "console-last-use",
        "console-failures-day",
    ];
    let row = |found: &ActiveClient| {
        let client = &found.client;
        vec![
            Value::Link(Link::new(app(&client.id), client.name.clone())),
            Value::Code(client.id.to_string()),
            Value::Text(kind(console, client)),
            Value::States(vec![pages::state(console, client)]),
            pages::last_use(console, found),
            pages::failures(console, found),
        ]
    };
    let (key, count_key) = ("console-apps", "console-apps-count");
    let rows = found.items.iter().map(row).collect();
    Table {
        caption: filter_bar::caption(console, found.count, key, count_key),
        ..console.table(key, &columns, rows, empty)
    }
}

fn kind(console: &Console<'_>, client: &Client) -> String {
    console.t(match client.kind {
        _ if clients::acts_for_itself(client) => "console-kind-service",
        ClientKind::Confidential => "console-kind-web",
        ClientKind::Public => "console-kind-device",
    })
}

async fn show(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let id = parameter(page, "id");
    let id = ClientId::parse(&id).ok_or(ErrorKind::NotFound)?;
    let found = clients::get_with_activity(&console.context(), &id).await;
    let found = Console::read(found)?;
    let (client, uses) = (&found.client, found.secret_uses);
    let may_change = console.may_globally("clients:write");
    let links = |is_risky: bool| {
        let offered = AppAction::ALL.into_iter().filter(|action| {
            let is_linked = *action != AppAction::EndSecret && action.is_risky() == is_risky;
            may_change && is_linked && action.applies_to(client, console.now())
        });
        let link = |action: AppAction| {
            let path = format!("{}/{}", app(&client.id), action.as_str());
            Link::new(path, console.t(action.messages().submit))
        };
        offered.map(link).collect()
    };
    let mut done = AppAction::ALL.map(|action| action.messages().done).to_vec();
    done.extend([SAVED, LOGO_SAVED, LOGO_REMOVED]);
    done.extend(NOTICES);
    let (mut actions, mut risky): (Vec<Link>, Vec<Link>) = (links(false), links(true));
    if may_change && client.document.is_none() {
        let path = format!("{}/edit", app(&client.id));
        let edit = Link::new(path, console.t("console-edit"));
        actions.splice(0..0, [edit, logo::link(&console, client)]);
        risky.splice(0..0, logo::removal(&console, client));
    }
    let secrets = secrets::table(&console, client, uses, may_change);
    let tables = secrets.into_iter().chain(deviations(&console, client));
    let view = Detail {
        notice: console.notice(&done)?,
        facts: facts(&console, &found),
        tables: tables.collect(),
        actions,
        risky,
        ..pages::detail(&console, client, "")
    };
    Ok(page.html(StatusCode::OK, &view))
}

fn facts(console: &Console<'_>, found: &ActiveClient) -> Vec<Fact> {
    let client = &found.client;
    let fact = |key, value| Fact::new(console.t(key), value);
    let none = || Value::Text(console.t("console-none"));
    let codes = |all: &[String]| match all {
        [] => none(),
        all => Value::Codes(all.to_vec()),
    };
    let yes = |is_so: bool| {
        let key = if is_so { "console-yes" } else { "console-no" };
        Value::Text(console.t(key))
    };
    let grants = client.grant_types.iter();
    let grants: Vec<String> = grants.map(|grant| grant.as_str().to_owned()).collect();
    let scopes: Vec<String> = client.scopes.iter().map(str::to_owned).collect();
    vec![
        fact("console-id", Value::Copy(client.id.to_string())),
        fact("console-kind", Value::Text(kind(console, client))),
        fact("console-redirect-uris", codes(&client.redirect_uris)),
        fact(
            "console-logout-uris",
            codes(&client.post_logout_redirect_uris),
        ),
        fact("console-grants", codes(&grants)),
        fact("console-scopes", codes(&scopes)),
        fact(
            "console-app-auth",
            Value::Code(client.auth_method.as_str().to_owned()),
        ),
        fact("console-first-party", yes(client.first_party)),
        fact("console-require-mfa", yes(client.require_mfa)),
        fact("console-last-use", pages::last_use(console, found)),
        fact("console-failures-day", pages::failures(console, found)),
        fact("console-created", Value::Moment(client.created_at)),
        fact("console-updated", Value::Moment(client.updated_at)),
    ]
}

/// Returns a table of the deviations from RFC 9700 about which the operator can do something, if
/// there are any.
fn deviations(console: &Console<'_>, client: &Client) -> Option<Table> {
    let mut found = lint::deviations(client);
    found.retain(|found| found.is_due);
    if found.is_empty() {
        return None;
    }
    let row = |deviation: &lint::Deviation| {
        vec![
            Value::Code(deviation.section.to_owned()),
            Value::Name(deviation.what.to_owned()),
            Value::Name(deviation.remediation.to_owned()),
        ]
    };
    let columns = ["console-rule", "console-weakness", "console-remedy"];
    Some(Table {
        caption: console.t("console-attention"),
        columns: columns.map(|key| console.t(key)).into(),
        rows: found.iter().map(row).collect(),
        empty: String::new(),
    })
}

/// A change of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AppAction {
    NewSecret,
    EndSecret,
    Enable,
    Disable,
    Delete,
}

impl AppAction {
    const ALL: [Self; 5] = [
        Self::NewSecret,
        Self::EndSecret,
        Self::Enable,
        Self::Disable,
        Self::Delete,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::NewSecret => "new-secret",
            Self::EndSecret => "end-secret",
            Self::Enable => "enable",
            Self::Disable => "disable",
            Self::Delete => "delete",
        }
    }

    const fn is_risky(self) -> bool {
        matches!(self, Self::EndSecret | Self::Disable | Self::Delete)
    }

    const fn ends_access(self) -> bool {
        matches!(self, Self::Disable | Self::Delete)
    }

    fn applies_to(self, client: &Client, now: UnixSeconds) -> bool {
        match self {
            Self::NewSecret => client.auth_method.is_by_secret(),
            Self::EndSecret => client.live_former_secret(now).is_some(),
            Self::Enable => !client.is_active(),
            Self::Disable => client.is_active(),
            Self::Delete => true,
        }
    }

    const fn messages(self) -> Messages {
        let [question, text, submit, done] = match self {
            Self::NewSecret => [
                "console-app-secret-question",
                "console-app-secret-text",
                "console-app-secret",
                "console-secret-made",
            ],
            Self::EndSecret => [
                "console-app-end-secret-question",
                "console-app-end-secret-text",
                "console-app-end-secret",
                "console-app-secret-ended",
            ],
            Self::Enable => [
                "console-app-enable-question",
                "console-app-enable-text",
                "console-app-enable",
                "console-app-enabled",
            ],
            Self::Disable => [
                "console-app-disable-question",
                "console-app-disable-text",
                "console-app-disable",
                "console-app-disabled",
            ],
            Self::Delete => [
                "console-app-delete-question",
                "console-app-delete-text",
                "console-app-delete",
                "console-app-deleted",
            ],
        };
        Messages {
            question,
            text,
            submit,
            done,
        }
    }

    fn confirmation(self, client: &Client, choice: Option<EntryField>) -> Action {
        let mut messages = self.messages();
        if choice.is_some() {
            messages.text = "console-app-secret-overlap-text";
        }
        Action {
            section: Section::Apps,
            messages,
            choice,
            reason: None,
            object: client.name.clone(),
            typed: (self == Self::Delete).then(|| client.name.trim().to_owned()),
            version: Some(version(client)),
            is_risky: self.is_risky(),
            back: app(&client.id),
        }
    }
}

/// Returns the action that the path names, if it suits the client, and its confirmation with the
/// values as typed.
fn action(
    console: &Console<'_>,
    client: &Client,
    typed: &Params,
) -> Result<(AppAction, Action), PageError> {
    let (name, now) = (parameter(console.page, "action"), console.now());
    let mut all = AppAction::ALL.into_iter();
    let named = all.find(|action| action.as_str() == name && action.applies_to(client, now));
    let action = named.ok_or(ErrorKind::NotFound)?;
    let choice = match action {
        AppAction::NewSecret => secrets::choice(console, client, typed)?,
        _ => None,
    };
    Ok((action, action.confirmation(client, choice)))
}

async fn ask(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_global(page, "clients:write").await?;
    let client = pages::named(&console).await?;
    let (action, question) = action(&console, &client, &Params::default())?;
    let console = console.require_fresh()?;
    let facts = facts_of(&console, &client, action).await?;
    Ok(question.ask_with(&console, facts))
}

/// Returns the numbers of an action that ends the access of a client.
async fn facts_of(
    console: &Console<'_>,
    client: &Client,
    action: AppAction,
) -> Result<Vec<Fact>, PageError> {
    if action.ends_access() {
        impact::of_end(console, client).await
    } else {
        Ok(Vec::new())
    }
}

async fn submit(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = Console::open_global_change(page, "clients:write").await?;
    let client = pages::named(&console).await?;
    let (action, question) = action(&console, &client, &form)?;
    let facts = facts_of(&console, &client, action).await?;
    let question = match question.check_with(&console, &form, &facts)? {
        Ok(question) => question,
        Err(again) => return Ok(again),
    };
    if action == AppAction::NewSecret {
        return secrets::make(&console, &form, &client, question).await;
    }
    let context = console.context_with_version(&form);
    let result = match action {
        AppAction::Delete => clients::delete(&context, &client.id).await,
        AppAction::EndSecret => clients::end_secret(&context, &client.id).await,
        action => {
            let change = ClientChange {
                disabled: Some(action == AppAction::Disable),
                ..ClientChange::default()
            };
            let changed = clients::update(&context, &client.id, change).await;
            changed.map(|_| ())
        }
    };
    if let Err(failure) = console.change(result).await? {
        return Ok(question.fail_with(&console, failure, facts));
    }
    let next = match action {
        AppAction::Delete => APPS.to_owned(),
        _ => app(&client.id),
    };
    Ok(question.finish(&console, Ok(()), &next))
}
