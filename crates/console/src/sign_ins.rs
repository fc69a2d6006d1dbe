//! `/admin/sign-ins` and `/admin/sign-ins/{id}`: sign-in attempts, and the case of one attempt with
//! its reason and what helps.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::ServiceConfig;
use doorward_admin::attempts::{self, AttemptQuery, FoundAttempt};
use doorward_domain::model::{AttemptOutcome, ClientId, SignInAttempt, SignInAttemptId, UserId};
use doorward_http::page::{Page, PageError};
use doorward_templates::ErrorKind;
use doorward_templates::console::{
    Detail, Fact, Link, List, Search, Section, State, Table, Tone, Value,
};

use crate::attempt_text::{Remedy, outcome_key, reason_key, remedy, step_key};
use crate::console::Console;
use crate::cursor::{Cursor, ROWS};
use crate::routes::{self, filtered, parameter};
use crate::sign_in_paths::{HOME, of_app, of_user};
use crate::user_actions::UserAction;
use crate::{people, support_code};

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::page(HOME, list))
        .service(routes::page("/admin/sign-ins/{id}", show));
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    Console::read(console.context().require_global("audit:read"))?;
    let cursor = Cursor::read(&console, &["q", "client", "outcome"])?;
    let present = |name| Some(cursor.filter(name)).filter(|text| !text.is_empty());
    let outcome =
        present("outcome").map(|text| AttemptOutcome::parse(text).ok_or(ErrorKind::BadRequest));
    let query = AttemptQuery {
        about: present("q"),
        client: present("client"),
        outcome: outcome.transpose()?,
        ..AttemptQuery::default()
    };
    let before = cursor.after_id(SignInAttemptId::parse)?;
    let log = Some(&*page.context.limits.attempts);
    let found = attempts::list(&console.context(), log, &query, before, ROWS).await;
    let mut found = Console::read(found)?;
    let pager = cursor.cut(&console, &mut found, |(attempt, _)| attempt.id.to_string());
    let link = support_code::link(&console, cursor.filter("q"));
    let mut actions: Vec<Link> = link.into_iter().collect();
    if query.client.is_some() {
        let kept = ["q", "outcome"].map(|name| (name, cursor.filter(name)));
        let every = filtered(HOME, kept);
        actions.push(Link::new(every, console.t("console-all-apps")));
    }
    let view = List {
        lead: console.t("console-sign-ins-text"),
        actions,
        search: Some(search(&console, &cursor)),
        table: table(&console, &found),
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

/// Returns the table of these attempts.
pub(crate) fn table(console: &Console<'_>, found: &[FoundAttempt]) -> Table {
    let names = people::names_of(found.iter().filter_map(|(_, user)| user.as_ref()));
    let columns = [
        "console-event",
        "console-when",
        "console-who",
        "console-app",
        "console-outcome",
    ];
    console.table(
        "console-sign-ins",
        &columns,
        found
            .iter()
            .map(|(attempt, _)| row(console, attempt, &names))
            .collect(),
        "console-no-match",
    )
}

fn row(
    console: &Console<'_>,
    attempt: &SignInAttempt,
    names: &BTreeMap<UserId, String>,
) -> Vec<Value> {
    vec![
        Value::Link(Link::new(
            format!("{HOME}/{}", attempt.id),
            reason(console, attempt),
        )),
        Value::Moment(attempt.at),
        match attempt.user_id {
            Some(id) => people::named_link(names, id),
            None => Value::Text(console.t("console-unknown")),
        },
        app(console, attempt),
        Value::States(vec![state(console, attempt)]),
    ]
}

/// Returns the reason in the language of the page. Reasons of rejected requests are for the
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
    let names = people::names_of(&user);
    let remedy = current_remedy(&console, &attempt).await?;
    let view = Detail {
        state: Some(state(&console, &attempt)),
        facts: facts(&console, &attempt, &names),
        actions: actions(&console, &attempt, &names, remedy),
        ..console.detail(
            Section::SignIns,
            Link::new(HOME, console.t("console-sign-ins")),
            reason(&console, &attempt),
        )
    };
    Ok(page.html(StatusCode::OK, &view))
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
    let detail = |name: &str| attempt.detail.get(name).and_then(|value| value.as_str());
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

/// Returns what helps now. After the end of a lockout, only another password does.
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
fn actions(
    console: &Console<'_>,
    attempt: &SignInAttempt,
    names: &BTreeMap<UserId, String>,
    remedy: Option<Remedy>,
) -> Vec<Link> {
    let mut links = Vec::new();
    // A deleted user and one out of reach have no name here.
    let user = attempt.user_id.filter(|id| names.contains_key(id));
    let client = attempt.client_id.as_deref().and_then(ClientId::parse);
    match remedy {
        Some(Remedy::User(action)) => {
            let may_change = console.may_globally(action.permission());
            if let Some(id) = user.filter(|id| may_change && !console.is(&id.to_string())) {
                let path = format!("{}/{}", people::path(id), action.as_str());
                links.push(Link::new(path, console.t(action.messages().submit)));
            }
        }
        Some(Remedy::App) if console.may_globally("clients:read") => {
            if let Some(id) = &client {
                links.push(Link::new(routes::app(id), console.t("console-open-app")));
            }
        }
        Some(Remedy::Provider) if console.may_globally("providers:read") => {
            let path = Section::Providers.path();
            links.push(Link::new(path, console.t("console-providers")));
        }
        _ => {}
    }
    if let Some(id) = attempt.user_id {
        links.push(Link::new(of_user(id), console.t("console-same-user")));
    }
    if let Some(id) = &client {
        links.push(Link::new(of_app(id), console.t("console-same-app")));
    }
    links
}
