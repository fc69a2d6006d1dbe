//! `POST /api/auth/login` and `POST /api/auth/login/mfa`.

use actix_web::http::header::RETRY_AFTER;
use doorward_accounts::login::{admit as admit_sign_in, expect_room};
use doorward_accounts::second_factor::verification as second_step;
use doorward_domain::model::{EmailPurpose, UserId};
use doorward_first_party::sign_in::{self, Credentials, PendingSignInHandle, SignInError};
use doorward_rules::email_link;
use doorward_services::denial_log::NOT_MEMBER;
use doorward_web::allowance;
use doorward_web::api::bearer::email_not_verified;
use doorward_web::organization::{self, OrganizationConflict};

use super::client::{ClientIdParam, client_body, first_party};
use super::fields::required;
use super::password::admit;
use super::register::nothing;
use super::tokens::{RefreshTokenPlacement, Tokens, signed_in_by};
use crate::prelude::*;

client_body! {
    /// The credentials of a sign-in.
    pub struct Login {
        /// User name, or the e-mail address.
        #[schema(example = "alice")]
        username: Option<String>,
        /// E-mail address, in place of `username`.
        email: Option<String>,
        /// Password.
        #[serde(default = "nothing")]
        #[schema(value_type = String, required = true, format = Password)]
        password: Secret<String>,
        /// Code of the second factor, if the client requests it immediately: of the authenticator app,
        /// or a recovery code.
        #[schema(value_type = Option<String>)]
        code: Option<Secret<String>>,
        /// Slug of the organization that the user acts for; alternatives are `X-Tenant-ID` and the
        /// organization's own host.
        organization: Option<String>,
        /// `device` of the client's last sign-in on this device. With it, a lockout caused by wrong
        /// passwords of others does not apply here.
        device: Option<String>,
    }
}

impl Login {
    fn check(&self) -> Result<&str, Problem> {
        let mut errors = Vec::new();
        let identifier = match (&self.username, &self.email) {
            (Some(_), Some(_)) => {
                let detail = "Send username or email, not both.";
                errors.push(FieldError::member("email", "repeated", detail));
                ""
            }
            (Some(entry), None) | (None, Some(entry)) if !entry.trim().is_empty() => entry,
            _ => {
                errors.push(required("username"));
                ""
            }
        };
        if self.password.expose().is_empty() {
            errors.push(required("password"));
        }
        if errors.is_empty() {
            Ok(identifier)
        } else {
            Err(Problem::invalid(errors))
        }
    }
}

/// Sign in
///
/// If a second factor is required, the response is a problem of type `mfa-required` with an
/// `mfa_token`.
#[utoipa::path(
    params(
        ClientIdParam,
        ("cookie" = Option<bool>, Query, description = "True to set the refresh token as a cookie")
    ),
    responses((status = 200, description = "The user is signed in", body = Tokens))
)]
#[post("/auth/login")]
pub(super) async fn login(call: ApiRequest, body: Json<Login>) -> Answer {
    let query = call.query(&["client_id", "cookie"])?;
    let placement = RefreshTokenPlacement::parse(&call, &query)?;
    let Json(body) = body;
    let identifier = body.check()?.to_owned();
    expect_room(&call.context.accounts)?;
    let client = first_party(&call, &query, &body).await?;
    let call = call.of_app(&client, body.device.as_deref());
    let device = call.caller.device.as_ref();
    let pass = admit_sign_in(&call.context, &identifier, device, None, &call.caller);
    let pass = pass.await.map_err(|error| error.map(Problem::too_many))?;
    let budget = pass.budget;
    let credentials = Credentials {
        pass,
        identifier,
        password: body.password,
        code: body.code,
        organization: organization(&call, body.organization)?,
    };
    let signing_in = sign_in::with_password(&call.context, &client, credentials, &call.caller);
    let tokens = Box::pin(signing_in).await.map_err(|error| {
        Problem::from(error.map(|error| to_problem(&call, error))).with_budget(budget)
    })?;
    let mut response = signed_in_by(&call, StatusCode::OK, placement, tokens);
    allowance::from_status(&budget).insert(response.headers_mut());
    Ok(response)
}

client_body! {
    /// The second factor of a sign-in.
    pub struct SecondStep {
        /// Value of `mfa_token` in the problem that requested the code.
        mfa_token: String,
        /// Code of the authenticator app, or a recovery code.
        #[schema(value_type = String, example = "123456")]
        code: Secret<String>,
        /// Slug of the organization that the user acts for; alternatives are `X-Tenant-ID` and the
        /// organization's own host.
        organization: Option<String>,
        /// `device` of the client's last sign-in on this device. With it, a lockout caused by wrong
        /// passwords of others does not apply here.
        device: Option<String>,
    }
}

