//! Parts of the home page: the last weeks, the month, what ends soon, and what waits to be sent.

use doorward_admin::home::{Ending, HomeState};
use doorward_domain::model::{MonthlyReport, ReportFigure};
use doorward_templates::console::{DayChart, HomePart};

use crate::roles::grants;
use crate::system::pages::JOBS;
use doorward_console_ui::prelude::*;

/// Path of the reports, if the program has them.
const REPORTS: &str = "/admin/reports";
/// Number of apps with the most sign-ins.
const APPS_SHOWN: usize = 5;
const APPS_BY_USE: &str = "console-apps-by-use";
const SIGN_INS_KEY: &str = "console-sign-ins";
const FAILED: &str = "console-stat-failed";

/// Name of the parameter with the number of days of the chart.
const DAYS: &str = "days";
/// Number of days without the parameter.
const WEEKS: i64 = 28;
const RANGES: [(&str, &str); 3] = [
    ("7", "console-last-week"),
    ("28", "console-last-weeks"),
    ("90", "console-last-quarter"),
];

/// Returns the number of days of the chart that was chosen, or else that of four weeks.
pub(super) fn days(console: &Console<'_>) -> Result<i64, Stop> {
    let params = console.page.query()?;
    let chosen = text(&params, DAYS)?;
    let is_known = RANGES.iter().any(|(days, _)| *days == chosen);
    Ok(chosen.parse().ok().filter(|_| is_known).unwrap_or(WEEKS))
}

fn number(console: &Console<'_>, number: i64) -> String {
    console.layout.lang.number(number)
}

/// Returns the drawing of the days, and their table with the newest first.
pub(super) fn chart(console: &Console<'_>, [good, bad]: &[Vec<(UnixSeconds, i64)>; 2]) -> DayChart {
    let days = good.iter().zip(bad);
    let days: Vec<(i64, i64, i64)> = days
        .map(|((day, good), (_, bad))| (*day, *good, *bad))
        .collect();
    let legend = [(SIGN_INS_KEY, good), (FAILED, bad)].map(|(key, days)| {
        let sum = days.iter().map(|(_, n)| n).sum();
        format!("{}: {}", console.t(key), number(console, sum))
    });
    let newest: Vec<_> = days.iter().rev().copied().collect();
    let table = console
        .table_of("console-by-day", &newest, "console-none")
        .column("console-day", |(day, ..)| Value::Day(*day))
        .column(SIGN_INS_KEY, |(_, good, _)| {
            Value::Text(number(console, *good))
        })
        .column(FAILED, |(.., bad)| Value::Text(number(console, *bad)))
        .table();
    let shown = days.len().to_string();
    let range = |(range, key): (&str, &str)| {
        let path = filtered(Section::Home.path(), [(DAYS, range)]);
        (console.link(path, key), range == shown)
    };
    DayChart {
        days,
        ranges: RANGES.map(range).into(),
        legend,
        table,
    }
}

/// Returns the parts that have something to show.
pub(super) fn all(console: &Console<'_>, state: &HomeState) -> Vec<HomePart> {
    let mut parts = Vec::new();
    if let Some(report) = &state.report {
        parts.push(month(console, report));
        parts.push(HomePart {
            table: apps(console, state, report),
            ..part(console, "used", APPS_BY_USE, Vec::new())
        });
    }
    let ending = state.ending.iter().map(|(ending, count)| {
        let (label, path) = place(*ending);
        console.fact(label, Value::Link(Link::new(path, console.count(*count))))
    });
    parts.push(part(
        console,
        "ending",
        "console-ends-month",
        ending.collect(),
    ));
    parts.push(part(
        console,
        "delivery",
        "console-delivery",
        delivery(console, state),
    ));
    parts.retain(|part| !part.facts.is_empty() || part.table.is_some());
    parts
}

