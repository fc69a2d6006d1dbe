//! `/account/security/2fa`: the user's second factor.

use doorward_accounts::second_factor::enrollment::{
    self, EnrollmentError, FirstCode as First, Overview,
};
use doorward_domain::credentials::recovery_code::RecoveryCode;
use doorward_domain::credentials::totp::TotpSecret;
use doorward_templates::qr::Qr;
use doorward_templates::two_factor::{FirstCodeProblem, TwoFactorNotice, TwoFactorState};
use doorward_templates::{RecoveryCodes, TwoFactor, TwoFactorSetUp};

use super::prelude::*;
use super::trusted_devices;
use super::trusted_devices::TWO_FACTOR;
use super::waiting_flow::{waiting_flow, within};

const SET_UP: &str = "/account/security/2fa/set-up";

pub(super) fn state(overview: &Overview) -> TwoFactorState {
    let factor = overview.factor.as_ref();
    TwoFactorState {
        since: factor.and_then(|factor| factor.confirmed_at),
        codes_left: overview.codes_left,
        codes_saved: factor.is_some_and(|factor| factor.codes_saved_at.is_some()),
    }
}

pub async fn get(page: &Page) -> Answer {
    let params = page.query()?;
    let flow = waiting_flow(&params);
    let (signed_in, factors) = page
        .signed_in_with_factors()
        .await?
        .ok_or_else(|| sign_in_again(&flow))?;
    let is_early = factors.due(&page.context.accounts).is_some();
    let overview = Overview::from(factors);
    let state = state(&overview);
    if state.since.is_some() && !flow.is_empty() {
        // Enrolled in the meantime, perhaps in another tab: the client's request continues.
        return Ok(page.see_other(&format!("/login?flow={flow}")));
    }
    let said = match text(&params, "done")? {
        "off" => Some(TwoFactorNotice::TurnedOff),
        "over" => Some(TwoFactorNotice::SetUpOver),
        "distrusted" => Some(TwoFactorNotice::Distrusted),
        "required" => Some(TwoFactorNotice::StaysRequired),
        _ => None,
    };
    // A client's request leads here if the client or the operator requires the factor, or before a
    // campaign does.
    let leads_here = !flow.is_empty() && !is_early;
    let demanded = (overview.is_required || leads_here) && state.since.is_none();
    let view = TwoFactor {
        layout: page.layout(),
        flow,
        state,
        is_required: overview.is_required,
        offers_passkey: page.context.accounts.passkeys.is_some(),
        trusted: trusted_devices::rows(page, &signed_in).await?,
        notice: said.or(demanded.then_some(TwoFactorNotice::Required)),
        now: page.context.core.now(),
    };
    Ok(page.html(StatusCode::OK, &view))
}

/// Redirects to the sign-in with the pending interaction, which is checked when it continues.
fn sign_in_again(flow: &str) -> PageError {
    PageError::Redirect(format!("/login?next={}", within(TWO_FACTOR, flow)))
}

fn change_error(error: FlowError<EnrollmentError>, flow: &str) -> PageError {
    PageError::Redirect(match error {
        FlowError::Server(error) => return error.into(),
        FlowError::Rejected(EnrollmentError::NotFresh) => return sign_in_again(flow),
        FlowError::Rejected(EnrollmentError::AlreadySetUp) => within(TWO_FACTOR, flow),
        FlowError::Rejected(EnrollmentError::Required) => format!("{TWO_FACTOR}?done=required"),
        FlowError::Rejected(
            EnrollmentError::NotSetUp | EnrollmentError::WrongCode | EnrollmentError::Wait(_),
        ) => format!("{TWO_FACTOR}?done=over"),
    })
}

/// Returns the fields of a form of these pages with the signed-in user.
async fn read_form(page: &Page, payload: Payload) -> Result<(Params, String, SignedIn)> {
    let fields = page.form(payload).await?;
    let flow = waiting_flow(&fields);
    let signed_in = page.signed_in().await?;
    let signed_in = signed_in.ok_or_else(|| sign_in_again(&flow))?;
    Ok((fields, flow, signed_in))
}

pub async fn start(page: &Page, payload: Payload) -> Answer {
    let (_, flow, signed_in) = read_form(page, payload).await?;
    enrollment::start(&page.context, &signed_in)
        .await
        .map_err(|error| change_error(error, &flow))?;
    Ok(page.see_other(&within(SET_UP, &flow)))
}

/// `GET …/set-up`: shows the secret until its first code.
pub async fn set_up(page: &Page) -> Answer {
    let flow = waiting_flow(&page.query()?);
    let (signed_in, factors) = page
        .signed_in_with_factors()
        .await?
        .ok_or_else(|| sign_in_again(&flow))?;
    let shown = enrollment::pending_secret(&page.context, &signed_in, factors);
    scan(page, &signed_in, &flow, shown, None)
}