/// Complete a sign-in with the second factor
#[utoipa::path(
    params(
        ClientIdParam,
        ("cookie" = Option<bool>, Query, description = "True to set the refresh token as a cookie")
    ),
    responses((status = 200, description = "The user is signed in", body = Tokens))
)]
#[post("/auth/login/mfa")]
pub(super) async fn login_mfa(call: ApiRequest, body: Json<SecondStep>) -> Answer {
    let query = call.query(&["client_id", "cookie"])?;
    let placement = RefreshTokenPlacement::parse(&call, &query)?;
    let Json(body) = body;
    let client = first_party(&call, &query, &body).await?;
    let call = call.of_app(&client, body.device.as_deref());
    admit(&call).await?;
    let waiting = PendingSignInHandle::parse(&body.mfa_token).ok_or_else(expired)?;
    let step = sign_in::SecondStep {
        waiting,
        code: body.code,
        organization: organization(&call, body.organization)?,
    };
    let tokens = sign_in::with_code(&call.context, &client, step, &call.caller)
        .await
        .map_err(|error| error.map(|error| to_problem(&call, error)))?;
    Ok(signed_in_by(&call, StatusCode::OK, placement, tokens))
}

/// Returns the organization named by the body, the header or the host.
fn organization(call: &ApiRequest, in_body: Option<String>) -> Result<Option<String>, Problem> {
    organization::named(call.request(), in_body).map_err(|unclear| match unclear {
        OrganizationConflict::Unreadable => Problem::malformed("X-Tenant-ID cannot be read."),
        OrganizationConflict::Different => {
            let detail = "The body, X-Tenant-ID and the host specify different organizations.";
            let error = FieldError::member("organization", "repeated", detail);
            Problem::invalid(vec![error])
        }
    })
}

/// Returns a 401 problem with a challenge (RFC 9110 §11.6.1).
fn unauthorized(kind: Kind, detail: &'static str) -> Problem {
    let challenge = Challenge::bearer().realm("doorward").to_string();
    Problem::new(kind, detail).with_challenge(&challenge)
}

fn rejected(because: &str) -> Problem {
    unauthorized(
        Kind::SignInRejected,
        "The name or the password is wrong, or the account cannot sign in.",
    )
    .knowing(DenialDetails {
        because: Some(because.to_owned()),
        ..DenialDetails::default()
    })
}

fn expired() -> Problem {
    unauthorized(
        Kind::SignInOver,
        "It is unknown, expired, finished, or had too many attempts. Start again with the password.",
    )
}

fn to_problem(call: &ApiRequest, error: SignInError) -> Problem {
    match error {
        SignInError::Rejected => rejected(
            "the name is unknown, the password is wrong, or the account is locked or disabled: see login.failed in the audit log",
        ),
        SignInError::Closed => rejected(
            "the password was right, and the account or the client was disabled just now",
        ),
        SignInError::SecondStep(waiting) => unauthorized(
            Kind::MfaRequired,
            "Send the code with this mfa_token to /api/auth/login/mfa.",
        )
        .with("error", "mfa_required")
        .with("mfa_token", waiting.to_token())
        .with("expires_in", PendingSignInHandle::TTL),
        SignInError::TemporaryPassword(token) => Problem::new(
            Kind::PasswordChangeRequired,
            "Send a new password with this token to /api/auth/password/reset/confirm, then sign in.",
        )
        .with("error", "password_change_required")
        .with("token", token.expose())
        .with("expires_in", email_link::ttl(EmailPurpose::Replace)),
        SignInError::Code(why, again) => code_problem(why, again.as_ref()),
        SignInError::EmailNotVerified(user) => email_not_verified().knowing(of_user(user)),
        SignInError::NotMember { user, organization } => Problem::new(
            Kind::PermissionDenied,
            "The user is not a member of that organization.",
        )
        .knowing(DenialDetails {
            because: Some(NOT_MEMBER.to_owned()),
            actor: Some(user.to_string()),
            org: Some(organization),
            ..DenialDetails::default()
        }),
        SignInError::FactorDue(user) => {
            let place = format!("{}/account/security/2fa", call.context.core.issuer());
            let detail = format!("Enroll an authenticator app at {place}, then sign in here.");
            Problem::new(Kind::SecondFactorRequired, detail)
                .with("error", "second_factor_required")
                .with("set_up_uri", place)
                .knowing(of_user(user))
        }
    }
}

/// Returns the user for the record of a denial, who has proved the password.
fn of_user(user: UserId) -> DenialDetails {
    DenialDetails {
        actor: Some(user.to_string()),
        ..DenialDetails::default()
    }
}

fn code_problem(
    why: second_step::SecondFactorError,
    again: Option<&PendingSignInHandle>,
) -> Problem {
    use second_step::SecondFactorError as Why;
    let problem = match why {
        Why::Over | Why::Finished | Why::OtherBrowser => expired(),
        Why::Wrong { .. } | Why::ChangedPasskey => {
            let error = FieldError::member("code", "wrong", "Wait for the next code.");
            unauthorized(
                Kind::WrongCode,
                "Send another code with the same mfa_token.",
            )
            .with_errors(vec![error])
        }
        Why::Wait { seconds } => {
            let detail = format!("Too many wrong codes. Wait {seconds} seconds.");
            Problem::new(Kind::TooManyRequests, detail)
                .with_header(RETRY_AFTER, &seconds.to_string())
        }
        Why::Locked => Problem::new(
            Kind::SecondFactorLocked,
            "Codes of the authenticator app are no longer accepted. Use a recovery code.",
        ),
    };
    match again {
        Some(waiting) => problem.with("mfa_token", waiting.to_token()),
        None => problem,
    }
}
