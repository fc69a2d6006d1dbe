//! `/account/activity` and `/account/secure`: audit events of the user, and "This wasn't me".

use doorward_accounts::account;
use doorward_accounts::activity;
use doorward_accounts::second_factor::enrollment;
use doorward_domain::model::{AuditEvent, AuditId};
use doorward_domain::time::UnixSeconds;
use doorward_rules::activity::ActivityCategory;
use doorward_store::repo::audit::AuditFilter;
use doorward_templates::activity::{Activity, ActivityRow, Secure, SecureStep};
use doorward_templates::two_factor::TwoFactorState;
use time::Date;
use time::macros::format_description;

use super::prelude::*;
use super::two_factor;

const DAY: i64 = 86_400;

pub(super) fn rows(
    page: &Page,
    read: &activity::Activity,
    signed_in: &SignedIn,
) -> Vec<ActivityRow> {
    let (own, lang) = (signed_in.user.id.to_string(), page.layout().lang);
    let row = |event: &AuditEvent| {
        let app = read.client_name(event);
        let ip = event.ip.map(|ip| ip.to_string());
        let place = ip.and_then(|ip| page.context.delivery.geoip.describe(&ip, lang));
        ActivityRow {
            place,
            ..ActivityRow::new(event, &own, app)
        }
    };
    read.events.iter().map(row).collect()
}

pub(super) struct Requested {
    topic: Option<ActivityCategory>,
    from: String,
    to: String,
    pub(super) filter: AuditFilter,
}

/// Reads the category `show`, and the days `from` and `to`, both inclusive and in UTC.
pub(super) fn requested(page: &Page, params: &Params, signed_in: &SignedIn) -> Result<Requested> {
    let topic = convert::optional(text(params, "show")?, ActivityCategory::parse)?;
    let (from, to) = (text(params, "from")?, text(params, "to")?);
    let (since, until) = (start_of_day(from)?, start_of_day(to)?.map(|day| day + DAY));
    Ok(Requested {
        topic,
        from: from.to_owned(),
        to: to.to_owned(),
        filter: activity::filter(&page.context.core, signed_in, topic, since, until),
    })
}

/// Returns the first second of a day such as `2027-01-31`; `None` for no day.
fn start_of_day(text: &str) -> Result<Option<UnixSeconds>> {
    if text.is_empty() {
        return Ok(None);
    }
    let form = format_description!("[year]-[month]-[day]");
    let day = Date::parse(text, &form).map_err(|_| ErrorKind::BadRequest)?;
    Ok(Some(day.midnight().assume_utc().unix_timestamp()))
}

pub async fn get(page: &Page) -> Answer {
    let signed_in = page.account_holder("/account/activity").await?;
    let params = page.query()?;
    let requested = requested(page, &params, &signed_in)?;
    let before = event(text(&params, "before")?)?;
    let read = activity::page(&page.context, &requested.filter, before).await?;
    let view = Activity {
        layout: page.layout(),
        topic: requested.topic,
        from: requested.from,
        to: requested.to,
        rows: rows(page, &read, &signed_in),
        is_later: before.is_some(),
        next: read.next.map(|id| id.to_string()),
        now: page.context.core.now(),
    };
    Ok(page.html(StatusCode::OK, &view))
}

pub(super) fn event(text: &str) -> Result<Option<AuditId>> {
    convert::optional(text, AuditId::parse)
}

/// `GET /account/secure`: the first step of "This wasn't me".
pub async fn secure(page: &Page) -> Answer {
    step(page, SecureStep::Sessions, "/account/secure").await
}

pub async fn password(page: &Page) -> Answer {
    step(page, SecureStep::Password, "/account/secure/password").await
}

pub async fn review(page: &Page) -> Answer {
    step(page, SecureStep::Review, "/account/secure/review").await
}

async fn step(page: &Page, step: SecureStep, path: &str) -> Answer {
    let (signed_in, factors) = page.account_holder_with_factors(path).await?;
    let mut view = Secure {
        layout: page.layout(),
        step,
        row: None,
        has_password: signed_in.user.has_password(),
        two_factor: TwoFactorState::default(),
        apps: 0,
        now: page.context.core.now(),
    };
    if step == SecureStep::Sessions
        && let Some(id) = event(text(&page.query()?, "event")?)?
    {
        let found = activity::find(&page.context, &signed_in, id).await?;
        let found = found.ok_or(ErrorKind::NotFound)?;
        view.row = rows(page, &found, &signed_in).into_iter().next();
    }
    if step == SecureStep::Review {
        view.two_factor = two_factor::state(&enrollment::Overview::from(factors));
        let overview = account::overview(&page.context, &signed_in).await?;
        view.apps = overview.apps.len();
    }
    Ok(page.html(StatusCode::OK, &view))
}

/// `POST /account/secure`: ends the other sessions and continues with the password.
pub async fn disown(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    let signed_in = page.account_holder("/account/secure").await?;
    let named = event(text(&fields, "event")?)?;
    let own = match named {
        Some(id) => activity::find(&page.context, &signed_in, id)
            .await?
            .map(|_| id),
        None => None,
    };
    if own != named {
        return Err(ErrorKind::NotFound.into());
    }
    let ends_others = !text(&fields, "others")?.is_empty();
    activity::disown(&page.context, &signed_in, own, ends_others, page.caller()).await?;
    Ok(page.see_other("/account/secure/password"))
}
