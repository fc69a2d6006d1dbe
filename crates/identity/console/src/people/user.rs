//! `/admin/people/{id}`: the facts of a user.

use doorward_admin::{attempts, users};
use doorward_domain::model::{SignInAttempt, TotpFactor};
use doorward_store::repo::totp_factors::FactorInventory;

use crate::audit;
use crate::people;
use crate::people::actions::UserAction;
use crate::people::forms;
use crate::sign_ins;
use doorward_console_ui::prelude::*;

/// Forms that end with the departure of the user, for the role `admin`.
const DEPARTURES: [(&str, &str, &str); 2] = [
    (
        "offboard",
        "console-user-offboard",
        "console-user-offboard-text",
    ),
    ("merge", "console-user-merge", "console-user-merge-text"),
];

/// Returns the page of a user without its content. `below` names the current sub-page.
pub(crate) fn detail(console: &Console<'_>, user: &User, below: &str) -> Detail {
    let reads_users = console.may_globally("users:read");
    let reads_apps = reads_users && console.may_globally("clients:read");
    let all = [
        ("", "console-facts", true),
        ("/factors", "console-factors", reads_users),
        (
            "/sessions",
            "console-sessions",
            console.may_globally("sessions:read"),
        ),
        (ACCESS, "console-access", console.may("roles:read")),
        ("/apps", "console-user-apps", reads_apps),
    ];
    let shown = all.into_iter().filter(|(.., is_shown)| *is_shown);
    let shown = shown.map(|(path, key, _)| (path, key));
    let added = feature::object_pages(Section::People);
    let added = added.filter(|page| !console.is(&user.id.to_string()) && console.has(page.access));
    let shown = shown.chain(added.map(|page| (page.below, page.text)));
    let mut pages = console.pages(&routes::user(user.id), below, shown);
    if console.may_globally("audit:read") {
        let attempts = routes::of_user(SIGN_INS, user.id);
        let events = audit::filter::of_user(user.id);
        pages.push((console.link(attempts, "console-sign-ins"), false));
        pages.push((console.link(events, "console-history"), false));
    }
    Detail {
        state: Some(people::state(console, user)),
        pages,
        ..console.object(Section::People, user.display_name())
    }
}

pub(crate) async fn show(console: &Console<'_>) -> Answer {
    let user = people::named(console).await?;
    let factors = users::factors(&console.context(), &user).await?;
    let locked_until = people::locked_until(console, user.id).await?;
    let failure = if console.may_globally("audit:read") {
        attempts::latest_failure(&console.context(), user.id).await?
    } else {
        None
    };
    let mut done = vec![forms::CREATED, forms::INVITED, forms::SAVED];
    done.extend(UserAction::ALL.map(|action| action.messages().done));
    // Users change their own account on its pages; the operations reject their own id.
    let is_oneself = console.is(&user.id.to_string());
    let is_offered = |action: &UserAction| {
        let may_change = !is_oneself && console.may_globally(action.permission());
        may_change && action.applies_to(console, &user, &factors, locked_until)
    };
    let offered: Vec<UserAction> = UserAction::ALL.into_iter().filter(is_offered).collect();
    let (risky, others): (Vec<_>, Vec<_>) =
        offered.into_iter().partition(|action| action.is_risky());
    let home = routes::user(user.id);
    let mut actions = Vec::new();
    if !is_oneself && console.may_globally("users:write") {
        let path = format!("{home}/edit");
        actions.push(console.link(path, "console-edit"));
    }
    if !is_oneself && console.may("roles:assign") {
        let path = format!("{home}/access/give");
        actions.push(console.link(path, "console-role-give"));
    }
    let others = others.into_iter();
    actions.extend(others.map(|action| action.link(console, user.id)));
    let risk = |action: UserAction| {
        let path = format!("{home}/{}", action.as_str());
        action.messages().risk(console, path)
    };
    let mut risky: Vec<_> = risky.into_iter().map(risk).collect();
    if !is_oneself && console.has(Access::Admin) {
        let link = |(form, key, text): (&str, &str, &str)| {
            let link = console.link(format!("{home}/{form}"), key);
            (link, console.t(text))
        };
        risky.extend(DEPARTURES.map(link));
    }
    let id = user.id.to_string();
    let changes = audit::latest::table(console, AuditKind::UserChanged, &id).await?;
    console.show(&Detail {
        notice: console.notice(&done)?,
        facts: facts(console, &user, &factors, (locked_until, failure)),
        tables: Vec::from_iter(changes),
        actions,
        risky,
        elsewhere: also_as::of_object(console, &users::operations::SHOW, ("id", id.as_str()))
            .await?,
        ..detail(console, &user, "")
    })
}

fn facts(
    console: &Console<'_>,
    user: &User,
    factors: &FactorInventory,
    (locked_until, failure): (Option<UnixSeconds>, Option<SignInAttempt>),
) -> Vec<Fact> {
    let fact = |key, value| console.fact(key, value);
    let mut facts = vec![fact("console-id", Value::Copy(user.id.to_string()))];
    if let Some(name) = user.named() {
        facts.push(fact("username", Value::Name(name.to_owned())));
    }
    let verified = if user.email_verified {
        console.state_value(Tone::Good, "email-verified")
    } else {
        console.state_value(Tone::Warn, "email-unverified")
    };
    let password = user.password_changed_at;
    let password = password.filter(|_| user.has_password());
    facts.extend([
        fact("email", Value::Code(user.email.clone())),
        fact("console-email-state", verified),
        fact("console-last-sign-in", people::last_sign_in(console, user)),
        fact(
            "console-password-set",
            console.ago(password, "console-none"),
        ),
        fact("console-second-step", second_step(console, factors)),
        fact("console-created", Value::Moment(user.created_at)),
        fact("console-updated", Value::Moment(user.updated_at)),
    ]);
    let optional = [
        (
            "console-last-failure",
            failure.map(|attempt| sign_ins::link(console, &attempt)),
        ),
        ("console-locked-until", locked_until.map(Value::Moment)),
        ("console-leaving", user.deletion_due_at.map(Value::Moment)),
    ];
    facts.extend(console.known_facts(optional));
    facts
}

fn second_step(console: &Console<'_>, factors: &FactorInventory) -> Value {
    if !people::has_factor(factors) {
        return console.state_value(Tone::Plain, "console-factor-none");
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
