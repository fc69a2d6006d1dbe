//! `/admin`: the last day, what needs attention, and the latest changes.

pub(crate) mod find;
mod parts;
pub(crate) mod setup;
pub(crate) mod unused;
pub(crate) mod unused_end;
pub(crate) mod unused_kind;

use std::collections::BTreeSet;

use doorward_admin::home::{self, HomeFinding, HomeRequest, HomeState, KINDS, SetupTask};
use doorward_domain::model::{AuditEvent, StatKind};
use doorward_rules::lint;
use doorward_rules::stats::Series;
use doorward_store::repo::audit::AuditFilter;
use doorward_templates::console::{Attention, Figure, Home};

use crate::audit::{self, EventGroup};
use crate::organizations::invitations;
use crate::sign_ins::sentence;
use crate::system::pages::{CONFIGURATION, FAILED_JOBS};
use doorward_console_ui::prelude::*;

/// Maximum number of changes that are read, and of rows after equal ones are joined.
const CHANGES: u64 = 30;
const SHOWN: usize = 10;
/// Maximum number of clients' settings on the page that need attention.
const CLIENTS: usize = 10;
const LATEST: &str = "console-latest";
const LAST_DAY: &str = "console-last-day";
const ATTENTION: &str = "console-attention";

/// The labels of the numbers, in the order of [`KINDS`], with the outcome of the attempts that are
/// counted.
const NUMBERS: [(&str, Option<&str>); KINDS.len()] = [
    ("console-sign-ins", Some("succeeded")),
    ("console-stat-failed", Some("failed")),
    ("console-stat-active", None),
    ("console-stat-rejected", Some("rejected")),
];

/// The parts that depend on the database, with the permissions of which one suffices.
const PARTS: [(&str, &[&str]); 3] = [
    (
        ATTENTION,
        &["keys:read", "clients:read", "roles:read", "system:read"],
    ),
    (LAST_DAY, &["system:read"]),
    (LATEST, &["audit:read"]),
];

/// Pages to try in a development instance, which needs nothing of production.
const TRIES: [(&str, &str); 3] = [
    (routes::APPS, "console-try-app"),
    (Section::SignIns.path(), "console-try-sign-in"),
    ("/dev/mail", "console-try-mail"),
];

const CHANGE_KINDS: [AuditKind; 12] = [
    AuditKind::UserChanged,
    AuditKind::RoleChanged,
    AuditKind::GroupChanged,
    AuditKind::OrganizationChanged,
    AuditKind::ClientChanged,
    AuditKind::ProviderChanged,
    AuditKind::KeyChanged,
    AuditKind::SystemChanged,
    AuditKind::ScopeChanged,
    AuditKind::SiteChanged,
    AuditKind::ResourceChanged,
    AuditKind::ClaimChanged,
];

pub(crate) async fn show(console: &Console<'_>) -> Answer {
    if let Some((own, counts)) = home::organization(&console.context()).await? {
        return organization(console, &own, counts).await;
    }
    let mut view = Home {
        frame: console.frame(Section::Home, true),
        heading: console.t("console-home"),
        now: console.now(),
        layout: console.layout.clone(),
        ..Home::default()
    };
    match read(console, parts::days(console)?).await {
        // The rest of the page helps to find the cause.
        Err(AdminError::Store(error)) => {
            tracing::warn!(%error, "the state of the deployment cannot be read");
            let shown = PARTS.into_iter().filter(|(_, permissions)| {
                let mut permissions = permissions.iter();
                permissions.any(|permission| console.may_globally(permission))
            });
            view.unavailable = shown.map(|(heading, _)| console.t(heading)).collect();
        }
        state => fill(console, &mut view, &state?).await,
    }
    Ok(console.page.html(StatusCode::OK, &view))
}

/// Shows the organization of an administrator who is confined to it, such as an owner.
async fn organization(
    console: &Console<'_>,
    own: &Organization,
    [members, invited, groups]: [u64; 3],
) -> Answer {
    let path = routes::organization(&own.slug);
    let number = |key, path: &str, permission, count| {
        let link = Link::new(path, console.count(count));
        (key, console.may(permission).then_some(Value::Link(link)))
    };
    let invitations = format!("{path}/invitations");
    let (reads, writes) = ("organizations:read", "organizations:write");
    let domain = own.domain.clone().map(Value::Code);
    let mut actions = invitations::actions(console, own);
    actions.push(console.link(path.as_str(), "console-members"));
    console.show(&Detail {
        frame: console.frame(Section::Home, true),
        state: Some(console.enabled(own.active)),
        facts: console.known_facts([
            number("console-members", &path, reads, members),
            number("console-invitations", &invitations, writes, invited),
            number("console-groups", GROUPS, "groups:read", groups),
            ("console-domain", domain),
        ]),
        tables: Vec::from_iter(invitations::first(console, own).await?),
        actions,
        ..console.object(Section::Home, own.name.as_str())
    })
}

