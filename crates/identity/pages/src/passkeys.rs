//! `POST /login/passkey`, and `/account/security/passkeys`: the user's passkeys.

use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use doorward_accounts::passkey::manage::{self, ManagePasskeyError, NewPasskey, Overview};
use doorward_domain::model::{Passkey, PasskeyId};
use doorward_services::factors::Factors;
use doorward_templates::passkeys::{PasskeyRow, Passkeys, PasskeysNotice, PasskeysProblem};
use serde_json::json;

use super::convert::presented;
use super::prelude::*;
use super::waiting_flow::{waiting_flow, within};

pub(super) const HOME: &str = "/account/security/passkeys";

/// `GET /.well-known/passkey-endpoints` (W3C, "A Well-Known URL for Relying Party Passkey
/// Endpoints").
pub(super) async fn well_known(page: Page) -> HttpResponse {
    if page.context.accounts.passkeys.is_none() {
        return page.error(ErrorKind::NotFound, None);
    }
    let place = format!("{}{HOME}", page.context.core.issuer());
    HttpResponse::Ok()
        .insert_header((
            CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=3600"),
        ))
        .json(json!({"enroll": place, "manage": place}))
}

/// Returns the user, if they may see and change their passkeys: a user with a second factor must
/// have used it.
async fn owner(page: &Page, flow: &str) -> Result<(SignedIn, Factors)> {
    if page.context.accounts.passkeys.is_none() {
        return Err(ErrorKind::NotFound.into());
    }
    let Some((signed_in, factors)) = page.signed_in_with_factors().await? else {
        let path = format!("/login?next={}", within(HOME, flow));
        return Err(PageError::Redirect(path));
    };
    let factor = factors.status(&page.context.accounts, &signed_in);
    if factor.required && factor.enrolled {
        let path = format!("/login/2fa?next={}", within(HOME, flow));
        return Err(PageError::Redirect(path));
    }
    Ok((signed_in, factors))
}

pub(super) async fn later(page: &Page, payload: Payload) -> Answer {
    page.form(payload).await?;
    let mut response = page.see_other("/account");
    // A cookie with a fixed word is always a valid header.
    let _ = response.add_cookie(&cookies::later(&page.context.core));
    Ok(response)
}

pub(super) async fn show(page: &Page) -> Answer {
    let params = page.query()?;
    let flow = waiting_flow(&params);
    let (signed_in, factors) = owner(page, &flow).await?;
    let said = match text(&params, "done")? {
        "added" => Some(PasskeysNotice::Added),
        "renamed" => Some(PasskeysNotice::Renamed),
        "removed" => Some(PasskeysNotice::Removed),
        // A client's request leads here only if the client or the operator requires a second
        // factor.
        _ if !flow.is_empty() => Some(PasskeysNotice::Required),
        _ => None,
    };
    let is_fresh = factors.is_fresh(&page.context, &signed_in);
    view(page, &signed_in, is_fresh, flow, said, None).await
}