/// Shows the pending secret, if there is one.
fn scan(
    page: &Page,
    signed_in: &SignedIn,
    flow: &str,
    proposed: Result<TotpSecret, FlowError<EnrollmentError>>,
    problem: Option<FirstCodeProblem>,
) -> Answer {
    let secret = proposed.map_err(|error| change_error(error, flow))?;
    let status = match problem {
        None => StatusCode::OK,
        Some(FirstCodeProblem::Missing) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(FirstCodeProblem::Wrong) => StatusCode::UNAUTHORIZED,
    };
    let mut layout = page.layout();
    layout.return_to = within(SET_UP, flow);
    let view = TwoFactorSetUp {
        layout,
        flow: flow.to_owned(),
        qr: draw(page, signed_in, &secret)?,
        key: secret.to_groups().to_string(),
        problem,
    };
    Ok(page.html(status, &view))
}

fn draw(page: &Page, signed_in: &SignedIn, secret: &TotpSecret) -> Result<Qr, ServerError> {
    let uri = secret.uri(
        &page.context.core.config.branding.name,
        signed_in.user.login_identifier(),
    );
    Qr::draw(&uri).ok_or_else(|| ServerError::Internal("the otpauth URI is too long".to_owned()))
}

/// `POST …/confirm`: verifies the first code, which activates the factor.
pub async fn confirm(page: &Page, payload: Payload) -> Answer {
    let (fields, flow, signed_in) = read_form(page, payload).await?;
    let code = text(&fields, "code")?;
    if code.trim().is_empty() {
        return scan_again(page, &signed_in, &flow, FirstCodeProblem::Missing).await;
    }
    let ends_others = !text(&fields, "end_others")?.is_empty();
    let first = First {
        code,
        ends_others,
        grant: None,
    };
    match enrollment::confirm(&page.context, &signed_in, first, page.caller()).await {
        Ok(confirmed) => {
            let response = show_codes(page, &flow, &confirmed.codes, true);
            Ok(with_session(page, response, &confirmed.session))
        }
        Err(FlowError::Rejected(EnrollmentError::Wait(budget))) => Err(page.too_many(budget)),
        Err(FlowError::Rejected(EnrollmentError::WrongCode)) => {
            scan_again(page, &signed_in, &flow, FirstCodeProblem::Wrong).await
        }
        Err(error) => Err(change_error(error, &flow)),
    }
}

async fn scan_again(
    page: &Page,
    signed_in: &SignedIn,
    flow: &str,
    problem: FirstCodeProblem,
) -> Answer {
    let proposed = enrollment::proposed(&page.context, signed_in).await;
    scan(page, signed_in, flow, proposed, Some(problem))
}

/// Shows the codes once: the response is not stored, and a reload shows the state.
fn show_codes(page: &Page, flow: &str, codes: &[RecoveryCode], is_new: bool) -> HttpResponse {
    let mut layout = page.layout();
    layout.return_to = within(TWO_FACTOR, flow);
    let view = RecoveryCodes {
        layout,
        flow: flow.to_owned(),
        codes: codes.iter().map(RecoveryCode::to_groups).collect(),
        is_new,
    };
    page.html(StatusCode::OK, &view)
}

pub async fn codes(page: &Page, payload: Payload) -> Answer {
    let (_, flow, signed_in) = read_form(page, payload).await?;
    let codes = enrollment::regenerate(&page.context, &signed_in, page.caller())
        .await
        .map_err(|error| change_error(error, &flow))?;
    Ok(show_codes(page, &flow, &codes, false))
}

/// `POST …/saved`: records that the codes were saved and continues a pending interaction.
pub async fn saved(page: &Page, payload: Payload) -> Answer {
    let (fields, flow, signed_in) = read_form(page, payload).await?;
    if !text(&fields, "saved")?.is_empty() {
        enrollment::codes_are_saved(&page.context.core, &signed_in).await?;
    }
    Ok(page.see_other(&within(TWO_FACTOR, &flow)))
}

pub async fn off(page: &Page, payload: Payload) -> Answer {
    let (fields, flow, signed_in) = read_form(page, payload).await?;
    let ends_others = !text(&fields, "end_others")?.is_empty();
    let session = enrollment::disable(&page.context, &signed_in, ends_others, page.caller())
        .await
        .map_err(|error| change_error(error, &flow))?;
    let response = page.see_other(&format!("{TWO_FACTOR}?done=off"));
    Ok(with_session(page, response, &session))
}
