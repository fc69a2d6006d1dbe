//! The forms of campaigns: start and end of one, and exceptions of users.

use std::slice;

use crate::use_cases::{self, NewCampaign};
use doorward_admin::{groups, users};
use doorward_domain::model::CampaignTarget;

use super::{
    END, END_EXCEPTION, EXCEPT, EXCEPTED, PATH, RESCHEDULE, RESCHEDULED, STARTED, groups_of, named,
    path, users_of,
};
use doorward_console_ui::prelude::*;

const GROUP: &str = "group";
const ORGANIZATION: &str = "organization";
const ALL: &str = "all";
const TARGET: Field = Field::choice(
    "target",
    "campaigns-users",
    &[
        (GROUP, "campaigns-group"),
        (ORGANIZATION, "console-organization"),
        (ALL, "campaigns-all"),
    ],
);
const TARGET_ID: Field = Field::line("target_id", "campaigns-target-id")
    .hint("campaigns-target-id-hint")
    .optional();
const REMINDERS: Field = Field::line("reminders", "campaigns-reminders")
    .hint("campaigns-reminders-hint")
    .optional();
/// The reminders of a new form, in days.
const SUGGESTED: &str = "14 7 1";

fn problem(error: &AdminError) -> Option<FieldError> {
    match error {
        AdminError::Invalid { field, .. } => match *field {
            "reminders" => Some(("reminders", "campaigns-reminders-invalid")),
            "from" => Some(("from", "console-until-invalid")),
            "target" => Some(("target_id", "campaigns-too-many")),
            _ => None,
        },
        AdminError::NotFound { .. } => Some(("target_id", "console-no-match")),
        AdminError::Taken { .. } => Some(("target_id", "campaigns-taken")),
        _ => None,
    }
}

/// Returns the values of the fields that name the users.
fn target_values(target: &CampaignTarget) -> [String; 2] {
    match target {
        CampaignTarget::All => [ALL.to_owned(), String::new()],
        CampaignTarget::Organization(slug) => [ORGANIZATION.to_owned(), slug.clone()],
        CampaignTarget::Group(id) => [GROUP.to_owned(), id.to_string()],
    }
}

/// Returns the path of the form for another campaign with the same users.
pub(super) fn path_for(target: &CampaignTarget) -> String {
    let [kind, id] = target_values(target);
    let fields = [("target", kind.as_str()), ("target_id", id.as_str())];
    filtered(&format!("{PATH}/new"), fields)
}

/// Reads days, which are separated by white space or commas.
fn read_days(typed: &str) -> Option<Vec<u32>> {
    let parts = typed.split(|part: char| part == ',' || part.is_whitespace());
    let parts = parts.filter(|part| !part.is_empty());
    parts.map(|part| part.parse().ok()).collect()
}

/// Reads the users of a campaign.
async fn read_target(form: &Form<'_>, visit: &Visit<'_>) -> Result<CampaignTarget, Stop> {
    let typed = text(&visit.form, "target_id")?.trim();
    let unknown = ("target_id", "console-no-match");
    match text(&visit.form, "target")? {
        GROUP => match groups::get_named(&visit.console.context(), typed, None).await {
            Err(AdminError::NotFound { .. }) => Err(form.reject(unknown)),
            found => Ok(CampaignTarget::Group(found?.id)),
        },
        ORGANIZATION if typed.is_empty() => Err(form.reject(unknown)),
        ORGANIZATION => Ok(CampaignTarget::Organization(typed.to_owned())),
        ALL if typed.is_empty() => Ok(CampaignTarget::All),
        ALL => Err(form.reject(("target_id", "campaigns-all-invalid"))),
        _ => Err(ErrorKind::BadRequest.into()),
    }
}

pub(super) async fn create(visit: &Visit<'_>) -> Answer {
    let (console, typed) = (&visit.console, &visit.form);
    let reminders = if visit.is_typed() {
        text(typed, "reminders")?
    } else {
        SUGGESTED
    };
    let (from, starts_at) = moment::read(visit, "from", "campaigns-from")?;
    let reason = reason::field(console, reason::FOR_LOG);
    let reason = reason::fill(console, reason, typed)?;
    let query = console.page.query()?;
    let users = visit.values(&query);
    let mut fields = form::entries(console, &[TARGET, TARGET_ID], users)?;
    fields.extend([from, REMINDERS.entry(console, reminders), reason]);
    let is_accepted = fields.iter().all(|field| field.error.is_none());
    let messages = ["campaigns-new", "campaigns-start"];
    let view = form::view(console, Section::People, messages, PATH, fields);
    let form = Form::open(visit, view)?;
    let Some(starts_at) = starts_at.filter(|_| is_accepted) else {
        return Err(visit.answer(StatusCode::UNPROCESSABLE_ENTITY, &form.view));
    };
    let invalid = ("reminders", "campaigns-reminders-invalid");
    let reminders = form.accept(read_days(reminders).ok_or(invalid))?;
    let target = read_target(&form, visit).await?;
    let [_, id] = target_values(&target);
    let days: Vec<String> = reminders.iter().map(ToString::to_string).collect();
    form.offer(&[
        ("target_id", id),
        ("from", console.layout.moment(&starts_at).iso),
        ("reminders", days.join(" ")),
    ])?;
    let new = NewCampaign {
        target,
        starts_at,
        reminders,
    };
    let created = use_cases::create(&visit.context(), new).await;
    let campaign = form.settle(created, problem).await?;
    Ok(console.see_done(&path(&campaign), STARTED))
}

