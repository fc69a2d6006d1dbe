//! `/admin/changes`: changes that wait for a second administrator, with their impact, and the latest applies. The
//! pages of objects name the file that describes them.

use std::collections::BTreeSet;
use std::slice;

use doorward_admin::audit_log;
use doorward_admin::operation::Boxed;
use doorward_admin::prelude::AuditEvent;
use doorward_console_ui::names::who;
use doorward_console_ui::prelude::*;
use doorward_console_ui::routes::Routes;
use doorward_domain::model::{Approval, ApprovalId, ApprovalMark, ApprovalState};
use doorward_store::repo::audit::AuditFilter;
use doorward_templates::Layout;
use doorward_templates::console::CopyText;
use doorward_web::page::Page;
use serde_json::Value as Json;

use crate::approval::{decide, get, list as list_all, may_decide, split};
use crate::impact::text::TextPart;
use crate::ownership::file_of;
use crate::plan::APPLIES;

pub(super) const PATH: &str = "/admin/changes";
pub(super) const TITLE: &str = "as-code-title";
pub(super) const READ: Access = Access::Global("audit:read");

const APPROVE: Messages = Messages {
    question: "as-code-approve-question",
    text: "as-code-approve-text",
    submit: "as-code-approve",
    done: "as-code-approved-done",
};
const REJECT: Messages = Messages {
    question: "as-code-reject-question",
    text: "as-code-reject-text",
    submit: "as-code-reject",
    done: "as-code-rejected-done",
};

/// Number of the latest applies.
const LATEST: u64 = 20;
/// Most lines of a change that its page shows without a click.
const SHORT: usize = 20;

/// Pages of objects below a path, with the kinds of their files.
const OBJECTS: [(&str, &[&str]); 10] = [
    ("/admin/apps/", &["clients", "saml-clients"]),
    ("/admin/groups/", &["groups"]),
    ("/admin/roles/", &["roles"]),
    ("/admin/organizations/", &["organizations"]),
    ("/admin/providers/", &["providers"]),
    ("/admin/sites/", &["sites"]),
    ("/admin/definitions/permissions/", &["permissions"]),
    ("/admin/definitions/scopes/", &["scopes"]),
    ("/admin/definitions/resources/", &["resources"]),
    ("/admin/definitions/", &["claims", "profile-fields"]),
];

pub(super) fn configure(routes: &mut Routes<'_>) {
    routes
        .page_for(PATH, READ, list)
        .page_for("/admin/changes/{id}", READ, show)
        .form("/admin/changes/{id}/approve", Access::Admin, approve)
        .form("/admin/changes/{id}/reject", Access::Admin, reject);
}

/// Adds the file that describes the object of a page to its banners.
pub(super) fn mark<'a>(page: &'a Page, layout: &'a mut Layout) -> Boxed<'a, Result<(), Stop>> {
    Box::pin(async move {
        let path = page.request.path();
        let Some((_, kinds)) = OBJECTS.iter().find(|(start, _)| path.starts_with(start)) else {
            return Ok(());
        };
        let id = ["id", "name"].map(|name| parameter(page, name));
        let Some(subject) = id.into_iter().find(|id| !id.is_empty()) else {
            return Ok(());
        };
        let core = &page.context.core;
        if let Some(file) = file_of(core.db.read(), kinds, &subject).await? {
            let text = layout.t_with("as-code-described", "file", &file);
            let rest = core
                .config
                .as_code
                .read_only
                .then(|| layout.t("as-code-read-only"));
            let text = [Some(text), rest]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" ");
            layout.banners.push(text);
        }
        Ok(())
    })
}

fn state(console: &Console<'_>, approval: &Approval) -> State {
    match approval.state {
        ApprovalState::Made => console.state(Tone::Good, "as-code-made"),
        ApprovalState::Rejected => console.state(Tone::Warn, "as-code-rejected"),
        _ if !approval.is_open(console.now()) => console.state(Tone::Plain, "console-ended"),
        ApprovalState::Approved => console.state(Tone::Good, "as-code-approved"),
        ApprovalState::Waiting => console.state(Tone::Plain, "as-code-waiting"),
    }
}

