//! `/admin/sign-ins` and `/admin/sign-ins/{id}`: sign-in attempts, and the case of one attempt with
//! its reason and what helps.

mod file;
pub(crate) mod paths;
mod text;

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::ServiceConfig;
use doorward_admin::attempts::{self, AttemptQuery, FoundAttempt};
use doorward_admin::{clients, providers};
use doorward_domain::model::{
    AttemptOutcome, Client, ClientId, Provider, SignInAttempt, SignInAttemptId, User, UserId,
};
use doorward_http::page::{Page, PageError};
use doorward_templates::ErrorKind;
use doorward_templates::console::{
    CopyText, Detail, Fact, Link, List, Search, Section, State, Table, Tone, Value,
};

use crate::apps;
use crate::console::Console;
use crate::people;
use crate::people::actions::UserAction;
use crate::providers::paths as provider_paths;
use crate::routes::{self, filtered, parameter};
use crate::sign_ins::paths::{HOME, of_app, of_user};
use crate::sign_ins::text::{Remedy, outcome_key, reason_key, remedy, step_key};
use crate::ui::cursor::{Cursor, ROWS};
use crate::ui::filter_bar;

/// Registers the pages of the section.
pub(crate) fn configure(config: &mut ServiceConfig) {
    file::configure(config);
    config
        .service(routes::page(HOME, list))
        .service(routes::page("/admin/sign-ins/{id}", show));
}

/// Reads the filter and the page from the URL.
pub(crate) fn cursor(console: &Console<'_>) -> Result<Cursor, PageError> {
    Cursor::read(console, &["q", "client", "outcome"])
}

/// Returns the query of a filter.
pub(crate) fn query(cursor: &Cursor) -> Result<AttemptQuery<'_>, PageError> {
    let present = |name| Some(cursor.filter(name)).filter(|text| !text.is_empty());
    let outcome =
        present("outcome").map(|text| AttemptOutcome::parse(text).ok_or(ErrorKind::BadRequest));
    Ok(AttemptQuery {
        about: present("q"),
        client: present("client"),
        outcome: outcome.transpose()?,
        ..AttemptQuery::default()
    })
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_global(page, "audit:read").await?;
    let cursor = cursor(&console)?;
    let query = query(&cursor)?;
    let before = cursor.after_id(SignInAttemptId::parse)?;
    let log = Some(&*page.context.limits.attempts);
    let found = attempts::list(&console.context(), log, &query, before, ROWS).await;
    let mut found = Console::read(found)?;
    let pager = cursor.cut(&console, &mut found, |(attempt, _)| attempt.id.to_string());
    let link = people::support_code::link(&console, cursor.filter("q"));
    let mut actions: Vec<Link> = link.into_iter().collect();
    if query.client.is_some() {
        let kept = ["q", "outcome"].map(|name| (name, cursor.filter(name)));
        let every = filtered(HOME, kept);
        actions.push(Link::new(every, console.t("console-all-apps")));
    }
    actions.extend(filter_bar::files(&console, &cursor, HOME));
    let view = List {
        lead: console.t("console-sign-ins-text"),
        actions,
        search: Some(search(&console, &cursor)),
        table: table(&console, &found, true),
        pager,
        ..console.list(Section::SignIns, "console-sign-ins")
    };
    Ok(page.html(StatusCode::OK, &view))
}

fn search(console: &Console<'_>, cursor: &Cursor) -> Search {
    let (typed, client, chosen) = (
        cursor.filter("q"),
        cursor.filter("client"),
        cursor.filter("outcome"),
    );
    let preset = |outcome: &str, key| {
        let path = filtered(
            HOME,
            [("q", typed), ("client", client), ("outcome", outcome)],
        );
        (Link::new(path, console.t(key)), outcome == chosen)
    };
    let outcomes = AttemptOutcome::ALL.iter();
    let outcomes = outcomes.map(|outcome| preset(outcome.as_str(), outcome_key(*outcome)));
    let kept = [("client", client), ("outcome", chosen)].into_iter();
    Search {
        action: HOME.to_owned(),
        label: console.t("console-find-attempt"),
        name: "q",
        value: typed.to_owned(),
        presets: std::iter::once(preset("", "console-all-time"))
            .chain(outcomes)
            .collect(),
        kept: kept
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name, value.to_owned()))
            .collect(),
    }
}

/// Returns the table of these attempts, with their clients unless all are at the same one.
pub(crate) fn table(console: &Console<'_>, found: &[FoundAttempt], has_app: bool) -> Table {
    let names = people::names_of(found.iter().filter_map(|(_, user)| user.as_ref()));
    let mut columns = vec!["console-event", "console-when", "console-who"];
    if has_app {
        columns.push("console-app");
    }
    columns.push("console-outcome");
    let rows = found.iter();
    let rows = rows.map(|(attempt, _)| row(console, attempt, &names, has_app));
    let rows = rows.collect();
    console.table("console-sign-ins", &columns, rows, "console-no-match")
}

