//! `/admin/reviews` and `/admin/reviews/{id}`: access reviews with their lines.

mod forms;

use std::collections::BTreeMap;
use std::slice;

use doorward_domain::model::{AccessReview, ReviewDecision, ReviewLine, ReviewOutcome};
use doorward_store::repo::access_reviews::LineFilter;

use doorward_console_ui::prelude::*;
use doorward_console_ui::routes::Routes;

use crate::{last_tokens, read, reviewers};

const ASSIGN: Access = Access::Scoped("roles:assign");
pub(crate) const PATH: &str = "/admin/reviews";

const CREATED: &str = "reviews-created";
const CHANGED: &str = "reviews-reviewers-changed";
const CHANGE: &str = "reviews-change-reviewers";
const TITLE: &str = "reviews-title";
const NONE: &str = "console-none";

const CLOSE: Messages = Messages {
    question: "reviews-close-question",
    text: "reviews-close-text",
    submit: "reviews-close",
    done: "reviews-closed",
};

fn path(review: &AccessReview) -> String {
    format!("{PATH}/{}", review.id)
}

pub(crate) fn configure(routes: &mut Routes<'_>) {
    routes
        .page(PATH, list)
        .form("/admin/reviews/new", ASSIGN, forms::create)
        .page("/admin/reviews/{id}", show)
        .form(
            "/admin/reviews/{id}/reviewers",
            ASSIGN,
            forms::change_reviewers,
        )
        .form("/admin/reviews/{id}/close", ASSIGN, forms::close);
}

async fn list(console: &Console<'_>) -> Answer {
    let cursor = Cursor::read(console, &[])?;
    let mut found = read::page(&console.context(), cursor.after(), ROWS).await?;
    let pager = cursor.cut(console, &mut found, |review| review.name.clone());
    let context = console.context();
    let able = reviewers::count_able(&context, &found).await?;
    let able = |review: &AccessReview| able.get(&review.id).copied().unwrap_or_default();
    let table = console
        .table_of(TITLE, &found, "reviews-none-yet")
        .column("console-name", |review| {
            Value::Link(Link::new(path(review), review.name.as_str()))
        })
        .column("reviews-scope", |review| {
            Value::Code(review.scope_name.clone())
        })
        .column("reviews-open-lines", open_lines)
        .column("reviews-until", |review| Value::Moment(review.due_at))
        .column("console-state", |review| {
            Value::States(vec![state(console, review, able(review))])
        })
        .table();
    console.show(&List {
        lead: console.t("reviews-console-text"),
        actions: list::new_link(console, PATH, "reviews-new", console.has(ASSIGN)),
        table: list::sorted(console, ("console-name", list::ASCENDING), table),
        pager,
        ..console.list_below(Section::Roles, TITLE)
    })
}

fn open_lines(review: &AccessReview) -> Value {
    Value::Code(format!("{} / {}", review.open, review.lines))
}

/// Returns the state of a review with this number of reviewers who can decide.
fn state(console: &Console<'_>, review: &AccessReview, able: usize) -> State {
    if review.closed_at.is_some() {
        console.state(Tone::Plain, "console-ended")
    } else if able == 0 {
        console.state(Tone::Warn, "reviews-no-reviewer")
    } else {
        console.state(Tone::Good, "console-active")
    }
}

async fn show(console: &Console<'_>) -> Answer {
    let (context, named) = (console.context(), parameter(console.page, "id"));
    let review = read::get(&context, &named).await?;
    let cursor = Cursor::read(console, &[])?;
    let after = cursor.after_id(|key| key.parse::<u64>().ok())?;
    let all = LineFilter::default();
    let mut found = read::lines(&context, &review, all, after, ROWS).await?;
    let pager = cursor.cut(console, &mut found, |line| line.number.to_string());
    let tokens = last_tokens::of_lines(context.db.read(), &found).await;
    let tokens = tokens.map_err(AdminError::from)?;
    let able = reviewers::count_able(&context, slice::from_ref(&review)).await?;
    let able = able.get(&review.id).copied().unwrap_or_default();
    let reviewers = read::reviewers(&context, &review).await?;
    let reviewers = reviewers.iter().map(User::login_identifier);
    let mut facts = vec![
        console.fact("reviews-scope", Value::Code(review.scope_name.clone())),
        console.fact("reviews-reviewers", console.codes(reviewers)),
        console.fact("reviews-open-lines", open_lines(&review)),
        console.fact("reviews-until", Value::Moment(review.due_at)),
        console.fact("reviews-revoke-open", console.yes(review.revoke_open)),
    ];
    facts.extend(console.known_facts([("console-ended", review.closed_at.map(Value::Moment))]));
    let may_change = console.has(ASSIGN) && review.closed_at.is_none();
    let link = |step: &str, label| console.link(format!("{}/{step}", path(&review)), label);
    let change = may_change.then(|| link("reviewers", CHANGE));
    let close = may_change.then(|| CLOSE.risk(console, format!("{}/close", path(&review))));
    let back = console.link(PATH, TITLE);
    console.show(&Detail {
        state: Some(state(console, &review, able)),
        notice: console.notice(&[CREATED, CHANGED, CLOSE.done])?,
        actions: change.into_iter().collect(),
        facts,
        tables: vec![table(console, &found, &tokens)],
        pager,
        risky: close.into_iter().collect(),
        ..console.detail(Section::Roles, back, review.name)
    })
}

fn table(
    console: &Console<'_>,
    found: &[ReviewLine],
    tokens: &BTreeMap<u64, UnixSeconds>,
) -> Table {
    let name = |text: &Option<String>| match text {
        Some(text) => Value::Name(text.clone()),
        None => Value::Text(String::new()),
    };
    let table = console
        .table_of("console-assignments", found, "console-no-match")
        .column("console-name", |line| Value::Name(line.holder_name.clone()))
        .column("console-role", |line| Value::Code(line.role.clone()))
        .column("console-organization", |line| name(&line.org))
        .column("reviews-by", |line| by(console, line))
        .column("console-since", |line| Value::Day(line.granted_at))
        .column("console-given-by", |line| name(&line.assigner_name))
        .column("console-last-sign-in", |line| {
            console.day(line.last_login, NONE)
        })
        .column("console-last-token", |line| {
            console.day(tokens.get(&line.number).copied(), NONE)
        })
        .column("reviews-decision", |line| {
            Value::States(decision(console, line))
        })
        .column("reviews-decided-by", |line| name(&line.decider_name))
        .column("console-when", |line| console.day(line.decided_at, NONE))
        .column("console-reason", |line| name(&line.reason))
        .table();
    table.without_empty_columns()
}

fn by(console: &Console<'_>, line: &ReviewLine) -> Value {
    match &line.group_path {
        Some(path) => Value::Path(path.clone()),
        None => console.text("reviews-direct"),
    }
}

fn decision(console: &Console<'_>, line: &ReviewLine) -> Vec<State> {
    let state = |tone, key| console.state(tone, key);
    let mut states = vec![match line.decision {
        None => state(Tone::Warn, "reviews-undecided"),
        Some(ReviewDecision::Confirmed) => state(Tone::Good, "reviews-confirmed"),
        Some(ReviewDecision::Revoked) => state(Tone::Plain, "reviews-revoked"),
    }];
    match line.outcome {
        Some(ReviewOutcome::Membership) => states.push(state(Tone::Warn, "reviews-to-do")),
        Some(ReviewOutcome::Denied | ReviewOutcome::Needed) => {
            states.push(state(Tone::Warn, "reviews-not-removed"));
        }
        Some(ReviewOutcome::Removed | ReviewOutcome::Ended) | None => {}
    }
    states
}
