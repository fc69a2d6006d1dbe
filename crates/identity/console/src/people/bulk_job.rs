//! `/admin/jobs/{id}`: progress and result of a change of many users.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, HeaderValue};
use doorward_admin::bulk;
use doorward_domain::model::{
    BulkChange, BulkChangeId, BulkFailure, BulkSelection, BulkState, StopReason,
};
use doorward_rules::bulk::MAX_FAILURES;
use doorward_services::error::ServerError;
use doorward_web::csv_file;
use doorward_web::request::method::is_head;

use crate::people::bulk_form;
use doorward_console_ui::prelude::*;

/// Number of failures on the page; the file has more.
const SHOWN: u64 = 50;

const STOP: Messages = Messages {
    question: "console-bulk-stop-question",
    text: "console-bulk-stop-text",
    submit: "console-bulk-stop",
    done: "console-bulk-stop-done",
};

pub(crate) fn path(id: BulkChangeId) -> String {
    format!("/admin/jobs/{id}")
}

/// Returns the text of a number of users; `None` if there are too many to count.
pub(crate) fn users(console: &Console<'_>, count: Option<u64>) -> String {
    match count.map(i64::try_from) {
        Some(Ok(count)) => console
            .layout
            .t_plural("console-bulk-users", "count", count),
        _ => console.t("console-bulk-many"),
    }
}

pub(crate) fn filter(console: &Console<'_>, query: &str) -> Fact {
    let params = Params::parse(query.as_bytes()).unwrap_or_default();
    let text = |(name, value): (&str, &str)| match name {
        "q" => value.to_owned(),
        name => format!("{name}: {value}"),
    };
    let texts: Vec<String> = params.iter().map(text).collect();
    let value = if texts.is_empty() {
        console.text("console-all-time")
    } else {
        Value::Name(texts.join(", "))
    };
    console.fact("console-bulk-filter", value)
}

async fn named(console: &Console<'_>) -> Result<BulkChange, Stop> {
    let id = BulkChangeId::parse(&parameter(console.page, "id"));
    let id = id.ok_or(ErrorKind::NotFound)?;
    Ok(bulk::get(&console.context(), id).await?)
}

pub(crate) async fn show(console: &Console<'_>) -> Answer {
    let change = named(console).await?;
    let failures = bulk::failures(&console.context(), &change, None, SHOWN).await?;
    // The name of the administrator, unless it is the reader.
    let starter = UserId::parse(&change.starter).filter(|id| !console.is(&id.to_string()));
    let ids = failures.iter().map(|failure| failure.user).chain(starter);
    let names = names(console, ids.collect()).await?;
    let home = path(change.id);
    let mut actions = vec![console.link(home.as_str(), "console-bulk-refresh")];
    if change.failed > 0 {
        let file = format!("{home}/failures.csv");
        actions.push(console.link(file, "console-audit-download"));
    }
    let is_running = change.state == BulkState::Running;
    let may_stop = console.is(&change.starter) || console.may_globally("system:write");
    let stop = (is_running && may_stop).then(|| console.link(format!("{home}/stop"), STOP.submit));
    let table = (!failures.is_empty()).then(|| table(console, &failures, &names));
    let more = facts(console, &change, starter, &names);
    let counts = counts(console, &change);
    let (live, facts) = if is_running {
        (counts, more)
    } else {
        (Vec::new(), counts.into_iter().chain(more).collect())
    };
    console.show(&Detail {
        state: Some(state(console, &change)),
        notice: console.notice(&[STOP.done])?,
        live,
        facts,
        tables: table.into_iter().collect(),
        actions,
        buttons: stop.into_iter().collect(),
        ..console.object(Section::People, console.t(bulk_form::name(change.action)))
    })
}

async fn names(
    console: &Console<'_>,
    ids: BTreeSet<UserId>,
) -> Result<BTreeMap<UserId, String>, Stop> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    names::of_users(console, ids).await
}

fn state(console: &Console<'_>, change: &BulkChange) -> State {
    match change.state {
        BulkState::Running => console.state(Tone::Plain, "console-job-running"),
        BulkState::Done => console.state(Tone::Good, "console-done"),
        BulkState::Stopped => console.state(Tone::Warn, "console-bulk-stopped"),
    }
}