fn row(
    console: &Console<'_>,
    attempt: &SignInAttempt,
    names: &BTreeMap<UserId, String>,
    has_app: bool,
) -> Vec<Value> {
    let mut row = vec![
        link(console, attempt),
        Value::Moment(attempt.at),
        match attempt.user_id {
            Some(id) => people::named_link(names, id),
            None => Value::Text(console.t("console-unknown")),
        },
    ];
    if has_app {
        row.push(app(console, attempt));
    }
    row.push(Value::States(vec![state(console, attempt)]));
    row
}

/// Returns the link to an attempt, with its reason.
pub(crate) fn link(console: &Console<'_>, attempt: &SignInAttempt) -> Value {
    let path = format!("{HOME}/{}", attempt.id);
    Value::Link(Link::new(path, reason(console, attempt)))
}

/// Returns the reason in the language of the page. Reasons about parameters of a request are for the
/// developer of the app, and always in English.
fn reason(console: &Console<'_>, attempt: &SignInAttempt) -> String {
    match reason_key(attempt) {
        Some(key) => console.t(key),
        None => attempt.reason.clone(),
    }
}

fn state(console: &Console<'_>, attempt: &SignInAttempt) -> State {
    let tone = match attempt.outcome {
        AttemptOutcome::Succeeded => Tone::Good,
        AttemptOutcome::Failed | AttemptOutcome::Rejected => Tone::Warn,
        AttemptOutcome::Abandoned => Tone::Plain,
    };
    State::new(tone, console.t(outcome_key(attempt.outcome)))
}

/// Returns the link to the client of an attempt, or its id for an administrator who may not open it.
fn app(console: &Console<'_>, attempt: &SignInAttempt) -> Value {
    let Some(id) = &attempt.client_id else {
        return Value::Text(console.t("console-none"));
    };
    match ClientId::parse(id) {
        Some(client) if console.may_globally("clients:read") => {
            Value::Link(Link::new(routes::app(&client), id.clone()))
        }
        _ => Value::Code(id.clone()),
    }
}

async fn show(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let found = attempts::get(&console.context(), &parameter(page, "id")).await;
    let (attempt, user) = Console::read(found)?;
    let related = Related::read(&console, &attempt, user.as_ref()).await?;
    let facts = facts(&console, &attempt, &related.names);
    let view = Detail {
        state: Some(state(&console, &attempt)),
        copy: Some(CopyText {
            title: console.t("console-copy-text"),
            text: plain_text(&console, &attempt, &facts),
        }),
        facts,
        actions: actions(&console, &attempt, &related),
        ..console.detail(
            Section::SignIns,
            Link::new(HOME, console.t("console-sign-ins")),
            reason(&console, &attempt),
        )
    };
    Ok(page.html(StatusCode::OK, &view))
}

/// The help after an attempt, and the objects of the attempt that exist and that the administrator
/// may read.
struct Related {
    remedy: Option<Remedy>,
    /// The name of the user.
    names: BTreeMap<UserId, String>,
    client: Option<Client>,
    /// The identity provider, if its settings help.
    provider: Option<Provider>,
}

impl Related {
    async fn read(
        console: &Console<'_>,
        attempt: &SignInAttempt,
        user: Option<&User>,
    ) -> Result<Self, PageError> {
        let context = console.context();
        let client = match client_of(attempt) {
            Some(id) => Console::read_optional(clients::get(&context, &id).await)?,
            None => None,
        };
        let remedy = current_remedy(console, attempt).await?;
        let id = detail(attempt, "provider").filter(|_| remedy == Some(Remedy::Provider));
        let provider = match id {
            Some(id) => Console::read_optional(providers::get(&context, id).await)?,
            None => None,
        };
        Ok(Self {
            remedy,
            names: people::names_of(user),
            client,
            provider,
        })
    }
}

fn client_of(attempt: &SignInAttempt) -> Option<ClientId> {
    attempt.client_id.as_deref().and_then(ClientId::parse)
}

fn detail<'a>(attempt: &'a SignInAttempt, name: &str) -> Option<&'a str> {
    attempt.detail.get(name).and_then(|value| value.as_str())
}

