//! `/admin/people/{id}`: the facts of a user.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::ServiceConfig;
use doorward_admin::{attempts, users};
use doorward_domain::model::{SignInAttempt, TotpFactor, User};
use doorward_domain::time::UnixSeconds;
use doorward_http::page::{Page, PageError};
use doorward_store::repo::totp_factors::FactorInventory;
use doorward_templates::console::{Detail, Fact, Link, Section, State, Tone, Value};

use crate::audit;
use crate::console::Console;
use crate::people;
use crate::people::actions::UserAction;
use crate::people::forms;
use crate::routes::{self, ACCESS};
use crate::sign_ins;

/// Registers the page.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::page("/admin/people/{id}", show));
}

/// Returns the page of a user without its content. `below` names the current sub-page.
pub(crate) fn detail(console: &Console<'_>, user: &User, below: &str) -> Detail {
    let home = people::path(user.id);
    let mut pages = vec![("", "console-facts")];
    if console.may_globally("users:read") {
        pages.push(("/factors", "console-factors"));
    }
    if console.may_globally("sessions:read") {
        pages.push(("/sessions", "console-sessions"));
    }
    if console.may("roles:read") {
        pages.push((ACCESS, "console-access"));
    }
    if console.may_globally("users:read") && console.may_globally("clients:read") {
        pages.push(("/apps", "console-user-apps"));
    }
    let link = |(path, key): (&str, &str)| {
        let link = Link::new(format!("{home}{path}"), console.t(key));
        (link, path == below)
    };
    let log = console.may_globally("audit:read").then(|| {
        [
            (sign_ins::paths::of_user(user.id), "console-sign-ins"),
            (audit::filter::of_user(user.id), "console-history"),
        ]
        .map(|(path, key)| (Link::new(path, console.t(key)), false))
    });
    Detail {
        state: Some(people::state(console, user)),
        pages: pages
            .into_iter()
            .map(link)
            .chain(log.into_iter().flatten())
            .collect(),
        ..console.detail(
            Section::People,
            Link::new(people::HOME, console.t("console-people")),
            user.display_name(),
        )
    }
}

async fn show(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let user = people::named(&console).await?;
    let factors = users::factors(&console.context(), &user).await;
    let factors = Console::read(factors)?;
    let locked_until = people::locked_until(&console, user.id).await?;
    let failure = if console.may_globally("audit:read") {
        Console::read(attempts::latest_failure(&console.context(), user.id).await)?
    } else {
        None
    };
    let mut done = vec![forms::CREATED, forms::INVITED, forms::SAVED];
    done.extend(UserAction::ALL.map(|action| action.messages().done));
    // Users change their own account on its pages; the operations reject their own id.
    let is_oneself = console.is(&user.id.to_string());
    let is_offered = |action: &UserAction| {
        let may_change = !is_oneself && console.may_globally(action.permission());
        may_change && action.applies_to(&console, &user, &factors, locked_until)
    };
    let offered: Vec<UserAction> = UserAction::ALL.into_iter().filter(is_offered).collect();
    let links = |is_risky: bool| {
        let chosen = offered
            .iter()
            .filter(|action| action.is_risky() == is_risky);
        let link = |action: &UserAction| {
            let path = format!("{}/{}", people::path(user.id), action.as_str());
            Link::new(path, console.t(action.messages().submit))
        };
        chosen.map(link).collect::<Vec<_>>()
    };
    let mut actions = Vec::new();
    if !is_oneself && console.may_globally("users:write") {
        let path = format!("{}/edit", people::path(user.id));
        actions.push(Link::new(path, console.t("console-edit")));
    }
    if !is_oneself && console.may("roles:assign") {
        let path = format!("{}/access/give", people::path(user.id));
        actions.push(Link::new(path, console.t("console-role-give")));
    }
    actions.extend(links(false));
    let view = Detail {
        notice: console.notice(&done)?,
        facts: facts(&console, &user, &factors, (locked_until, failure)),
        actions,
        risky: links(true),
        ..detail(&console, &user, "")
    };
    Ok(page.html(StatusCode::OK, &view))
}

fn facts(
    console: &Console<'_>,
    user: &User,
    factors: &FactorInventory,
    (locked_until, failure): (Option<UnixSeconds>, Option<SignInAttempt>),
) -> Vec<Fact> {
    let fact = |key, value| Fact::new(console.t(key), value);
    let mut facts = vec![fact("console-id", Value::Copy(user.id.to_string()))];
    if let Some(name) = user.named() {
        facts.push(fact("username", Value::Name(name.to_owned())));
    }
    let (tone, verified) = if user.email_verified {
        (Tone::Good, "email-verified")
    } else {
        (Tone::Warn, "email-unverified")
    };
    let password = match user
        .password_changed_at
        .filter(|_| user.password_hash.is_some())
    {
        Some(at) => Value::Ago(at),
        None => Value::Text(console.t("console-none")),
    };
    facts.extend([
        fact("email", Value::Code(user.email.clone())),
        fact(
            "console-email-state",
            Value::States(vec![State::new(tone, console.t(verified))]),
        ),
        fact("console-last-sign-in", people::last_sign_in(console, user)),
        fact("console-password-set", password),
        fact("console-second-step", second_step(console, factors)),
        fact("console-created", Value::Moment(user.created_at)),
        fact("console-updated", Value::Moment(user.updated_at)),
    ]);
    if let Some(attempt) = failure {
        facts.push(fact(
            "console-last-failure",
            sign_ins::link(console, &attempt),
        ));
    }
    if let Some(at) = locked_until {
        facts.push(fact("console-locked-until", Value::Moment(at)));
    }
    if let Some(at) = user.deletion_due_at {
        facts.push(fact("console-leaving", Value::Moment(at)));
    }
    facts
}

fn second_step(console: &Console<'_>, factors: &FactorInventory) -> Value {
    if !people::has_factor(factors) {
        return Value::States(vec![State::new(
            Tone::Plain,
            console.t("console-factor-none"),
        )]);
    }
    let mut states = Vec::new();
    if factors.app.as_ref().is_some_and(TotpFactor::is_confirmed) {
        states.push(console.t("console-authenticator"));
    }
    let count = |key, number| console.layout.t_plural(key, "count", number);
    if factors.passkeys > 0 {
        states.push(count("console-passkeys", factors.passkeys));
    }
    if factors.codes_left > 0 {
        states.push(count("console-codes", factors.codes_left));
    }
    let good = |text| State::new(Tone::Good, text);
    Value::States(states.into_iter().map(good).collect())
}