async fn view(
    page: &Page,
    signed_in: &SignedIn,
    is_fresh: bool,
    flow: String,
    notice: Option<PasskeysNotice>,
    problem: Option<PasskeysProblem>,
) -> Answer {
    let browser = page.browser(Some(signed_in)).hash;
    let core = &page.context.core;
    let overview = manage::overview(&page.context, signed_in, &browser, is_fresh).await?;
    let mut layout = page.layout();
    layout.return_to = within(HOME, &flow);
    let status = match problem {
        None => StatusCode::OK,
        Some(PasskeysProblem::Stays(_)) => StatusCode::CONFLICT,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let view = Passkeys {
        layout,
        flow,
        by_link: false,
        signal: signal(page, signed_in, &overview),
        passkeys: overview.passkeys.iter().map(row).collect(),
        prompt: overview.prompt.map(convert::prompt),
        is_fresh: overview.is_fresh,
        notice,
        problem,
        now: core.now(),
    };
    Ok(page.html(status, &view))
}

fn row(passkey: &Passkey) -> PasskeyRow {
    PasskeyRow {
        id: passkey.id.to_string(),
        name: passkey.name.clone(),
        is_synced: passkey.backup_eligible,
        created_at: passkey.created_at,
        last_used_at: passkey.last_used_at,
        is_suspected: passkey.suspected_at.is_some(),
    }
}

/// Returns the signals of `WebAuthn` L3 §5.1.10: the existing passkeys and the current user name,
/// for authenticators that store them.
fn signal(page: &Page, signed_in: &SignedIn, overview: &Overview) -> String {
    let host = page
        .context
        .accounts
        .passkeys
        .as_ref()
        .map(doorward_services::passkeys::Passkeys::host);
    let user = URL_SAFE_NO_PAD.encode(signed_in.user.id.as_uuid().as_bytes());
    let ids = overview.passkeys.iter();
    let ids: Vec<_> = ids
        .map(|id| URL_SAFE_NO_PAD.encode(&id.credential_id))
        .collect();
    json!({
        "signalAllAcceptedCredentials": {
            "rpId": host, "userId": user, "allAcceptedCredentialIds": ids,
        },
        "signalCurrentUserDetails": {
            "rpId": host, "userId": user, "name": signed_in.user.email,
            "displayName": signed_in.user.display_name(),
        },
    })
    .to_string()
}

async fn error_response(
    page: &Page,
    signed_in: &SignedIn,
    flow: String,
    error: FlowError<ManagePasskeyError>,
) -> Answer {
    let rejection = match error {
        FlowError::Rejected(rejection) => rejection,
        FlowError::Server(error) => return Err(error.into()),
    };
    let problem = match rejection {
        ManagePasskeyError::NotFresh => {
            let path = format!("/login?next={}", within(HOME, &flow));
            return Err(PageError::Redirect(path));
        }
        // Removed in the meantime, or the page shows the limit.
        ManagePasskeyError::NotFound | ManagePasskeyError::TooMany => {
            return Ok(page.see_other(&within(HOME, &flow)));
        }
        ManagePasskeyError::Stale => PasskeysProblem::Stale,
        ManagePasskeyError::Rejected => PasskeysProblem::Rejected,
        ManagePasskeyError::BadName => PasskeysProblem::BadName,
        ManagePasskeyError::Stays(stays) => PasskeysProblem::Stays(stays),
    };
    let is_fresh = factors::is_fresh(&page.context, signed_in).await?;
    view(page, signed_in, is_fresh, flow, None, Some(problem)).await
}

async fn read_form(page: &Page, payload: Payload) -> Result<(Params, String, SignedIn)> {
    let fields = page.form(payload).await?;
    let flow = waiting_flow(&fields);
    let (signed_in, _) = owner(page, &flow).await?;
    Ok((fields, flow, signed_in))
}

fn named(fields: &Params) -> Result<PasskeyId> {
    Ok(PasskeyId::parse(text(fields, "passkey")?).ok_or(ErrorKind::BadRequest)?)
}

/// `POST …/add`: stores the browser's passkey and continues a pending interaction.
pub(super) async fn add(page: &Page, payload: Payload) -> Answer {
    let (fields, flow, signed_in) = read_form(page, payload).await?;
    mail_link::admit(page).await?;
    let presented = presented(&fields)?;
    let agent = &page.caller().user_agent;
    let name = Device::from_user_agent(agent).label(page.caller().lang);
    let new = NewPasskey {
        presented: &presented,
        browser: page.browser(Some(&signed_in)).hash,
        name: &name,
    };
    match manage::add(&page.context, &signed_in, new, page.caller()).await {
        Ok(session) => {
            let place = if flow.is_empty() {
                format!("{HOME}?done=added")
            } else {
                format!("/login?flow={flow}")
            };
            Ok(with_session(page, page.see_other(&place), &session))
        }
        Err(error) => error_response(page, &signed_in, flow, error).await,
    }
}

pub(super) async fn rename(page: &Page, payload: Payload) -> Answer {
    let (fields, flow, signed_in) = read_form(page, payload).await?;
    let id = named(&fields)?;
    // The page has a form for each passkey, with a field name for each.
    let name = text(&fields, &format!("name-{id}"))?;
    match manage::rename(&page.context.core, &signed_in, id, name).await {
        Ok(()) => Ok(page.see_other(&format!("{HOME}?done=renamed"))),
        Err(error) => error_response(page, &signed_in, flow, error).await,
    }
}

pub(super) async fn remove(page: &Page, payload: Payload) -> Answer {
    let (fields, flow, signed_in) = read_form(page, payload).await?;
    let id = named(&fields)?;
    match manage::remove(&page.context, &signed_in, id, page.caller()).await {
        Ok(()) => Ok(page.see_other(&format!("{HOME}?done=removed"))),
        Err(error) => error_response(page, &signed_in, flow, error).await,
    }
}
