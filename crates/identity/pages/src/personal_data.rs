//! `/account/data` and `/account/keep`: export of personal data, and deletion of the account.

use actix_web::http::header::{CONTENT_DISPOSITION, HeaderValue};
use actix_web::web::Bytes;
use doorward_accounts::deletion::{self, DeletionError};
use doorward_accounts::personal_data::{self, Export, ExportError};
use doorward_accounts::sole_role::SoleRole;
use doorward_templates::personal_data::{DeletionFieldError, PendingDeletion, PersonalData};
use futures_util::stream;

use super::prelude::*;

const PATH: &str = "/account/data";
const PROVE: &str = "/login?next=/account/data";
const DAY: i64 = 24 * 60 * 60;

/// Shows the options, which require a recent authentication.
pub async fn get(page: &Page) -> Answer {
    let (signed_in, factors) = page.account_holder_with_factors(PATH).await?;
    let is_fresh = factors.is_fresh(&page.context, &signed_in);
    Ok(page.html(StatusCode::OK, &view(page, &signed_in, is_fresh)))
}

fn view(page: &Page, signed_in: &SignedIn, is_fresh: bool) -> PersonalData {
    let mut layout = page.layout();
    PATH.clone_into(&mut layout.return_to);
    PersonalData {
        layout,
        username: signed_in.user.login_identifier().to_owned(),
        is_fresh,
        grace_days: page.context.core.config.accounts.deletion_grace / DAY,
        problem: None,
    }
}

async fn is_fresh(page: &Page, signed_in: &SignedIn) -> Result<bool, ServerError> {
    factors::is_fresh(&page.context, signed_in).await
}

pub async fn export(page: &Page, payload: Payload) -> Answer {
    page.form(payload).await?;
    let signed_in = page.account_holder(PATH).await?;
    match personal_data::export(&page.context, &signed_in, page.caller()).await {
        Ok(export) => Ok(file(export)),
        Err(FlowError::Rejected(ExportError::NotFresh)) => Ok(page.see_other(PROVE)),
        Err(FlowError::Rejected(ExportError::TooMany(consumed))) => Err(page.too_many(consumed)),
        Err(FlowError::Server(error)) => Err(error.into()),
    }
}

/// Sends the parts as they are read.
fn file(export: Export) -> HttpResponse {
    let parts = stream::unfold(export, |mut export| async move {
        let part = export.next().await?;
        if let Err(error) = &part {
            tracing::warn!(fault = %error, "an export of personal data ended early");
        }
        Some((part.map(Bytes::from), export))
    });
    let disposition = HeaderValue::from_static("attachment; filename=\"personal-data.json\"");
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((CONTENT_DISPOSITION, disposition))
        .streaming(parts)
}

/// `POST /account/data/delete`: requests the deletion of the account.
pub async fn delete(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    let signed_in = page.account_holder(PATH).await?;
    let typed = text(&fields, "username")?;
    match deletion::request(&page.context, &signed_in, typed, page.caller()).await {
        Ok(()) => Ok(page.see_other("/account/keep")),
        Err(FlowError::Rejected(DeletionError::NotFresh)) => Ok(page.see_other(PROVE)),
        Err(FlowError::Rejected(DeletionError::OtherName)) => {
            let mut view = view(page, &signed_in, is_fresh(page, &signed_in).await?);
            view.problem = Some(if typed.trim().is_empty() {
                DeletionFieldError::Missing
            } else {
                DeletionFieldError::Other
            });
            Ok(page.html(StatusCode::UNPROCESSABLE_ENTITY, &view))
        }
        Err(FlowError::Rejected(DeletionError::Needed(alone))) => {
            let mut view = view(page, &signed_in, is_fresh(page, &signed_in).await?);
            view.problem = Some(match alone {
                SoleRole::Administrator => DeletionFieldError::LastAdministrator,
                SoleRole::Owner(name) => DeletionFieldError::LastOwner(name),
            });
            Ok(page.html(StatusCode::CONFLICT, &view))
        }
        Err(FlowError::Server(error)) => Err(error.into()),
    }
}

/// `GET /account/keep`: shows the time of the pending deletion. Redirects users
/// without one to the next step.
pub async fn show_pending(page: &Page) -> Answer {
    let flow = interaction_id(&page.query()?)?;
    let Some(signed_in) = page.session().await? else {
        let login = match flow {
            Some(flow) => format!("/login?flow={flow}"),
            None => "/login?next=/account/keep".to_owned(),
        };
        return Ok(page.see_other(&login));
    };
    let Some(due) = signed_in.user.deletion_due_at else {
        return proceed(page, flow.as_ref(), &signed_in, "/account").await;
    };
    let view = PendingDeletion {
        layout: page.layout(),
        flow: flow.map(|id| id.to_string()).unwrap_or_default(),
        username: signed_in.user.login_identifier().to_owned(),
        due,
    };
    Ok(page.html(StatusCode::OK, &view))
}

/// `POST /account/keep`: cancels the deletion and continues a pending interaction.
pub async fn cancel(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    let flow = interaction_id(&fields)?;
    let signed_in = page.session().await?.ok_or(ErrorKind::FlowExpired)?;
    deletion::cancel(&page.context, &signed_in, page.caller()).await?;
    // The account's current state; it is missing if its deletion came first.
    let signed_in = page.session().await?.ok_or(ErrorKind::FlowExpired)?;
    proceed(page, flow.as_ref(), &signed_in, "/account?done=kept").await
}

async fn proceed(
    page: &Page,
    flow: Option<&InteractionId>,
    signed_in: &SignedIn,
    home: &str,
) -> Answer {
    let Some(flow) = flow else {
        return Ok(page.see_other(home));
    };
    let browser = page.browser(Some(signed_in));
    let resumed = interaction::resume(&page.context, flow, &browser.hash).await?;
    let outcome = interaction::proceed(&page.context, resumed, &browser, page.caller()).await?;
    Ok(go_on(page, &outcome))
}

fn interaction_id(params: &Params) -> Result<Option<InteractionId>> {
    match text(params, "flow")? {
        "" => Ok(None),
        flow => Ok(Some(
            InteractionId::parse(flow).ok_or(ErrorKind::FlowExpired)?,
        )),
    }
}
