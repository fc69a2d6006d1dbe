//! The lines of an access review, as a table, CSV or JSON.

use std::slice;

use doorward_admin::reviews::read;
use doorward_domain::model::{
    AccessReview, ReviewDecision, ReviewLine, ReviewOutcome, SubjectKind,
};
use doorward_services::last_tokens;
use doorward_store::repo::access_reviews::LineFilter;

use crate::command::lookup::PAGE;
use crate::command::prelude::*;
use crate::output::ListOutput;

const HEADER: &[&str] = &[
    "LINE",
    "USER",
    "ROLE",
    "ORGANIZATION",
    "BY",
    "SINCE",
    "ASSIGNED BY",
    "LAST SIGN-IN",
    "LAST TOKEN",
    "DECISION",
    "BY WHOM",
    "WHEN",
    "REASON",
];
/// Columns of CSV: members of the JSON document.
const COLUMNS: [&str; 21] = [
    "review",
    "line",
    "holder_kind",
    "holder",
    "name",
    "role",
    "organization",
    "group",
    "member_of",
    "since",
    "assigned_by",
    "assigned_by_name",
    "expires_at",
    "last_login",
    "last_token",
    "decision",
    "outcome",
    "decided_by",
    "decided_by_name",
    "decided_at",
    "reason",
];

/// A line, and the last token that may contain its role.
type Row = (ReviewLine, Option<i64>);

const fn state(review: &AccessReview) -> &'static str {
    match (review.closed_at, review.filled_at) {
        (Some(_), _) => "closed",
        (None, Some(_)) => "open",
        (None, None) => "being prepared",
    }
}

/// Returns a review without its lines.
pub(super) fn summary(review: &AccessReview) -> Value {
    json!({
        "id": review.id.to_string(),
        "name": review.name,
        "scope": review.scope.as_str(),
        "scope_id": review.scope_id,
        "scope_name": review.scope_name,
        "organization": review.org,
        "created_by": (!review.starter.is_empty()).then_some(&review.starter),
        "created_at": output::time(review.created_at),
        "until": output::time(review.due_at),
        "revoke_open": review.revoke_open,
        "state": state(review),
        "closed_at": review.closed_at.map(output::time),
        "lines": review.lines,
        "open": review.open,
    })
}

/// Returns a number of lines as text.
pub(super) fn counted(lines: u64) -> String {
    output::counted(usize::try_from(lines).unwrap_or(usize::MAX), "line")
}

/// Returns true if the role of a revoked line is still there.
const fn is_undone(outcome: ReviewOutcome) -> bool {
    !matches!(outcome, ReviewOutcome::Removed | ReviewOutcome::Ended)
}

#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Name or ID of the review
    name: String,
    /// Only the lines without a decision
    #[arg(long)]
    open: bool,
    /// Print the lines as CSV
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    #[command(flatten)]
    out: Output,
}

pub(super) async fn show(operator: &AdminContext<'_>, args: &ShowArgs) -> Result {
    let review = read::get(operator, &args.name).await?;
    let reviewers = read::reviewers(operator, &review).await?;
    let reviewers: Vec<&str> = reviewers.iter().map(User::login_identifier).collect();
    let filter = LineFilter {
        is_open: args.open,
        ..LineFilter::default()
    };
    if args.out.json {
        let mut whole = summary(&review);
        let mut lines = Vec::new();
        each_page(operator, &review, filter, |page| {
            lines.extend(
                page.iter()
                    .map(|(line, last)| document(&review, line, *last)),
            );
            Ok(true)
        })
        .await?;
        whole["reviewers"] = json!(reviewers);
        whole["items"] = json!(lines);
        return output::json(&whole);
    }
    let mut out = ListOutput::new(HEADER, false);
    if args.csv {
        let header = COLUMNS.map(str::to_owned);
        out.text(&output::spreadsheet(slice::from_ref(&header))?)?;
        return each_page(operator, &review, filter, |page| {
            let cells: Vec<_> = page
                .iter()
                .map(|(line, last)| output::cells(&document(&review, line, *last), &COLUMNS))
                .collect();
            out.text(&output::spreadsheet(&cells)?)
        })
        .await;
    }
    let mut whole = summary(&review);
    whole["reviewers"] = json!(reviewers);
    let members = [
        "name",
        "scope",
        "scope_name",
        "reviewers",
        "until",
        "revoke_open",
        "state",
        "lines",
        "open",
    ];
    output::members(&whole, &members)?;
    output::line("")?;
    print(operator, &review, filter, out).await
}

/// Prints the lines without a decision.
pub(super) async fn open(
    operator: &AdminContext<'_>,
    review: &AccessReview,
    out: Output,
) -> Result {
    let filter = LineFilter {
        is_open: true,
        ..LineFilter::default()
    };
    let mut list = ListOutput::new(HEADER, out.json);
    if out.json {
        each_page(operator, review, filter, |page| {
            let documents = page
                .iter()
                .map(|(line, last)| document(review, line, *last));
            let documents: Vec<_> = documents.collect();
            list.documents(&documents)
        })
        .await?;
        return list.end();
    }
    print(operator, review, filter, list).await
}