/// Returns the names of the authors of requests, and of those who decided.
async fn names(console: &Console<'_>, approvals: &[Approval]) -> Result<Names, Stop> {
    let both = |approval: &Approval| [approval.author.clone(), approval.decided_by.clone()];
    let ids: BTreeSet<String> = approvals.iter().flat_map(both).flatten().collect();
    let users = ids.iter().filter_map(|id| UserId::parse(id)).collect();
    let users = names::of_users(console, users).await?;
    let clients = ids.iter().map(String::as_str);
    let clients = clients.filter(|id| UserId::parse(id).is_none());
    Names::of_clients(console, users, clients).await
}

/// Returns the author, or that the command line is it.
fn author(console: &Console<'_>, names: &Names, id: Option<&String>) -> Value {
    match id {
        None => console.text("as-code-command-line"),
        Some(id) => names.actor(console, id),
    }
}

/// Returns the reasons for an approval.
fn marks(console: &Console<'_>, approval: &Approval) -> Value {
    let marks = approval.marks.split(' ').filter_map(ApprovalMark::parse);
    console.texts(marks.map(|mark| {
        console.t(match mark {
            ApprovalMark::Roles => Section::Roles.key(),
            ApprovalMark::Providers => Section::Providers.key(),
            ApprovalMark::Keys => Section::Keys.key(),
            ApprovalMark::Deletions => "as-code-deletions",
        })
    }))
}

/// Returns the first object of a change.
fn title(approval: &Approval) -> String {
    approval.text.lines().next().unwrap_or_default().to_owned()
}

/// Returns the impact by its parts.
fn impact(console: &Console<'_>, text: &str) -> Table {
    let lines = |lines: &[&str]| {
        let lines = lines.iter().map(|line| line.replace("  ", "· "));
        Value::Codes(lines.collect())
    };
    console
        .table_of(
            "as-code-impact",
            &TextPart::read_all(text),
            "as-code-impact",
        )
        .column("as-code-effect", |part| {
            Value::Text(match part {
                TextPart::Known { key, count, .. } => console.layout.t_with(key, "count", *count),
                TextPart::Other { title, .. } => (*title).to_owned(),
                TextPart::Examined(_) => console.t("as-code-examined"),
            })
        })
        .column("as-code-affected", |part| match part {
            TextPart::Known { lines: own, .. } | TextPart::Other { lines: own, .. } => lines(own),
            TextPart::Examined(sentence) => Value::Name((*sentence).to_owned()),
        })
        .table()
}

fn path(approval: &Approval) -> String {
    format!("{PATH}/{}", approval.id)
}

async fn list(console: &Console<'_>) -> Answer {
    let cursor = Cursor::read(console, &[])?;
    let before = cursor.after_id(ApprovalId::parse)?;
    let mut found = list_all(&console.context(), before, ROWS).await?;
    let pager = cursor.cut(console, &mut found, |approval| approval.id.to_string());
    let names = names(console, &found).await?;
    let requests = console
        .table_of("as-code-requests", &found, "as-code-no-requests")
        .column("as-code-change", |approval| {
            Value::Link(Link::new(path(approval), title(approval)))
        })
        .column("as-code-marks", |approval| marks(console, approval))
        .column("as-code-author", |approval| {
            author(console, &names, approval.author.as_ref())
        })
        .column("console-state", |approval| {
            Value::States(vec![state(console, approval)])
        })
        .column("console-created", |approval| {
            console.recent(approval.created_at)
        })
        .table();
    let applies = applies(console).await?;
    console.show(&Detail {
        lead: console.t("as-code-text"),
        notice: console.notice(&[APPROVE.done, REJECT.done])?,
        tables: vec![applies, requests],
        pager,
        ..console.detail(
            Section::System,
            console.link(Section::System.path(), Section::System.key()),
            console.t(TITLE),
        )
    })
}