pub(super) async fn reschedule(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let campaign = named(console).await?;
    if !visit.is_answer() && campaign.ended_at.is_some() {
        return Err(ErrorKind::NotFound.into());
    }
    let groups = groups_of(console, slice::from_ref(&campaign)).await?;
    let (from, starts_at) = moment::read(visit, "from", "campaigns-from")?;
    let reason = reason::field(console, reason::FOR_LOG);
    let fields = vec![from, reason::fill(console, reason, &visit.form)?];
    let is_accepted = fields.iter().all(|field| field.error.is_none());
    let back = path(&campaign);
    let view = EntryForm {
        object: users_of(console, &campaign, &groups),
        ..form::view(
            console,
            Section::People,
            [RESCHEDULE; 2],
            back.as_str(),
            fields,
        )
    };
    let form = Form::open(visit, view)?;
    let Some(starts_at) = starts_at.filter(|_| is_accepted) else {
        return Err(visit.answer(StatusCode::UNPROCESSABLE_ENTITY, &form.view));
    };
    form.offer(&[("from", console.layout.moment(&starts_at).iso)])?;
    let changed = use_cases::reschedule(&visit.context(), campaign.id, starts_at).await;
    let of_field = |error: &AdminError| problem(error).filter(|(field, _)| *field == "from");
    form.settle(changed, of_field).await?;
    Ok(console.see_done(&back, RESCHEDULED))
}

pub(super) async fn end(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let campaign = named(console).await?;
    if !visit.is_answer() && campaign.ended_at.is_some() {
        return Err(ErrorKind::NotFound.into());
    }
    let groups = groups_of(console, slice::from_ref(&campaign)).await?;
    let name = users_of(console, &campaign, &groups);
    let question = Question {
        reason: Some(reason::field(console, reason::FOR_LOG)),
        is_risky: true,
        facts: vec![console.fact("campaigns-from", Value::Moment(campaign.starts_at))],
        ..Question::new(Section::People, END, name, path(&campaign))
    };
    let question = question.ask(visit)?;
    let ended = use_cases::end(&visit.context(), campaign.id).await;
    question.finish(visit, ended).await
}

/// Reads the user in the path.
async fn user(console: &Console<'_>) -> Result<User, Stop> {
    let id = parameter(console.page, "user");
    Ok(users::read(&console.context(), &id).await?)
}

pub(super) async fn except(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let campaign = named(console).await?;
    let user = user(console).await?;
    let (until, end) = moment::read(visit, "until", "campaigns-excepted-until")?;
    let reason = reason::field(console, "campaigns-reason-hint");
    let mut reason = reason::fill(console, reason, &visit.form)?;
    reason.required = true;
    if visit.is_answer() && reason.value.trim().is_empty() {
        reason.error = Some(console.t("campaigns-reason-missing"));
    }
    let fields = vec![until, reason];
    let is_accepted = fields.iter().all(|field| field.error.is_none());
    let view = EntryForm {
        object: user.display_name(),
        ..form::view(
            console,
            Section::People,
            [EXCEPT; 2],
            path(&campaign),
            fields,
        )
    };
    let form = Form::open(visit, view)?;
    let Some(end) = end.filter(|_| is_accepted) else {
        return Err(visit.answer(StatusCode::UNPROCESSABLE_ENTITY, &form.view));
    };
    form.offer(&[])?;
    let excepted = use_cases::except(&visit.context(), user.id, end).await;
    form.settle(excepted, |_| None).await?;
    Ok(console.see_done(&path(&campaign), EXCEPTED))
}

pub(super) async fn end_exception(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let campaign = named(console).await?;
    let user = user(console).await?;
    let (name, back) = (user.display_name(), path(&campaign));
    let question = Question {
        reason: Some(reason::field(console, reason::FOR_USER)),
        ..Question::new(Section::People, END_EXCEPTION, name, back)
    };
    let question = question.ask(visit)?;
    let ended = use_cases::end_exception(&visit.context(), user.id).await;
    question.finish(visit, ended).await
}

#[cfg(test)]
mod tests;
