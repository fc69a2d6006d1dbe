//! `/admin/reviews/new` and `/admin/reviews/{id}/close`: the creation and the end of an access review.

use doorward_domain::model::{ReviewLine, ReviewScope};
use doorward_store::repo::access_reviews::LineFilter;

use super::{CHANGE, CHANGED, CLOSE, CREATED, PATH, by, open_lines, path};
use crate::create::{self, NewReview};
use crate::rule::MAX_REVIEWERS;
use crate::{deadline, read, reviewers};
use doorward_console_ui::prelude::*;

const YES: &str = "yes";
const NO: &str = "no";
const NAME: Field = Field::line("name", "console-name").hint("reviews-name-hint");
const SCOPE: Field = Field::choice(
    "scope",
    "reviews-scope",
    &[
        ("role", "console-role"),
        ("organization", "console-organization"),
        ("group", "reviews-scope-group"),
        ("permission", "reviews-scope-permission"),
    ],
);
const SCOPE_ID: Field = Field::line("scope_id", "reviews-scope-id").hint("reviews-scope-id-hint");
const MEMBERS_OF: Field = Field::line("members_of", "reviews-members-of")
    .hint("reviews-members-of-hint")
    .optional();
const REVIEWERS: Field =
    Field::lines("reviewers", "reviews-reviewers").hint("reviews-reviewers-hint");
const REVOKE_OPEN: Field = Field::choice(
    "revoke_open",
    "reviews-revoke-open",
    &[(NO, "console-no"), (YES, "console-yes")],
)
.hint("reviews-revoke-open-hint");

fn problem(error: &AdminError) -> Option<FieldError> {
    match error {
        AdminError::Invalid { field, .. } => match *field {
            "name" => Some(("name", "reviews-name-invalid")),
            "until" => Some(("until", "reviews-until-invalid")),
            "reviewers" => Some(("reviewers", "reviews-reviewers-invalid")),
            "scope" => Some(("scope_id", "reviews-scope-invalid")),
            "members_of" => Some(("members_of", "console-no-match")),
            _ => None,
        },
        AdminError::NotFound { kind: "user", .. } => Some(("reviewers", "console-no-user")),
        AdminError::NotFound { .. } => Some(("scope_id", "console-no-match")),
        AdminError::Taken { .. } => Some(("name", "console-taken")),
        _ => None,
    }
}

/// Finds the reviewers, each on a line, and one more than a review may have.
async fn find_reviewers(form: &Form<'_>, visit: &Visit<'_>) -> Result<Vec<UserId>, Stop> {
    let names = text(&visit.form, "reviewers")?.lines().map(str::trim);
    let names = names.filter(|name| !name.is_empty());
    let mut found = Vec::new();
    for name in names.take(MAX_REVIEWERS + 1) {
        let user = visit.console.find_user(name).await?;
        found.push(form.accept(user.ok_or(("reviewers", "console-no-user")))?);
    }
    Ok(found)
}

pub(crate) async fn create(visit: &Visit<'_>) -> Answer {
    let (console, typed) = (&visit.console, &visit.form);
    let (until, due_at) = moment::read(visit, "until", "reviews-until")?;
    let named = [NAME, SCOPE, SCOPE_ID, MEMBERS_OF, REVIEWERS];
    let mut fields = form::entries(console, &named, typed)?;
    fields.push(until);
    fields.push(REVOKE_OPEN.entry(console, text(typed, "revoke_open")?));
    let messages = ["reviews-new", "console-create"];
    let view = form::view(console, Section::Roles, messages, PATH, fields);
    let form = Form::open(visit, view)?;
    let Some(due_at) = due_at else {
        return Err(visit.answer(StatusCode::UNPROCESSABLE_ENTITY, &form.view));
    };
    let scope = ReviewScope::parse(text(typed, "scope")?).ok_or(ErrorKind::BadRequest)?;
    let reviewers = find_reviewers(&form, visit).await?;
    form.offer(&[])?;
    let new = NewReview {
        name: text(typed, "name")?.trim().to_owned(),
        scope,
        scope_id: text(typed, "scope_id")?.trim().to_owned(),
        members_of: Some(text(typed, "members_of")?.trim().to_owned())
            .filter(|named| !named.is_empty()),
        reviewers,
        due_at,
        revoke_open: text(typed, "revoke_open")? == YES,
    };
    let created = Box::pin(create::run(&visit.context(), new)).await;
    let review = form.settle(created, problem).await?;
    Ok(console.see_done(&path(&review), CREATED))
}