/// Returns the table of the latest applies.
async fn applies(console: &Console<'_>) -> Result<Table, Stop> {
    let filter = AuditFilter {
        kinds: vec![AuditKind::SystemChanged],
        subject: Some(APPLIES.to_owned()),
        ..AuditFilter::default()
    };
    let found = audit_log::list(&console.context(), &filter, None, LATEST).await?;
    let users = found.iter().flat_map(|found| &found.users);
    let users = users.map(|user| (user.id, user.display_name())).collect();
    let events: Vec<AuditEvent> = found.into_iter().map(|found| found.event).collect();
    let names = Names::of_actors(console, users, &events).await?;
    let text = |event: &AuditEvent, name: &str| {
        console.code(event.detail.get(name).and_then(Json::as_str))
    };
    let number = |event: &AuditEvent, name: &str| {
        let count = event.detail.get(name).and_then(Json::as_u64);
        Value::Text(console.count(count.unwrap_or_default()))
    };
    Ok(console
        .table_of("as-code-applies", &events, "as-code-no-applies")
        .column("as-code-at", |event| console.recent(event.at))
        .column("as-code-author", |event| who(console, event, &names))
        .column("as-code-plan", |event| text(event, "plan"))
        .column("as-code-commit", |event| text(event, "commit"))
        .column("as-code-created", |event| number(event, "create"))
        .column("as-code-changed", |event| number(event, "change"))
        .column("as-code-deleted", |event| number(event, "delete"))
        .table())
}

async fn named(console: &Console<'_>) -> Result<Approval, Stop> {
    Ok(get(&console.context(), &parameter(console.page, "id")).await?)
}

async fn show(console: &Console<'_>) -> Answer {
    let approval = named(console).await?;
    let is_waiting = approval.state == ApprovalState::Waiting && approval.is_open(console.now());
    let may = is_waiting && may_decide(&console.context(), &approval);
    let below = |name: &str| format!("{}/{name}", path(&approval));
    let approve = may.then(|| console.link(below("approve"), APPROVE.submit));
    let reject = may.then(|| REJECT.risk(console, below("reject")));
    let names = names(console, slice::from_ref(&approval)).await?;
    let (change, affected) = split(&approval.text);
    let decided_by = approval.decided_by.as_deref();
    let mut facts = vec![
        console.fact(
            "as-code-author",
            author(console, &names, approval.author.as_ref()),
        ),
        console.fact("as-code-marks", marks(console, &approval)),
        console.fact("console-created", Value::Moment(approval.created_at)),
        console.fact("as-code-ends", Value::Moment(approval.ends_at)),
        console.fact(
            "as-code-decided-by",
            decided_by.map_or_else(
                || console.text("console-none"),
                |by| names.actor(console, by),
            ),
        ),
    ];
    if approval.is_plan {
        let commit = console.code(approval.source.clone());
        facts.push(console.fact("as-code-commit", commit));
        facts.push(console.fact("as-code-plan", Value::Copy(approval.name.clone())));
    }
    console.show(&Detail {
        state: Some(state(console, &approval)),
        notice: console.notice(&[APPROVE.done, REJECT.done])?,
        facts,
        tables: affected
            .map(|text| impact(console, text))
            .into_iter()
            .collect(),
        copy: Some(CopyText {
            title: console.t("as-code-change"),
            text: change.to_owned(),
        }),
        is_copy_open: change.lines().count() <= SHORT,
        create: approve,
        risky: reject.into_iter().collect(),
        ..console.detail(Section::System, console.link(PATH, TITLE), title(&approval))
    })
}

async fn approve(visit: &Visit<'_>) -> Answer {
    answer(visit, APPROVE, true).await
}

async fn reject(visit: &Visit<'_>) -> Answer {
    answer(visit, REJECT, false).await
}

async fn answer(visit: &Visit<'_>, messages: Messages, approves: bool) -> Answer {
    let console = &visit.console;
    let approval = named(console).await?;
    if !visit.is_answer() && !may_decide(&console.context(), &approval) {
        return Err(ErrorKind::NotFound.into());
    }
    let question = Question {
        reason: Some(reason::field(console, reason::FOR_LOG)),
        is_risky: !approves,
        ..Question::new(Section::System, messages, title(&approval), path(&approval))
    };
    let question = question.ask(visit)?;
    let done = decide(&visit.context(), &approval.id.to_string(), approves).await;
    question.finish(visit, done).await
}
