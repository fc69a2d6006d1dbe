//! `/account/reviews`: the access reviews of a reviewer, and decisions about their lines.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::change_reason::ChangeReason;
use doorward_admin::operator::AdminError;
use doorward_domain::model::{
    AccessReview, ReviewDecision, ReviewLine, ReviewOutcome, SubjectKind,
};
use doorward_protocol::params::Params;
use doorward_services::error::ServerError;
use doorward_services::signed_in::SignedIn;
use doorward_templates::ErrorKind;
use doorward_web::page::{Page, PageError, Result};
use doorward_web::page_support::{account_form, form_resource, page_resource, text};

use self::view::{LastLogin, ReviewLineRow, ReviewLines, ReviewNotice, ReviewRow, Reviews};
use crate::decision::Decider;
use crate::{last_tokens, reviewer};

mod view;

type Answer = Result<HttpResponse>;

pub(crate) const PATH: &str = "/account/reviews";
/// Maximum number of lines of a page.
const PAGE: u64 = 50;

pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(page_resource(PATH, list))
        .service(form_resource("/account/reviews/lines", lines, decide));
}

async fn list(page: &Page) -> Answer {
    let signed_in = page.account_holder(PATH).await?;
    let found = reviewer::list_reviews(&page.context.core, &signed_in.user).await?;
    let view = Reviews {
        layout: page.layout(),
        rows: found.iter().map(row).collect(),
    };
    Ok(page.html(StatusCode::OK, &view))
}

fn row(review: &AccessReview) -> ReviewRow {
    ReviewRow {
        id: review.id.to_string(),
        name: review.name.clone(),
        due_at: review.due_at,
        open: review.open,
    }
}

async fn lines(page: &Page) -> Answer {
    let signed_in = page.account_holder(PATH).await?;
    let params = page.query()?;
    let (_, mut view) = view(page, &signed_in, &params).await?;
    view.notice = match text(&params, "done")? {
        "done" => Some(ReviewNotice::Done),
        "left" => Some(ReviewNotice::Left),
        _ => None,
    };
    Ok(page.html(StatusCode::OK, &view))
}

/// Returns the review that the fields name, and its page.
async fn view(
    page: &Page,
    signed_in: &SignedIn,
    fields: &Params,
) -> Result<(AccessReview, ReviewLines)> {
    let (core, user) = (&page.context.core, signed_in.user.id);
    let review = reviewer::find_review(core, user, text(fields, "review")?).await?;
    let review = review.ok_or(ErrorKind::NotFound)?;
    let after = text(fields, "after")?;
    let position = match after {
        "" => None,
        number => Some(number.parse().map_err(|_| ErrorKind::BadRequest)?),
    };
    let mut found = reviewer::open_lines(core, user, review.id, position, PAGE + 1).await?;
    let has_more = found.len() as u64 > PAGE;
    found.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let last = found.last().filter(|_| has_more);
    let tokens = last_tokens::of_lines(core.db.read(), &found).await?;
    let line_row = |line: &ReviewLine| line_row(line, tokens.get(&line.number).copied());
    let mut layout = page.layout();
    // The path of the page itself needs a parameter.
    PATH.clone_into(&mut layout.return_to);
    let lines = ReviewLines {
        layout,
        review: row(&review),
        next: last.map(|line| line.number),
        rows: found.iter().map(line_row).collect(),
        after: after.to_owned(),
        reason: String::new(),
        notice: None,
        is_unchosen: false,
        is_reason_invalid: false,
    };
    Ok((review, lines))
}

fn line_row(line: &ReviewLine, last_token: Option<i64>) -> ReviewLineRow {
    let last_login = match (line.holder_kind, line.last_login) {
        (SubjectKind::User, Some(at)) => LastLogin::At(at),
        (SubjectKind::User, None) => LastLogin::Never,
        _ => LastLogin::OfClient,
    };
    ReviewLineRow {
        number: line.number,
        holder: line.holder_name.clone(),
        role: line.role.clone(),
        org: line.org.clone(),
        group: line.group_path.clone(),
        since: line.granted_at,
        assigner: line.assigner_name.clone(),
        last_login,
        last_token,
    }
}

async fn decide(page: &Page, payload: Payload) -> Answer {
    let (signed_in, fields) = account_form(page, payload).await?;
    let signed_in = page.strong_enough(signed_in, PATH).await?;
    let decision = ReviewDecision::parse(text(&fields, "decision")?);
    let decision = decision.ok_or(ErrorKind::BadRequest)?;
    let chosen = fields.iter().filter(|(name, _)| *name == "line");
    let chosen: Option<Vec<u64>> = chosen.map(|(_, number)| number.parse().ok()).collect();
    let chosen = chosen.ok_or(ErrorKind::BadRequest)?;
    let typed = text(&fields, "reason")?.trim();
    let reason = (!typed.is_empty()).then(|| ChangeReason::parse(typed));
    let (review, mut view) = view(page, &signed_in, &fields).await?;
    let Ok(reason) = reason.transpose() else {
        view.is_reason_invalid = true;
        typed.clone_into(&mut view.reason);
        return Ok(page.html(StatusCode::UNPROCESSABLE_ENTITY, &view));
    };
    if chosen.is_empty() {
        view.is_unchosen = true;
        typed.clone_into(&mut view.reason);
        return Ok(page.html(StatusCode::UNPROCESSABLE_ENTITY, &view));
    }
    let (user, caller) = (signed_in.user.id, page.caller().clone());
    let decider = Decider::reviewer(&page.context, &review, user, caller, reason).await;
    let decider = decider.map_err(rejected)?;
    let mut is_left = false;
    for number in chosen {
        // Boxed, because the future of a revocation is large.
        let decided = Box::pin(decider.decide(review.id, number, decision)).await;
        let line = decided.map_err(rejected)?;
        let outcome = line.outcome;
        is_left |= outcome.is_some_and(|outcome| {
            !matches!(outcome, ReviewOutcome::Removed | ReviewOutcome::Ended)
        });
    }
    // The roles of clients are cached.
    page.context.directory.clear_administered();
    let done = if is_left { "left" } else { "done" };
    let (id, after) = (review.id, view.after);
    let position = if after.is_empty() {
        String::new()
    } else {
        format!("&after={after}")
    };
    Ok(page.see_other(&format!("{PATH}/lines?review={id}&done={done}{position}")))
}

/// Returns the page of a rejected decision: about an own role, or after another one.
fn rejected(error: AdminError) -> PageError {
    match error {
        AdminError::Fault(error) => error.into(),
        AdminError::Store(error) => ServerError::from(error).into(),
        AdminError::NotFound { .. } => ErrorKind::NotFound.into(),
        AdminError::Denied(_) => ErrorKind::Forbidden.into(),
        _ => ErrorKind::FlowFinished.into(),
    }
}