pub(crate) async fn change_reviewers(visit: &Visit<'_>) -> Answer {
    let (console, context) = (&visit.console, visit.context());
    let review = read::get(&context, &parameter(console.page, "id")).await?;
    if !visit.is_answer() && review.closed_at.is_some() {
        return Err(ErrorKind::NotFound.into());
    }
    let typed = if visit.is_typed() {
        text(&visit.form, "reviewers")?.to_owned()
    } else {
        let present = read::reviewers(&context, &review).await?;
        let names: Vec<&str> = present.iter().map(User::login_identifier).collect();
        names.join("\n")
    };
    let fields = vec![REVIEWERS.entry(console, &typed)];
    let messages = [CHANGE, "console-save"];
    let view = EntryForm {
        object: review.name.clone(),
        ..form::view(console, Section::Roles, messages, path(&review), fields)
    };
    let form = Form::open(visit, view)?;
    let chosen = find_reviewers(&form, visit).await?;
    form.offer(&[])?;
    let changed = Box::pin(reviewers::replace(&context, &review, &chosen)).await;
    form.settle(changed, problem).await?;
    Ok(console.see_done(&path(&review), CHANGED))
}

pub(crate) async fn close(visit: &Visit<'_>) -> Answer {
    let (console, context) = (&visit.console, visit.context());
    let review = read::get(&context, &parameter(console.page, "id")).await?;
    if !visit.is_answer() && review.closed_at.is_some() {
        return Err(ErrorKind::NotFound.into());
    }
    let filter = LineFilter {
        is_open: true,
        ..LineFilter::default()
    };
    let lines = read::lines(&context, &review, filter, None, LIMIT as u64).await?;
    let chosen = match text(&visit.form, "revoke_open")? {
        "" if review.revoke_open => YES,
        "" => NO,
        typed => typed,
    };
    let question = Question {
        choices: vec![REVOKE_OPEN.entry(console, chosen)],
        reason: Some(reason::field(console, reason::FOR_USER)),
        is_risky: true,
        facts: vec![
            console.fact("reviews-open-lines", open_lines(&review)),
            console.fact("reviews-until", Value::Moment(review.due_at)),
        ],
        changes: Some(open_table(console, &lines)),
        ..Question::new(Section::Roles, CLOSE, review.name.as_str(), path(&review))
    };
    let question = question.ask(visit)?;
    let closed = Box::pin(deadline::close(&context, &review, chosen == YES)).await;
    if let Err(AdminError::Invalid { .. }) = &closed {
        return Err(question.fail(visit, console.t("reviews-not-ready")));
    }
    question.finish(visit, closed).await
}

/// Returns the table of the first roles that end without a decision, if that is chosen.
fn open_table(console: &Console<'_>, lines: &[ReviewLine]) -> Table {
    let organization = |line: &ReviewLine| match &line.org {
        Some(slug) => Value::Code(slug.clone()),
        None => Value::Text(String::new()),
    };
    let table = console
        .table_of("reviews-without-decision", lines, "console-none")
        .column("console-name", |line| Value::Name(line.holder_name.clone()))
        .column("console-role", |line| Value::Code(line.role.clone()))
        .column("console-organization", organization)
        .column("reviews-by", |line| by(console, line))
        .table();
    table.without_empty_columns()
}