async fn read(console: &Console<'_>, days: i64) -> Result<HomeState, AdminError> {
    let filter = AuditFilter {
        kinds: CHANGE_KINDS.to_vec(),
        ..AuditFilter::default()
    };
    let context = &console.page.context;
    let has_alarm = console.page.web.audit_anchor.alarm().is_some();
    let alarm = has_alarm.then_some(HomeFinding::AuditAlarm);
    let is_mail_failing = context.delivery.jobs.is_mail_failing();
    let mail = is_mail_failing.then_some(HomeFinding::MailFailing);
    let seen: Vec<HomeFinding> = alarm.into_iter().chain(mail).collect();
    let request = HomeRequest {
        config: &context.core.config,
        keys: context.issuing.keys.policy(),
        seen: &seen,
        has_passkey: console.has_passkey(),
        days,
        changes: &filter,
        max_changes: CHANGES,
    };
    home::read(&console.context(), request).await
}

async fn fill(console: &Console<'_>, view: &mut Home, state: &HomeState) {
    view.attention = attention(console, state);
    if state.tasks.iter().any(|(_, is_done)| !is_done) {
        if console.page.context.core.config.is_dev() {
            view.tries = TRIES.map(|(path, text)| console.link(path, text)).into();
        } else {
            let tasks = state.tasks.iter();
            let tasks = tasks.map(|(task, is_done)| setup_step(console, *task, *is_done));
            view.tasks = tasks.collect();
        }
    }
    if let Some(stats) = &state.stats {
        view.figures = figures(console, stats);
        view.hours = hours(console, stats);
    }
    view.chart = state.days.as_ref().map(|days| parts::chart(console, days));
    view.parts = parts::all(console, state);
    if let Some(events) = &state.changes {
        let has_more = events.len() >= usize::try_from(CHANGES).unwrap_or_default();
        let events: Vec<_> = events.iter().map(|event| (event, false)).collect();
        let mut groups = audit::group(&events, audit::LEAST, has_more);
        groups.truncate(SHOWN);
        let ids = groups.iter().flat_map(EventGroup::ids).collect();
        let shown = groups.iter().map(EventGroup::event);
        if let Ok(names) = names(console, ids, shown).await {
            let all = |kind: AuditKind| routes::filtered(AUDIT, [("kind", kind.as_str())]);
            let changes = Table {
                caption: console.t(LATEST),
                empty: console.t("console-no-changes"),
                ..audit::table(console, &groups, &names, all)
            };
            let none = console.text("console-none");
            view.changes = Some(changes.without_columns_of(|value| *value == none));
        } else {
            tracing::warn!("the names of users cannot be read");
            view.unavailable.push(console.t(LATEST));
        }
    }
}

/// Returns the names of the users, clients and groups of the latest changes.
async fn names<'e>(
    console: &Console<'_>,
    ids: BTreeSet<UserId>,
    events: impl Iterator<Item = &'e AuditEvent>,
) -> Result<Names, Stop> {
    let users = names::of_users(console, ids).await?;
    Names::of_events(console, users, events).await
}

fn setup_step(console: &Console<'_>, task: SetupTask, is_done: bool) -> (Link, State) {
    let (path, text) = match task {
        SetupTask::Issuer => (setup::ISSUER, "console-todo-issuer"),
        SetupTask::Mail => (setup::MAIL, "console-todo-mail"),
        SetupTask::SecondAccess => ("/account/security/passkeys", "console-todo-access"),
        SetupTask::FirstClient => (routes::APPS, "console-todo-app"),
    };
    let state = if is_done {
        console.state(Tone::Good, "console-done")
    } else {
        console.state(Tone::Warn, "console-to-do")
    };
    (console.link(path, text), state)
}