/// Returns the progress or the reason of the end, and the counts.
fn counts(console: &Console<'_>, change: &BulkChange) -> Vec<Fact> {
    let mut facts = Vec::new();
    if change.state == BulkState::Running {
        let tried = i64::try_from(change.tried()).unwrap_or(i64::MAX);
        let layout = &console.layout;
        let label = layout.t_plural("console-bulk-tried", "count", tried);
        let progress = Value::Progress(change.tried(), change.total, label);
        facts.push(console.fact("console-bulk-progress", progress));
    }
    if let Some(reason) = change.stop_reason {
        facts.push(console.fact("console-cause", console.text(stop_reason(reason))));
    }
    facts.push(console.number("console-bulk-done", &change.done));
    facts.push(console.number("console-bulk-failed", &change.failed));
    facts
}

fn facts(
    console: &Console<'_>,
    change: &BulkChange,
    starter: Option<UserId>,
    names: &BTreeMap<UserId, String>,
) -> Vec<Fact> {
    let fact = |key, value| console.fact(key, value);
    let chosen = users(console, change.total);
    let mut facts = vec![console.number("console-bulk-chosen", &chosen)];
    // The text of the filter can be a name or an address.
    if let BulkSelection::Filter(query) = &change.selection
        && console.may("users:read")
    {
        facts.push(filter(console, query));
    }
    if let Some(group) = change.group {
        let link = Link::new(routes::group(group), group.to_string());
        facts.push(fact("console-bulk-group-path", Value::Link(link)));
    }
    if let Some(domains) = &change.email_domains {
        let name = |domain: &String| Value::Name(domain.clone());
        facts.push(fact("console-bulk-domain-from", name(&domains.from)));
        facts.push(fact("console-bulk-domain-to", name(&domains.to)));
    }
    if let Some(id) = starter {
        facts.push(fact("console-who", names::link(names, id)));
    }
    facts.push(fact(
        "console-bulk-started",
        Value::Moment(change.created_at),
    ));
    if let Some(at) = change.ended_at {
        facts.push(fact("console-bulk-ended", Value::Moment(at)));
    }
    // The audit events of the users contain it.
    facts.push(fact("console-id", Value::Copy(change.id.to_string())));
    facts
}

const fn stop_reason(reason: StopReason) -> &'static str {
    match reason {
        StopReason::Requested => "console-bulk-why-requested",
        StopReason::StarterDeleted => "console-bulk-why-deleted",
        StopReason::StarterDisabled => "console-bulk-why-disabled",
        StopReason::PermissionLost => "console-bulk-why-permission",
        StopReason::Interrupted => "console-bulk-why-interrupted",
    }
}

fn table(
    console: &Console<'_>,
    failures: &[BulkFailure],
    names: &BTreeMap<UserId, String>,
) -> Table {
    console
        .table_of("console-bulk-failed", failures, "console-no-match")
        .column("console-name", |failure| names::link(names, failure.user))
        .column("console-cause", |failure| {
            console.text(failure_reason(&failure.reason))
        })
        .table()
}

fn failure_reason(reason: &str) -> &'static str {
    match reason {
        "not_to_oneself" => "console-denied-oneself",
        "more_powerful" => "console-denied-powerful",
        "more_than_held" => "console-denied-more",
        "longer_than_held" => "console-denied-longer",
        "still_needed" => "console-last",
        "not_found" => "console-bulk-not-found",
        "taken" => "console-email-taken",
        "invalid_address" => "email-invalid",
        "server_error" => "console-bulk-error",
        _ => "console-bulk-why-permission",
    }
}

pub(crate) async fn download(console: &Console<'_>) -> Answer {
    let change = named(console).await?;
    console.require_own_file(&path(change.id))?;
    if !is_head(&console.page.request) {
        bulk::record_failures(&console.context(), &change).await?;
    }
    let failures = bulk::failures(&console.context(), &change, None, MAX_FAILURES).await?;
    let ids = failures.iter().map(|failure| failure.user).collect();
    let names = names(console, ids).await?;
    let disposition = HeaderValue::from_static("attachment; filename=\"failures.csv\"");
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, disposition))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(file(failures, &names)?))
}

fn file(
    failures: Vec<BulkFailure>,
    names: &BTreeMap<UserId, String>,
) -> Result<Vec<u8>, ServerError> {
    let row = |failure: BulkFailure| {
        let name = names.get(&failure.user).cloned().unwrap_or_default();
        [failure.user.to_string(), name, failure.reason]
    };
    let columns = ["user", "name", "reason"];
    csv_file::lines(Some(&columns), failures.into_iter().map(row))
}

pub(crate) async fn stop(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let change = named(console).await?;
    let name = console.t(bulk_form::name(change.action));
    let question = Question::new(Section::People, STOP, name, path(change.id));
    let question = question.ask(visit)?;
    let stopped = bulk::stop(&console.context(), change.id).await;
    question.finish(visit, stopped).await
}