/// Returns the reason, the outcome and the facts as text, one a line.
fn plain_text(console: &Console<'_>, attempt: &SignInAttempt, facts: &[Fact]) -> String {
    let line = |fact: &Fact| {
        let text = match &fact.value {
            Value::Text(text) | Value::Name(text) | Value::Code(text) | Value::Copy(text) => {
                text.clone()
            }
            Value::Link(link) => link.text.clone(),
            Value::Moment(at) => console.layout.moment(at).utc,
            _ => return None,
        };
        Some(format!("{}: {text}", fact.label))
    };
    let mut lines = vec![reason(console, attempt), state(console, attempt).text];
    lines.extend(facts.iter().filter_map(line));
    lines.join("\n")
}

fn facts(
    console: &Console<'_>,
    attempt: &SignInAttempt,
    names: &BTreeMap<UserId, String>,
) -> Vec<Fact> {
    let fact = |key, value| Fact::new(console.t(key), value);
    let mut facts = vec![
        fact("console-when", Value::Moment(attempt.at)),
        fact(
            "console-step",
            Value::Text(console.t(step_key(attempt.step))),
        ),
        fact("console-rule", Value::Code(attempt.rule.clone())),
        match attempt.user_id {
            Some(id) => fact("console-who", people::named_link(names, id)),
            None => fact("console-who", Value::Text(console.t("console-unknown"))),
        },
        fact("console-app", app(console, attempt)),
    ];
    let detail = |name| detail(attempt, name);
    let codes = [
        ("console-expected", detail("expected")),
        ("console-received", detail("received")),
        ("console-cause", detail("cause")),
        ("console-provider", detail("provider")),
        ("console-decision", detail("decision_id")),
        ("console-request", attempt.request_id.as_deref()),
        ("console-address", attempt.address.as_deref()),
    ];
    for (key, value) in codes {
        if let Some(value) = value {
            facts.push(fact(key, Value::Code(value.to_owned())));
        }
    }
    facts.push(fact("console-id", Value::Copy(attempt.id.to_string())));
    facts
}

/// Returns the help for now. After the end of a lockout, only another password does.
async fn current_remedy(
    console: &Console<'_>,
    attempt: &SignInAttempt,
) -> Result<Option<Remedy>, PageError> {
    let found = remedy(attempt);
    let is_lockout = found == Some(Remedy::User(UserAction::Unlock));
    let Some(user) = attempt.user_id.filter(|_| is_lockout) else {
        return Ok(found);
    };
    Ok(match people::locked_until(console, user).await? {
        Some(_) => found,
        None => Some(Remedy::User(UserAction::ResetPassword)),
    })
}

/// Returns the links that help, for an administrator who may follow them.
fn actions(console: &Console<'_>, attempt: &SignInAttempt, related: &Related) -> Vec<Link> {
    // A deleted user and one out of reach have no name here.
    let user = attempt.user_id.filter(|id| related.names.contains_key(id));
    let client = related.client.as_ref();
    let help = related.remedy.and_then(|remedy| match remedy {
        Remedy::User(action) => {
            let may_change = console.may_globally(action.permission());
            let id = user.filter(|id| may_change && !console.is(&id.to_string()))?;
            let path = format!("{}/{}", people::path(id), action.as_str());
            Some(Link::new(path, console.t(action.messages().submit)))
        }
        Remedy::Provider => provider_link(console, related.provider.as_ref()),
        remedy => Some(client_link(console, client?, remedy)),
    });
    let test = user.and_then(|user| {
        let test = apps::pages::test(console, client?)?;
        let path = filtered(&test.href, [("user", user.to_string().as_str())]);
        Some(Link::new(path, console.t("console-test-now")))
    });
    let mut links: Vec<Link> = help.into_iter().chain(test).collect();
    if let Some(id) = attempt.user_id {
        links.push(Link::new(of_user(id), console.t("console-same-user")));
    }
    if let Some(id) = client_of(attempt) {
        links.push(Link::new(of_app(&id), console.t("console-same-app")));
    }
    links
}

/// Returns the link to the page of the client that helps.
fn client_link(console: &Console<'_>, client: &Client, remedy: Remedy) -> Link {
    let (below, key) = match remedy {
        _ if !console.may_globally("clients:write") => ("", "console-open-app"),
        _ if !client.is_active() => ("/enable", "console-app-enable"),
        Remedy::AppSettings => ("/edit", "console-app-settings"),
        Remedy::AppSecret => ("/new-secret", "console-app-secret"),
        _ => ("", "console-open-app"),
    };
    let path = format!("{}{below}", routes::app(&client.id));
    Link::new(path, console.t(key))
}

/// Returns the link to the identity provider, or to the list if it was removed.
fn provider_link(console: &Console<'_>, provider: Option<&Provider>) -> Option<Link> {
    let link = match provider {
        Some(provider) => {
            let path = provider_paths::path(&provider.id);
            Link::new(path, console.t("console-open-provider"))
        }
        None => Link::new(provider_paths::HOME, console.t("console-providers")),
    };
    console.may_globally("providers:read").then_some(link)
}
