//! `GET|POST /device` and `/device/confirm`: entry of a device's user code, and the user's decision
//! (RFC 8628 §3.3).

use doorward_domain::credentials::user_code::UserCode;
use doorward_domain::model::DeviceRequestId;
use doorward_oauth::ciba;
use doorward_oauth::device::{
    self, BoundDeviceRequest, InvalidUserCode, PAGE, RequiredAuthentication,
};
use doorward_rules::consent::logo;
use doorward_templates::connect_device::{
    ComparisonText, ConfirmDevice, ConnectDevice, DeviceDecided, Started, UserCodeError,
};
use doorward_templates::consent::logo_path;

use super::consent::{parse_response, requested_items, require_writable};
use super::prelude::*;

/// Maximum length of the typed text that is shown again.
const MAX_SHOWN_CHARS: usize = 40;

/// Asks for the code. A code in the URL is filled in and must still be compared (RFC 8628 §3.3.1).
pub async fn get(page: &Page) -> Answer {
    let params = page.query()?;
    let code = UserCode::parse(text(&params, "user_code")?);
    let signed_in = page.account_holder(&address(code.as_ref())).await?;
    let filled = code.map(|code| code.to_string()).unwrap_or_default();
    Ok(form(page, &signed_in, &filled, StatusCode::OK, None))
}

fn address(code: Option<&UserCode>) -> String {
    match code {
        Some(code) => format!("{PAGE}?user_code={code}"),
        None => PAGE.to_owned(),
    }
}

fn form(
    page: &Page,
    signed_in: &SignedIn,
    typed: &str,
    status: StatusCode,
    problem: Option<UserCodeError>,
) -> HttpResponse {
    let view = ConnectDevice {
        layout: page.layout(),
        account: chip(&signed_in.user),
        user_code: typed.chars().take(MAX_SHOWN_CHARS).collect(),
        problem,
    };
    page.html(status, &view)
}

pub async fn post(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    let typed = text(&fields, "user_code")?;
    let signed_in = page.account_holder(PAGE).await?;
    let again = |status, problem| Ok(form(page, &signed_in, typed, status, Some(problem)));
    if typed.trim().is_empty() {
        return again(StatusCode::UNPROCESSABLE_ENTITY, UserCodeError::Missing);
    }
    let throttle = &page.context.limits.rate_limiter;
    let pass = match throttle
        .admit_user_code(signed_in.session.id, page.caller(), page.context.core.now())
        .await
    {
        Ok(pass) => pass,
        Err(consumed) => {
            page.record_limit(consumed);
            let retry_after = consumed.reset;
            let problem = UserCodeError::TooManyTries { retry_after };
            return again(StatusCode::TOO_MANY_REQUESTS, problem);
        }
    };
    let claimed = match UserCode::parse(typed) {
        Some(code) => device::claim(&page.context.core, &signed_in, &code).await,
        None => Err(FlowError::Rejected(InvalidUserCode)),
    };
    match claimed {
        Ok(id) => {
            throttle.forgive_failure(&pass).await;
            Ok(page.see_other(&confirm_address(&id)))
        }
        Err(FlowError::Rejected(InvalidUserCode)) => {
            again(StatusCode::UNPROCESSABLE_ENTITY, UserCodeError::Wrong)
        }
        Err(FlowError::Server(error)) => Err(error.into()),
    }
}

fn confirm_address(id: &DeviceRequestId) -> String {
    format!("{PAGE}/confirm?request={id}")
}

/// Asks for the user's decision, or shows it.
pub async fn confirm(page: &Page) -> Answer {
    let params = page.query()?;
    let (signed_in, claimed) = resume(page, &params).await?;
    if claimed.request.decided_at.is_some() {
        let view = DeviceDecided {
            layout: page.layout(),
            app_name: claimed.client.name.clone(),
            allowed: claimed.request.grant_id.is_some(),
            is_named: claimed.request.backchannel.is_some(),
        };
        return Ok(page.html(StatusCode::OK, &view));
    }
    question(page, &signed_in, &claimed).await
}

/// Returns the request that a URL or form names, for the session it is bound to, or a redirect to a
/// required page.
async fn resume(page: &Page, params: &Params) -> Result<(SignedIn, BoundDeviceRequest)> {
    let Some(id) = DeviceRequestId::parse(text(params, "request")?) else {
        page.account_holder(PAGE).await?;
        return Err(PageError::Redirect(PAGE.to_owned()));
    };
    // A message leads here: a user who must sign in first returns to the prompt.
    let place = confirm_address(&id);
    let signed_in = page.account_holder(&place).await?;
    let claimed = match ciba::find(&page.context, &signed_in, &id).await {
        Ok(claimed) => claimed,
        Err(FlowError::Rejected(InvalidUserCode)) => {
            let (status, problem) = (StatusCode::GONE, Some(UserCodeError::Wrong));
            let again = form(page, &signed_in, "", status, problem);
            return Err(PageError::Response(Box::new(again)));
        }
        Err(FlowError::Server(error)) => return Err(error.into()),
    };
    let elsewhere = match device::missing(&page.context, &signed_in, &claimed.client).await? {
        Some(RequiredAuthentication::SecondStep) => {
            let back = match claimed.request.backchannel {
                Some(_) => place,
                None => address(Some(&claimed.request.user_code)),
            };
            format!("/login/2fa?next={back}")
        }
        Some(RequiredAuthentication::Enrolment) => "/account/security/2fa".to_owned(),
        Some(RequiredAuthentication::Passkey) => "/account/security/passkeys".to_owned(),
        None => return Ok((signed_in, claimed)),
    };
    Err(PageError::Redirect(elsewhere))
}

async fn question(page: &Page, signed_in: &SignedIn, claimed: &BoundDeviceRequest) -> Answer {
    let BoundDeviceRequest { request, client } = claimed;
    let question = device::question(&page.context, claimed).await?;
    let layout = page.layout();
    let started = Started {
        at: request.created_at,
        ip: request.ip.clone(),
        place: page
            .context
            .delivery
            .geoip
            .describe(&request.ip, layout.lang),
    };
    let view = ConfirmDevice {
        layout,
        request: request.id.to_string(),
        shown: match &request.backchannel {
            Some(named) => ComparisonText::Message(named.binding_message.clone()),
            None => ComparisonText::Code(request.user_code.to_string()),
        },
        app_name: client.name.clone(),
        logo: logo(client).map(logo_path),
        account: chip(&signed_in.user),
        asked: requested_items(page, client, &question).await?,
        verified: client.registered_by.is_verified(),
        started,
        now: page.context.core.now(),
    };
    Ok(page.html(StatusCode::OK, &view))
}

pub async fn decide(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    let answer = parse_response(&fields)?;
    require_writable(page, &answer)?;
    let (signed_in, claimed) = resume(page, &fields).await?;
    match device::decide(&page.context, &claimed, &signed_in, &answer, page.caller()).await {
        // Already decided, perhaps by a double click: the page shows the result.
        Ok(()) | Err(FlowError::Rejected(InvalidUserCode)) => {
            Ok(page.see_other(&confirm_address(&claimed.request.id)))
        }
        Err(FlowError::Server(error)) => Err(ServerError::into(error)),
    }
}
