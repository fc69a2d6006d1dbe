//! `GET|POST /login/2fa`: the code of the second factor.

use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use doorward_accounts::second_factor::pending;
use doorward_accounts::second_factor::verification::{
    self, FactorAnswer, FactorProof, SecondFactorError,
};
use doorward_accounts::trusted_device;
use doorward_domain::model::{AttemptId, FirstFactor, PendingSignIn};
use doorward_oauth::authorize::types::Outcome;
use doorward_rules::next_step::NextStep;
use doorward_templates::SecondStep;
use doorward_templates::second_factor::{CodeSource, SecondFactorFieldError};

use super::prelude::*;
use super::sign_in_response::with_trust;
use super::verify_email::with_flow;
use super::waiting_flow::{waiting_flow, within};

/// Returns the URL of a pending sign-in's page. It names the interaction, which an expired sign-in
/// leads back to.
pub(super) fn address(attempt: &AttemptId, flow: Option<&InteractionId>) -> String {
    with_flow(&format!("/login/2fa?attempt={attempt}"), flow)
}

/// Shows the form of a pending sign-in, or starts one for a signed-in user who needs a stronger
/// session.
pub async fn get(page: &Page) -> Answer {
    let params = page.query()?;
    if !text(&params, "attempt")?.is_empty() {
        let (pending, resumed) = waiting(page, &params).await?;
        let way = CodeSource::parse(text(&params, "way")?);
        let requested = FormContext {
            pending: &pending,
            resumed: resumed.as_ref(),
            way,
        };
        return form(page, &requested, StatusCode::OK, None).await;
    }
    let Some(signed_in) = page.session().await? else {
        let flow = waiting_flow(&params);
        return Ok(page.see_other(&within("/login", &flow)));
    };
    match page.interaction(&params).await? {
        Some(resumed) => step_up_for_app(page, resumed, &signed_in).await,
        None => step_up_for_account(page, &params, &signed_in).await,
    }
}

/// Starts a step-up required by a client.
async fn step_up_for_app(page: &Page, resumed: ActiveInteraction, signed_in: &SignedIn) -> Answer {
    let browser = page.browser(Some(signed_in));
    let outcome =
        interaction::proceed(&page.context, resumed.clone(), &browser, page.caller()).await?;
    let Outcome::Step(_, NextStep::SecondFactor) = &outcome else {
        return Ok(go_on(page, &outcome));
    };
    let interaction = Some(&resumed.interaction);
    let core = &page.context.core;
    let id = pending::step_up(core, signed_in, browser.hash, interaction, None).await?;
    Ok(page.see_other(&address(&id, Some(&resumed.interaction.id))))
}

/// Starts a step-up required by an account page.
async fn step_up_for_account(page: &Page, params: &Params, signed_in: &SignedIn) -> Answer {
    let next = account_path(text(params, "next")?);
    let core = &page.context.core;
    if !factors::status(&page.context, signed_in).await?.enrolled {
        return Ok(page.see_other(next.as_deref().unwrap_or("/account")));
    }
    let browser = page.browser(Some(signed_in)).hash;
    let id = pending::step_up(core, signed_in, browser, None, next.as_deref()).await?;
    Ok(page.see_other(&address(&id, None)))
}

/// Returns the pending sign-in that a page or form names, with its interaction, if that has not
/// ended.
async fn waiting(
    page: &Page,
    params: &Params,
) -> Result<(PendingSignIn, Option<ActiveInteraction>)> {
    page.record_flow(InteractionId::parse(text(params, "flow")?).as_ref());
    let id = AttemptId::parse(text(params, "attempt")?).ok_or(ErrorKind::FlowExpired)?;
    let browser = page.browser(None).hash;
    let pending = verification::find(&page.context.core, &id, &browser).await?;
    let resumed = match &pending.interaction_id {
        Some(id) => Some(page.resume(id).await?),
        None => None,
    };
    Ok((pending, resumed))
}

struct FormContext<'a> {
    pending: &'a PendingSignIn,
    resumed: Option<&'a ActiveInteraction>,
    way: CodeSource,
}

async fn form(
    page: &Page,
    requested: &FormContext<'_>,
    status: StatusCode,
    problem: Option<SecondFactorFieldError>,
) -> Answer {
    let FormContext {
        pending,
        resumed,
        way,
    } = *requested;
    let ways = verification::methods(&page.context, pending).await?;
    let mut layout = page.layout();
    let flow = pending.interaction_id.as_ref();
    layout.return_to = format!("{}&way={}", address(&pending.id, flow), way.as_str());
    let view = SecondStep {
        layout,
        flow: flow_text(flow),
        attempt: pending.id.to_string(),
        app_name: resumed.map(|resumed| resumed.client.name.clone()),
        way,
        // A user without any factor left is asked for a code, and must sign in again.
        has_app: ways.app || ways.passkey.is_none(),
        passkey: ways.passkey.map(convert::prompt),
        trust_days: trusted_device::days(&page.context.core)
            .filter(|_| pending.first == FirstFactor::Password && way == CodeSource::App),
        problem,
    };
    Ok(page.html(status, &view))
}

pub async fn post(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    mail_link::admit(page).await?;
    let (pending, resumed) = waiting(page, &fields).await?;
    let way = CodeSource::parse(text(&fields, "way")?);
    let code = text(&fields, "code")?;
    let requested = FormContext {
        pending: &pending,
        resumed: resumed.as_ref(),
        way,
    };
    let again = async |status, problem| form(page, &requested, status, Some(problem)).await;
    let by_passkey = !text(&fields, "credential")?.is_empty();
    if code.trim().is_empty() && !by_passkey {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return again(status, SecondFactorFieldError::Missing).await;
    }
    let answer = FactorAnswer {
        attempt: pending.id.clone(),
        browser: page.browser(None).hash,
        proof: if by_passkey {
            FactorProof::Passkey(convert::presented(&fields)?)
        } else {
            FactorProof::Code(Secret::from(code))
        },
        before: page.session().await?,
        trust: !text(&fields, "trust")?.is_empty(),
    };
    let completed = match verification::submit(&page.context, &answer, page.caller()).await {
        Ok(completed) => completed,
        Err(FlowError::Rejected(SecondFactorError::Wrong { tries })) => {
            let check_clock = tries > 1;
            let problem = if by_passkey {
                SecondFactorFieldError::Passkey
            } else {
                SecondFactorFieldError::Wrong { check_clock }
            };
            return again(StatusCode::UNAUTHORIZED, problem).await;
        }
        Err(FlowError::Rejected(SecondFactorError::ChangedPasskey)) => {
            let problem = SecondFactorFieldError::ChangedPasskey;
            return again(StatusCode::UNAUTHORIZED, problem).await;
        }
        Err(FlowError::Rejected(SecondFactorError::Wait { seconds })) => {
            let problem = SecondFactorFieldError::Wait { seconds };
            let mut response = again(StatusCode::TOO_MANY_REQUESTS, problem).await?;
            let headers = response.headers_mut();
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
            return Ok(response);
        }
        Err(FlowError::Rejected(SecondFactorError::Locked)) => {
            return again(StatusCode::FORBIDDEN, SecondFactorFieldError::Locked).await;
        }
        Err(error) => return Err(error.into()),
    };
    let trusted = completed.trusted;
    let response = match &completed.pending.next {
        Some(next) if resumed.is_none() => {
            with_session(page, page.see_other(next), &completed.session)
        }
        _ => after_sign_in(page, resumed, completed.session).await?,
    };
    Ok(match trusted {
        Some(token) => with_trust(page, response, token),
        None => response,
    })
}