fn attention(console: &Console<'_>, state: &HomeState) -> Vec<Attention> {
    let layout = &console.layout;
    let keys = state.unsigned.iter().map(|alg| {
        let text = layout.t_with("console-no-key", "algorithm", alg.as_str());
        Attention::from(Link::new(Section::Keys.path(), text))
    });
    let mut found: Vec<Attention> = keys.collect();
    if state.failed_jobs > 0 {
        let text = layout.t_with("console-jobs-attention", "count", state.failed_jobs);
        found.push(Link::new(FAILED_JOBS, text).into());
    }
    found.extend(state.findings.iter().map(|item| finding(console, item)));
    let unsigned = state.unsigned_clients.iter().map(|client| {
        let text = layout.t_with("console-no-key", "algorithm", client.alg.as_str());
        let text = format!("{}: {text}", client.name);
        Link::new(routes::app(&client.id), text)
    });
    let weak = state.clients.iter().flat_map(weaknesses);
    let clients = unsigned.map(Attention::from).chain(weak).take(CLIENTS);
    found.extend(clients);
    found
}

/// Returns a finding about the server or its configuration, with a link to where it is explained.
fn finding(console: &Console<'_>, finding: &HomeFinding) -> Attention {
    let (path, text) = match finding {
        HomeFinding::AuditAlarm => (Section::System.path(), "console-attention-log"),
        HomeFinding::MailFailing => (Section::System.path(), "console-attention-mail"),
        HomeFinding::NoHeadFile => (CONFIGURATION, "console-attention-head-file"),
        HomeFinding::NoRedis => (CONFIGURATION, "console-attention-redis"),
        HomeFinding::Configuration { key, problem } => {
            return Attention {
                setting: key.clone(),
                is_english: true,
                link: Link::new(CONFIGURATION, sentence(problem)),
            };
        }
    };
    console.link(path, text).into()
}

/// Returns the settings of a client that deviate from RFC 9700 and about which the operator can do
/// something.
fn weaknesses(client: &Client) -> impl Iterator<Item = Attention> {
    let all = lint::deviations(client).into_iter();
    let due = all.filter(|deviation| deviation.is_due);
    due.map(move |deviation| {
        let text = format!("{}: {}", client.name, deviation.what);
        Attention {
            is_english: true,
            ..Link::new(routes::app(&client.id), text).into()
        }
    })
}

fn figures(console: &Console<'_>, stats: &[Series]) -> Vec<Figure> {
    let may_list = console.may_globally("audit:read");
    let figure = |(place, series): (usize, &Series)| {
        let (label, outcome) = NUMBERS[place];
        let outcome = outcome.filter(|_| may_list);
        let path = Section::SignIns.path();
        Figure {
            label: console.t(label),
            href: outcome.map(|outcome| routes::filtered(path, [("outcome", outcome)])),
            total: series.total,
            trend: trend(console, KINDS[place], series),
            hours: series.hours.iter().map(|(_, n)| *n).collect(),
            is_bad: matches!(
                KINDS[place],
                StatKind::SignInFailed | StatKind::RequestRejected
            ),
        }
    };
    stats.iter().enumerate().map(figure).collect()
}

fn trend(console: &Console<'_>, kind: StatKind, series: &Series) -> String {
    let difference = series.total - series.before;
    let [more, less, same] = if kind == StatKind::ActiveUser {
        [
            "console-today-more",
            "console-today-less",
            "console-today-same",
        ]
    } else {
        [
            "console-trend-more",
            "console-trend-less",
            "console-trend-same",
        ]
    };
    let layout = &console.layout;
    match difference {
        0 => layout.t(same),
        1.. => layout.t_plural(more, "count", difference),
        _ => layout.t_plural(less, "count", -difference),
    }
}

/// Returns the numbers by hour, the newest first.
fn hours(console: &Console<'_>, stats: &[Series]) -> Table {
    let mut columns = vec!["console-hour"];
    columns.extend(NUMBERS.map(|(label, _)| label));
    let starts = stats.first().map(|series| series.hours.as_slice());
    let starts = starts.unwrap_or_default().iter().enumerate().rev();
    let row = |(place, (hour, _)): (usize, &(i64, i64))| {
        let mut row = vec![Value::Moment(*hour)];
        row.extend(stats.iter().map(|series| {
            let number = series.hours.get(place).map_or(0, |(_, n)| *n);
            Value::Text(console.layout.lang.number(number))
        }));
        row
    };
    console.table(
        "console-by-hour",
        &columns,
        starts.map(row).collect(),
        "console-none",
    )
}
