//! `/api/auth/2fa/…`: the authenticator app and the recovery codes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_accounts::second_factor::enrollment::{self, EnrollmentError, Overview};
use doorward_domain::credentials::recovery_code::RecoveryCode;
use doorward_services::error::ServerError;
use doorward_templates::qr::Qr;

use super::password::admit;
use crate::prelude::*;

fn to_problem(error: EnrollmentError) -> Problem {
    match error {
        EnrollmentError::NotFresh => reauthenticate(),
        EnrollmentError::AlreadySetUp => Problem::new(
            Kind::SecondFactorExists,
            "Disable it first to enroll another one.",
        ),
        EnrollmentError::NotSetUp => Problem::new(
            Kind::SecondFactorMissing,
            "Start with /api/auth/2fa/setup; its secret is valid for 30 minutes.",
        ),
        EnrollmentError::WrongCode => {
            let detail = "The code does not match the secret. Check the device's clock.";
            Problem::invalid(vec![FieldError::member("code", "wrong", detail)])
        }
        EnrollmentError::Wait(budget) => Problem::too_many(budget),
        EnrollmentError::Required => Problem::new(
            Kind::SecondFactorRequired,
            "The operator requires a second factor for this account.",
        ),
    }
}

view! {
    /// The state of the user's second factor.
    SecondFactorState(seen: &Overview) {
        /// True if sign-ins require a code.
        enabled: bool = seen.factor.is_some();
        /// True if the operator requires a second factor.
        required: bool = seen.is_required;
        /// Number of unused recovery codes.
        recovery_codes_left: u64 = seen.codes_left;
    }
}

/// Read the state of the second factor
#[utoipa::path(
    responses((status = 200, description = "State of the second factor", body = SecondFactorState)),
    security(("bearer" = []))
)]
#[get("/auth/2fa")]
pub(super) async fn second_factor(bearer: Bearer) -> Answer {
    let seen =
        enrollment::overview(&bearer.call.context.core, &bearer.authenticated.signed_in).await?;
    Ok(HttpResponse::Ok().json(SecondFactorState::new(&seen)))
}

/// A secret that awaits its first code.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecondFactorSetup {
    /// Secret in base32, to be typed.
    secret: String,
    /// Secret as a URI, for a QR code.
    #[schema(example = "otpauth://totp/Doorward:alice?secret=…&issuer=Doorward")]
    otpauth_uri: String,
    /// QR code of the URI, as a data URL with an SVG image.
    #[schema(example = "data:image/svg+xml;base64,…")]
    qr_svg: String,
}

/// Start the enrollment of an authenticator app
///
/// It takes effect when the first code is sent to `/api/auth/2fa/verify`. Requires a sign-in within
/// the last 15 minutes.
#[utoipa::path(
    responses((status = 200, description = "The secret, shown only once", body = SecondFactorSetup)),
    security(("bearer" = []))
)]
#[post("/auth/2fa/setup")]
pub(super) async fn second_factor_setup(bearer: Bearer) -> Answer {
    let (context, signed_in) = (&bearer.call.context, &bearer.authenticated.signed_in);
    enrollment::start(context, signed_in)
        .await
        .map_err(|error| error.map(to_problem))?;
    let secret = enrollment::proposed(context, signed_in)
        .await
        .map_err(|error| error.map(to_problem))?;
    let account = signed_in.user.login_identifier();
    let uri = secret.uri(&context.core.config.branding.name, account);
    let qr = Qr::draw(&uri)
        .ok_or_else(|| ServerError::Internal("the otpauth URI is too long".to_owned()))?;
    let qr_svg = STANDARD.encode(qr.to_svg());
    Ok(HttpResponse::Ok().json(SecondFactorSetup {
        secret: secret.to_groups().replace(' ', ""),
        otpauth_uri: uri.to_string(),
        qr_svg: format!("data:image/svg+xml;base64,{qr_svg}"),
    }))
}

/// The first code of a new secret.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstCode {
    /// Current code of the authenticator app.
    #[schema(value_type = String, example = "123456")]
    code: Secret<String>,
}

view! {
    /// Recovery codes, shown only once.
    RecoveryCodes(codes: &[RecoveryCode]) {
        /// Codes, each valid once in place of an authenticator app code.
        recovery_codes: Vec<String> = codes.iter().map(RecoveryCode::to_groups).collect();
    }
}

/// Confirm the authenticator app with its first code
///
/// From then on sign-ins require a code. Every other session ends. Tokens issued before keep their
/// authentication claims; those of the next refresh include the code.
#[utoipa::path(
    responses((status = 200, description = "Recovery codes, shown only once", body = RecoveryCodes)),
    security(("bearer" = []))
)]
#[post("/auth/2fa/verify")]
pub(super) async fn second_factor_verify(bearer: Bearer, body: Json<FirstCode>) -> Answer {
    let (call, signed_in) = (&bearer.call, &bearer.authenticated.signed_in);
    admit(call).await?;
    let first = enrollment::FirstCode {
        code: body.code.expose(),
        ends_others: true,
        grant: Some(bearer.authenticated.grant.id),
    };
    let confirmed = enrollment::confirm(&call.context, signed_in, first, &call.caller)
        .await
        .map_err(|error| error.map(to_problem))?;
    Ok(HttpResponse::Ok().json(RecoveryCodes::new(&confirmed.codes)))
}

/// Disable the second factor
///
/// Requires a sign-in with the second factor within the last 15 minutes. Every other session ends.
#[utoipa::path(
    responses((status = 204, description = "The second factor was disabled")),
    security(("bearer" = []))
)]
#[post("/auth/2fa/disable")]
pub(super) async fn second_factor_disable(bearer: Bearer) -> Answer {
    let (call, signed_in) = (&bearer.call, &bearer.authenticated.signed_in);
    enrollment::disable(&call.context, signed_in, true, &call.caller)
        .await
        .map_err(|error| error.map(to_problem))?;
    Ok(HttpResponse::NoContent().finish())
}

/// Create new recovery codes
///
/// The former codes become invalid. Requires a sign-in with the second factor within the last 15
/// minutes.
#[utoipa::path(
    responses((status = 200, description = "Recovery codes, shown only once", body = RecoveryCodes)),
    security(("bearer" = []))
)]
#[post("/auth/2fa/recovery-codes")]
pub(super) async fn recovery_codes(bearer: Bearer) -> Answer {
    let (call, signed_in) = (&bearer.call, &bearer.authenticated.signed_in);
    let codes = enrollment::regenerate(&call.context, signed_in, &call.caller)
        .await
        .map_err(|error| error.map(to_problem))?;
    Ok(HttpResponse::Ok().json(RecoveryCodes::new(&codes)))
}
