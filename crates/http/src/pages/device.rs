//! `GET|POST /device` and `/device/confirm`: entry of a device's user code, and the user's decision
//! (RFC 8628 §3.3).

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use doorward_domain::credentials::user_code::UserCode;
use doorward_domain::model::DeviceRequestId;
use doorward_domain::rules::consent::logo;
use doorward_protocol::params::Params;
use doorward_services::ciba;
use doorward_services::device::{self, BoundDeviceRequest, InvalidUserCode, Missing, PAGE};
use doorward_services::error::{FlowError, ServerError};
use doorward_services::signed_in::SignedIn;
use doorward_templates::connect_device::{
    ConfirmDevice, ConnectDevice, DeviceAnswered, Shown, Started, UserCodeError,
};
use doorward_templates::consent::logo_path;

use super::consent::{asked, read_answer};
use crate::page::{Page, PageError};
use crate::page_support::{chip, text};

/// Maximum length of the typed text that is shown again.
const SHOWN: usize = 40;

/// Asks for the code. A code in the URL is filled in and must still be compared (RFC 8628 §3.3.1).
pub async fn get(page: &Page) -> Result<HttpResponse, PageError> {
    let params = page.query()?;
    let code = UserCode::parse(text(&params, "user_code")?);
    let who = page.account_holder(&address(code.as_ref())).await?;
    let filled = code.map(|code| code.to_string()).unwrap_or_default();
    Ok(form(page, &who, &filled, StatusCode::OK, None))
}

/// Returns the URL of the page, with a code if known.
fn address(code: Option<&UserCode>) -> String {
    match code {
        Some(code) => format!("{PAGE}?user_code={code}"),
        None => PAGE.to_owned(),
    }
}

fn form(
    page: &Page,
    who: &SignedIn,
    typed: &str,
    status: StatusCode,
    problem: Option<UserCodeError>,
) -> HttpResponse {
    let view = ConnectDevice {
        chrome: page.chrome(),
        account: chip(&who.user),
        user_code: typed.chars().take(SHOWN).collect(),
        problem,
    };
    page.html(status, &view)
}

/// Handles a typed code.
pub async fn post(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let fields = page.form(payload).await?;
    let typed = text(&fields, "user_code")?;
    let who = page.account_holder(PAGE).await?;
    let again = |status, problem| Ok(form(page, &who, typed, status, Some(problem)));
    if typed.trim().is_empty() {
        return again(StatusCode::UNPROCESSABLE_ENTITY, UserCodeError::Missing);
    }
    let throttle = &page.context.limits.rate_limiter;
    let pass = match throttle
        .admit_user_code(who.session.id, page.caller(), page.context.core.now())
        .await
    {
        Ok(pass) => pass,
        Err(spent) => {
            page.budget.set(Some(spent));
            let retry_after = spent.reset;
            let problem = UserCodeError::TooManyTries { retry_after };
            return again(StatusCode::TOO_MANY_REQUESTS, problem);
        }
    };
    let claimed = match UserCode::parse(typed) {
        Some(code) => device::claim(&page.context.core, &who, &code).await,
        None => Err(FlowError::Rejected(InvalidUserCode)),
    };
    match claimed {
        Ok(id) => {
            throttle.forgive_user_code(&pass).await;
            Ok(page.see_other(&confirm_address(&id)))
        }
        Err(FlowError::Rejected(InvalidUserCode)) => {
            again(StatusCode::UNPROCESSABLE_ENTITY, UserCodeError::Wrong)
        }
        Err(FlowError::Server(fault)) => Err(fault.into()),
    }
}

fn confirm_address(id: &DeviceRequestId) -> String {
    format!("{PAGE}/confirm?request={id}")
}

/// Asks for the user's decision, or shows it.
pub async fn confirm(page: &Page) -> Result<HttpResponse, PageError> {
    let params = page.query()?;
    let (who, claimed) = match resume(page, &params).await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if claimed.request.decided_at.is_some() {
        let view = DeviceAnswered {
            chrome: page.chrome(),
            app_name: claimed.client.name.clone(),
            allowed: claimed.request.grant_id.is_some(),
            is_named: claimed.request.backchannel.is_some(),
        };
        return Ok(page.html(StatusCode::OK, &view));
    }
    question(page, &who, &claimed).await
}

/// Returns the request that a URL or form names, for the session it is bound to, or a redirect to a
/// required page.
async fn resume(
    page: &Page,
    params: &Params,
) -> Result<Result<(SignedIn, BoundDeviceRequest), HttpResponse>, PageError> {
    let Some(id) = DeviceRequestId::parse(text(params, "request")?) else {
        page.account_holder(PAGE).await?;
        return Ok(Err(page.see_other(PAGE)));
    };
    // A message leads here: a user who must sign in first returns to the prompt.
    let place = confirm_address(&id);
    let who = page.account_holder(&place).await?;
    let claimed = match ciba::find(&page.context.core, &page.context.directory, &who, &id).await {
        Ok(claimed) => claimed,
        Err(FlowError::Rejected(InvalidUserCode)) => {
            let (status, problem) = (StatusCode::GONE, Some(UserCodeError::Wrong));
            return Ok(Err(form(page, &who, "", status, problem)));
        }
        Err(FlowError::Server(fault)) => return Err(fault.into()),
    };
    let elsewhere = match device::missing(
        &page.context.core,
        &page.context.accounts,
        &who,
        &claimed.client,
    )
    .await?
    {
        Some(Missing::SecondStep) => {
            let back = match claimed.request.backchannel {
                Some(_) => place,
                None => address(Some(&claimed.request.user_code)),
            };
            format!("/login/2fa?next={back}")
        }
        Some(Missing::Enrolment) => "/account/security/2fa".to_owned(),
        Some(Missing::Passkey) => "/account/security/passkeys".to_owned(),
        None => return Ok(Ok((who, claimed))),
    };
    Ok(Err(page.see_other(&elsewhere)))
}

async fn question(
    page: &Page,
    who: &SignedIn,
    claimed: &BoundDeviceRequest,
) -> Result<HttpResponse, PageError> {
    let BoundDeviceRequest { request, client } = claimed;
    let question = device::question(&page.context.core, &page.context.directory, claimed).await?;
    let chrome = page.chrome();
    let started = Started {
        at: request.created_at,
        ip: request.ip.clone(),
        place: page.context.delivery.geoip.words(&request.ip, chrome.lang),
    };
    let view = ConfirmDevice {
        chrome,
        request: request.id.to_string(),
        shown: match &request.backchannel {
            Some(named) => Shown::Message(named.binding_message.clone()),
            None => Shown::Code(request.user_code.to_string()),
        },
        app_name: client.name.clone(),
        logo: logo(client).map(logo_path),
        account: chip(&who.user),
        asked: asked(page, client, &question).await?,
        verified: client.registered_by.is_verified(),
        started,
        now: page.context.core.now(),
    };
    Ok(page.html(StatusCode::OK, &view))
}

/// Handles the user's decision.
pub async fn decide(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let fields = page.form(payload).await?;
    let answer = read_answer(&fields)?;
    let (who, claimed) = match resume(page, &fields).await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(elsewhere),
    };
    match device::decide(
        &page.context.core,
        &page.context.directory,
        &claimed,
        &who,
        &answer,
        page.caller(),
    )
    .await
    {
        // Already decided, perhaps by a double click: the page shows the result.
        Ok(()) | Err(FlowError::Rejected(InvalidUserCode)) => {
            Ok(page.see_other(&confirm_address(&claimed.request.id)))
        }
        Err(FlowError::Server(fault)) => Err(ServerError::into(fault)),
    }
}