fn part(console: &Console<'_>, id: &'static str, heading: &str, facts: Vec<Fact>) -> HomePart {
    HomePart {
        id,
        heading: console.t(heading),
        more: None,
        facts,
        table: None,
    }
}

/// Returns the label of objects that end soon, and the page that lists them.
fn place(ending: Ending) -> (&'static str, String) {
    let (label, path) = match ending {
        Ending::Assignments => {
            let path = filtered(GRANTS, [("end", grants::MONTH)]);
            return ("console-assignments", path);
        }
        Ending::Invitations => ("console-invitations", ORGANIZATIONS),
        Ending::ApiKeys => ("api-keys-title", API_ACCESS),
        Ending::RegistrationTokens => ("console-permits", REGISTRATION_TOKENS),
        Ending::FormerSecrets => ("console-former-secrets", APPS),
        Ending::SigningKeys => ("console-keys-replaced", Section::Keys.path()),
    };
    (label, path.to_owned())
}

/// Returns the messages and the events that wait to be sent.
fn delivery(console: &Console<'_>, state: &HomeState) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(waiting) = state.waiting_mails {
        let link = Link::new(JOBS, console.count(waiting));
        facts.push(console.fact("console-mails-waiting", Value::Link(link)));
    }
    for (name, lag) in &state.streams {
        let label = console
            .layout
            .t_with("console-stream-lag", "name", name.as_str());
        let link = Link::new(Section::Streams.path(), number(console, *lag));
        facts.push(Fact::new(label, Value::Link(link)));
    }
    facts
}

/// Returns the numbers of the present month, as they were counted last.
fn month(console: &Console<'_>, report: &MonthlyReport) -> HomePart {
    let known = |figure| report.figure(figure);
    let count = |key, figure| {
        let value = known(figure).map(|n| Value::Text(number(console, n)));
        (key, value)
    };
    let users = known(ReportFigure::Users).filter(|users| *users > 0);
    let share = users.zip(known(ReportFigure::WithSecondFactor));
    let share = share.map(|(users, secured)| {
        let variables = [
            (
                "share",
                number(console, secured.saturating_mul(100) / users).into(),
            ),
            ("number", number(console, secured).into()),
            ("all", number(console, users).into()),
        ];
        let lang = console.layout.lang;
        Value::Text(lang.text_with("console-share", &variables))
    });
    let facts = console.known_facts([
        count("console-active-users", ReportFigure::ActiveUsers),
        count("console-new-users", ReportFigure::NewUsers),
        ("console-second-factor-share", share),
        ("console-counted", Some(Value::Ago(report.counted_at))),
    ]);
    let has_reports = console
        .feature_links(Section::System)
        .any(|link| link.href == REPORTS);
    HomePart {
        more: has_reports.then(|| console.link(REPORTS, "console-monthly-reports")),
        ..part(console, "month", "console-this-month", facts)
    }
}

/// Returns the apps with the most sign-ins. Those that the administrator may not read have no name.
fn apps(console: &Console<'_>, state: &HomeState, report: &MonthlyReport) -> Option<Table> {
    let used = report.apps.iter();
    let used = used.filter_map(|app| Some((app.client_id.as_deref()?, app)));
    let used: Vec<_> = used.take(APPS_SHOWN).collect();
    if used.is_empty() {
        return None;
    }
    let name = |id: &str| {
        let known = state.clients.iter().find(|client| client.id.as_str() == id);
        match known {
            Some(client) => Value::Link(Link::new(app(&client.id), client.name.as_str())),
            None => Value::Code(id.to_owned()),
        }
    };
    let table = console
        .table_of(APPS_BY_USE, &used, "console-none")
        .column("console-app", |(id, _)| name(id))
        .column(SIGN_INS_KEY, |(_, app)| {
            Value::Text(number(console, app.sign_ins))
        })
        .column(FAILED, |(_, app)| {
            Value::Text(number(console, app.failed_sign_ins))
        });
    Some(table.table())
}