async fn print(
    operator: &AdminContext<'_>,
    review: &AccessReview,
    filter: LineFilter<'_>,
    mut out: ListOutput<'_>,
) -> Result {
    each_page(operator, review, filter, |page| {
        out.rows(&page.iter().map(row).collect::<Vec<_>>())
    })
    .await
}

/// Returns the number of revoked lines whose role is still there.
pub(super) async fn count_undone(
    operator: &AdminContext<'_>,
    review: &AccessReview,
) -> Result<usize> {
    let mut count = 0;
    each_page(operator, review, LineFilter::default(), |page| {
        let outcomes = page.iter().filter_map(|(line, _)| line.outcome);
        count += outcomes.filter(|outcome| is_undone(*outcome)).count();
        Ok(true)
    })
    .await?;
    Ok(count)
}

/// Reads the lines of a review page by page, until `use_page` returns false.
async fn each_page(
    operator: &AdminContext<'_>,
    review: &AccessReview,
    filter: LineFilter<'_>,
    mut use_page: impl FnMut(&[Row]) -> Result<bool>,
) -> Result {
    let mut after = None;
    loop {
        let page = read::lines(operator, review, filter, after, PAGE).await?;
        let is_last = (page.len() as u64) < PAGE;
        after = page.last().map(|line| line.number);
        let tokens = last_tokens::of_lines(operator.db.read(), &page).await;
        let tokens = tokens.map_err(AdminError::from)?;
        let with_token = |line: ReviewLine| {
            let last = tokens.get(&line.number).copied();
            (line, last)
        };
        let page: Vec<Row> = page.into_iter().map(with_token).collect();
        // An empty list has a header, too.
        if !use_page(&page)? || is_last {
            return Ok(());
        }
    }
}

/// Returns a line, with the last token that may contain the role.
pub(super) fn document(review: &AccessReview, line: &ReviewLine, last_token: Option<i64>) -> Value {
    json!({
        "review": review.name,
        "line": line.number,
        "holder_kind": line.holder_kind.as_str(),
        "holder": line.holder,
        "name": line.holder_name,
        "role": line.role,
        "organization": line.org,
        "group": line.group_path,
        "member_of": line.member_of,
        "since": output::time(line.granted_at),
        "assigned_by": line.assigned_by,
        "assigned_by_name": line.assigner_name,
        "expires_at": line.expires_at.map(output::time),
        "last_login": line.last_login.map(output::time),
        "last_token": last_token.map(output::time),
        "decision": line.decision.map(ReviewDecision::as_str),
        "outcome": line.outcome.map(ReviewOutcome::as_str),
        "decided_by": line.decided_by.map(|user| user.to_string()),
        "decided_by_name": line.decider_name,
        "decided_at": line.decided_at.map(output::time),
        "reason": line.reason,
    })
}

/// Returns the effect of a revocation, or what is left to do.
pub(super) fn effect(line: &ReviewLine, outcome: ReviewOutcome) -> String {
    match outcome {
        ReviewOutcome::Removed => "removed".to_owned(),
        ReviewOutcome::Ended => "had ended before".to_owned(),
        ReviewOutcome::Membership => {
            let group = line.member_of.as_ref().or(line.group_path.as_ref());
            let group = group.map_or("-", String::as_str);
            format!("to do: end the membership in {group}")
        }
        ReviewOutcome::Denied => {
            "not removed, because the creator of the review may not revoke the role".to_owned()
        }
        ReviewOutcome::Needed => "not removed, because an administrator must remain".to_owned(),
    }
}

fn row((line, last_token): &Row) -> Vec<String> {
    let or_dash = |text: Option<&str>| text.unwrap_or("-").to_owned();
    let by = match (line.given_to, &line.group_path) {
        (SubjectKind::Group, Some(path)) => {
            let below = line.member_of.as_ref();
            let below = below.map(|below| format!(" ({below})"));
            format!("group {path}{}", below.unwrap_or_default())
        }
        (SubjectKind::Client, _) => "client".to_owned(),
        _ => "direct".to_owned(),
    };
    let decision = match (line.decision, line.outcome) {
        (Some(decision), Some(outcome)) => {
            format!("{}; {}", decision.as_str(), effect(line, outcome))
        }
        (Some(decision), None) => decision.as_str().to_owned(),
        (None, _) => "open".to_owned(),
    };
    let assigner = line.assigner_name.as_ref().or(line.assigned_by.as_ref());
    let by_id = line.decided_by.map(|user| user.to_string());
    let decider = line.decider_name.clone().or(by_id);
    vec![
        line.number.to_string(),
        line.holder_name.clone(),
        line.role.clone(),
        or_dash(line.org.as_deref()),
        by,
        output::time(line.granted_at),
        or_dash(assigner.map(String::as_str)),
        output::time_or_dash(line.last_login),
        output::time_or_dash(*last_token),
        decision,
        or_dash(decider.as_deref()),
        output::time_or_dash(line.decided_at),
        or_dash(line.reason.as_deref()),
    ]
}
