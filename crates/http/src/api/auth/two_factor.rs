//! `/api/auth/2fa/…`: the authenticator app and the recovery codes.

use actix_web::{HttpResponse, get, post};
use doorward_domain::credentials::recovery_code::RecoveryCode;
use doorward_domain::secret::Secret;
use doorward_services::error::FlowError;
use doorward_services::second_factor::enrollment::{self, EnrollmentError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::password::admit;
use crate::api::Endpoints;
use crate::api::bearer::reauthenticate;
use crate::api::{Bearer, Body, FieldError, Kind, Problem};

/// Registers the endpoints.
pub(super) fn configure(config: &mut impl Endpoints) {
    config
        .service(overview)
        .service(start)
        .service(verify)
        .service(disable)
        .service(recovery_codes);
}

fn refusal(error: FlowError<EnrollmentError>) -> Problem {
    let refusal = match error {
        FlowError::Server(fault) => return fault.into(),
        FlowError::Rejected(refusal) => refusal,
    };
    match refusal {
        EnrollmentError::NotFresh => reauthenticate(),
        EnrollmentError::AlreadySetUp => Problem::new(
            Kind::SecondFactorExists,
            "Switch it off first to set up another one.",
        ),
        EnrollmentError::NotSetUp => Problem::new(
            Kind::SecondFactorMissing,
            "Begin with /api/auth/2fa/setup; its secret waits for 30 minutes.",
        ),
        EnrollmentError::WrongCode => {
            let detail = "This is not the present code of that secret. Check the device's clock.";
            Problem::invalid(vec![FieldError::member("code", "wrong", detail)])
        }
        EnrollmentError::Wait(budget) => Problem::too_many(budget),
        EnrollmentError::Required => Problem::new(
            Kind::SecondFactorRequired,
            "The operator demands a second factor of this account.",
        ),
    }
}

/// How the person stands to the second factor.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecondFactorState {
    /// Whether sign-ins ask for a code.
    enabled: bool,
    /// Whether the operator demands it.
    required: bool,
    /// Recovery codes that were not used yet.
    recovery_codes_left: u64,
}

/// Read how the second factor stands
#[utoipa::path(
    operation_id = "second_factor",
    tag = "auth",
    responses((status = 200, description = "How it stands", body = SecondFactorState)),
    security(("bearer" = []))
)]
#[get("/auth/2fa")]
async fn overview(bearer: Bearer) -> Result<HttpResponse, Problem> {
    let seen = enrollment::overview(&bearer.call.state, &bearer.authenticated.who).await?;
    Ok(HttpResponse::Ok().json(SecondFactorState {
        enabled: seen.factor.is_some(),
        required: seen.is_required,
        recovery_codes_left: seen.codes_left,
    }))
}

/// A secret that waits for its first code.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecondFactorSetup {
    /// The secret in base32, for typing.
    secret: String,
    /// The same for a QR code.
    #[schema(example = "otpauth://totp/Doorward:alice?secret=…&issuer=Doorward")]
    otpauth_uri: String,
}

/// Begin to set up an authenticator app
///
/// Nothing is in force before its first code was sent to `/api/auth/2fa/verify`. The last sign-in
/// has to be at most 15 minutes old.
#[utoipa::path(
    operation_id = "second_factor_setup",
    tag = "auth",
    responses((status = 200, description = "The secret, to be shown this once", body = SecondFactorSetup)),
    security(("bearer" = []))
)]
#[post("/auth/2fa/setup")]
async fn start(bearer: Bearer) -> Result<HttpResponse, Problem> {
    let (state, who) = (&bearer.call.state, &bearer.authenticated.who);
    enrollment::start(state, who).await.map_err(refusal)?;
    let secret = enrollment::proposed(state, who).await.map_err(refusal)?;
    let uri = secret.uri(&state.config.branding.name, &who.user.username);
    Ok(HttpResponse::Ok().json(SecondFactorSetup {
        secret: secret.to_groups().replace(' ', ""),
        otpauth_uri: uri.to_string(),
    }))
}

/// The first code of a new secret.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstCode {
    /// The present code of the authenticator app.
    #[schema(value_type = String, example = "123456")]
    code: Secret<String>,
}

/// Recovery codes, shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveryCodes {
    /// Each is good once, instead of a code of the app.
    recovery_codes: Vec<String>,
}

fn shown(codes: &[RecoveryCode]) -> HttpResponse {
    HttpResponse::Ok().json(RecoveryCodes {
        recovery_codes: codes.iter().map(RecoveryCode::to_groups).collect(),
    })
}

/// Confirm the authenticator app by its first code
///
/// From now on sign-ins ask for a code. Every other session ends. Tokens that were issued before say
/// what was proved before; those of the next refresh say that the code was proved too.
#[utoipa::path(
    operation_id = "second_factor_verify",
    tag = "auth",
    request_body = FirstCode,
    responses((status = 200, description = "Recovery codes, shown this once", body = RecoveryCodes)),
    security(("bearer" = []))
)]
#[post("/auth/2fa/verify")]
async fn verify(bearer: Bearer, body: Body<FirstCode>) -> Result<HttpResponse, Problem> {
    let (call, who) = (&bearer.call, &bearer.authenticated.who);
    admit(call).await?;
    let first = enrollment::FirstCode {
        code: body.code.expose(),
        ends_others: true,
        grant: Some(bearer.authenticated.grant.id),
    };
    let confirmed = enrollment::confirm(&call.state, who, first, &call.caller).await;
    Ok(shown(&confirmed.map_err(refusal)?.codes))
}

/// Switch the second factor off
///
/// The last sign-in, with the second factor, has to be at most 15 minutes old. Every other session
/// ends.
#[utoipa::path(
    operation_id = "second_factor_disable",
    tag = "auth",
    responses((status = 204, description = "Sign-ins ask for no code any more")),
    security(("bearer" = []))
)]
#[post("/auth/2fa/disable")]
async fn disable(bearer: Bearer) -> Result<HttpResponse, Problem> {
    let (call, who) = (&bearer.call, &bearer.authenticated.who);
    let done = enrollment::disable(&call.state, who, true, &call.caller).await;
    done.map_err(refusal)?;
    Ok(HttpResponse::NoContent().finish())
}

/// Make new recovery codes
///
/// The former ones are dead. The last sign-in, with the second factor, has to be at most 15 minutes
/// old.
#[utoipa::path(
    operation_id = "recovery_codes",
    tag = "auth",
    responses((status = 200, description = "Recovery codes, shown this once", body = RecoveryCodes)),
    security(("bearer" = []))
)]
#[post("/auth/2fa/recovery-codes")]
async fn recovery_codes(bearer: Bearer) -> Result<HttpResponse, Problem> {
    let (call, who) = (&bearer.call, &bearer.authenticated.who);
    let codes = enrollment::regenerate(&call.state, who, &call.caller).await;
    Ok(shown(&codes.map_err(refusal)?))
}
