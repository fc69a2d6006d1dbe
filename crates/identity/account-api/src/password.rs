//! `/api/auth/password/…`: password change, and password reset by mail.

use doorward_accounts::new_password::NewPassword;
use doorward_accounts::password::{self, Change, ChangePasswordError};
use doorward_accounts::password_reset::{self as reset, ResetPasswordError};
use doorward_services::factors;
use doorward_web::api::problem::no_mail;

use super::client::{ClientCredentials, ClientIdParam, any_first_party, client_body};
use super::fields::{self, required};
use super::register::nothing;
use super::tokens::known;
use crate::prelude::*;

/// A new password, with the current one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// Current password.
    #[serde(default = "nothing", alias = "old_password")]
    #[schema(value_type = String, required = true, format = Password)]
    current_password: Secret<String>,
    /// New password.
    #[serde(default = "nothing", alias = "new_password")]
    #[schema(value_type = String, required = true, format = Password)]
    password: Secret<String>,
    /// New password, repeated, if the client's form asks twice.
    #[serde(default, alias = "new_password_confirm")]
    #[schema(value_type = Option<String>, format = Password)]
    password_confirm: Option<Secret<String>>,
}

/// Change the password
///
/// Ends every other session and the tokens of every other client; those of this session remain. A
/// user with a second factor must have verified it within the last 15 minutes.
#[utoipa::path(
    responses((status = 204, description = "The password was changed")),
    security(("bearer" = []))
)]
#[post("/auth/password/change")]
pub(super) async fn password_change(bearer: Bearer, body: Json<PasswordChange>) -> Answer {
    let (call, signed_in) = (&bearer.call, &bearer.authenticated.signed_in);
    let Json(body) = body;
    if body.current_password.expose().is_empty() {
        return Err(Problem::invalid(vec![required("current_password")]));
    }
    if factors::is_due_for_change(&call.context, signed_in).await? {
        return Err(reauthenticate());
    }
    admit(call).await?;
    let again = body
        .password_confirm
        .unwrap_or_else(|| body.password.clone());
    let change = Change {
        current: body.current_password,
        new: NewPassword {
            password: body.password,
            password_confirm: again,
        },
        end_others: true,
        keep: Some(bearer.authenticated.grant.id),
    };
    password::change(&call.context, signed_in, &change, &call.caller)
        .await
        .map_err(|error| error.map(to_problem))?;
    Ok(HttpResponse::NoContent().finish())
}

fn to_problem(error: ChangePasswordError) -> Problem {
    match error {
        ChangePasswordError::WrongPassword => wrong_password(),
        ChangePasswordError::Wait(budget) => Problem::too_many(budget),
        ChangePasswordError::Problems(problems) => Problem::invalid(fields::account(&problems)),
    }
}

pub(super) fn wrong_password() -> Problem {
    let detail = "This is not the current password.";
    let error = FieldError::member("current_password", "wrong", detail);
    Problem::invalid(vec![error])
}

/// Counts a request that sends a message; too many from one address are rejected.
pub(super) async fn admit_mail(call: &ApiRequest) -> Result<(), Problem> {
    let limiter = &call.context.limits.rate_limiter;
    let admitted = limiter.admit_mail(&call.caller).await;
    admitted.map(drop).map_err(Problem::too_many)
}

/// Counts a request that hashes or guesses; too many from one address are rejected.
pub(super) async fn admit(call: &ApiRequest) -> Result<(), Problem> {
    let limiter = &call.context.limits.rate_limiter;
    let admitted = limiter.admit_form(&call.caller).await;
    admitted.map(drop).map_err(Problem::too_many)
}

client_body! {
    /// The account whose password is to be reset.
    pub struct PasswordReset {
        /// E-mail address or user name.
        #[serde(default, alias = "username", alias = "identifier")]
        #[schema(required = true, example = "alice@example.com")]
        email: String,
    }
}

/// A response that is the same for known and unknown accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct Accepted {
    /// Text for users.
    detail: &'static str,
}

pub(super) fn accepted() -> HttpResponse {
    HttpResponse::Accepted().json(Accepted {
        detail: "If the account exists, a message is on its way.",
    })
}

/// Request a password reset message
///
/// The response and its time are the same for known and unknown accounts.
#[utoipa::path(
    params(ClientIdParam),
    responses((status = 202, description = "A message was enqueued, if the account exists", body = Accepted))
)]
#[post("/auth/password/reset")]
pub(super) async fn password_reset(call: ApiRequest, body: Json<PasswordReset>) -> Answer {
    admit_anonymous(&call, &body.0, &body.email).await?;
    reset::request(&call.context, &body.email, None, &call.caller).await?;
    Ok(accepted())
}

/// Admits an anonymous user's request for a mail to the account with this address.
pub(super) async fn admit_anonymous(
    call: &ApiRequest,
    body: &impl ClientCredentials,
    email: &str,
) -> Result<(), Problem> {
    any_first_party(call, body).await?;
    if email.trim().is_empty() {
        return Err(Problem::invalid(vec![required("email")]));
    }
    mail_works(call)?;
    admit_mail(call).await
}

pub(super) fn mail_works(call: &ApiRequest) -> Result<(), Problem> {
    if call.context.core.config.can_mail() {
        Ok(())
    } else {
        Err(no_mail())
    }
}

client_body! {
    /// The token of a mail link, with the new password.
    pub struct PasswordResetConfirm {
        /// Value of `token` in the mail link.
        #[schema(value_type = String)]
        token: Secret<String>,
        /// New password.
        #[serde(default = "nothing", alias = "new_password")]
        #[schema(value_type = String, required = true, format = Password)]
        password: Secret<String>,
        /// New password, repeated.
        #[serde(default = "nothing", alias = "new_password_confirm")]
        #[schema(value_type = String, required = true, format = Password)]
        password_confirm: Secret<String>,
    }
}

/// Reset the password by a mail link
///
/// The link is valid once. Every session and token of the user ends. A browser becomes a known device of
/// the account, by a cookie.
#[utoipa::path(
    params(ClientIdParam),
    responses((status = 204, description = "The password was set"))
)]
#[post("/auth/password/reset/confirm")]
pub(super) async fn password_reset_confirm(
    call: ApiRequest,
    body: Json<PasswordResetConfirm>,
) -> Answer {
    let Json(body) = body;
    any_first_party(&call, &body).await?;
    admit(&call).await?;
    let new = NewPassword {
        password: body.password,
        password_confirm: body.password_confirm,
    };
    let account = reset::set_password(&call.context, body.token.expose(), &new, &call.caller)
        .await
        .map_err(|error| {
            error.map(|error| match error {
                ResetPasswordError::Link => invalid_link(),
                ResetPasswordError::Problems(problems) => {
                    Problem::invalid(fields::account(&problems))
                }
            })
        })?;
    let mut response = HttpResponse::NoContent().finish();
    if let Some(device) = known(&call, Some(account)) {
        // A base64url cookie is always a valid header value.
        let _ = response.add_cookie(&cookies::device(&call.context.core, &device));
    }
    Ok(response)
}

/// Returns the problem of an expired, used, replaced or wrong link, with one text for all cases.
pub(super) fn invalid_link() -> Problem {
    let detail = "It has expired, was used, or a newer one was mailed. Request another one.";
    let error = FieldError::member("token", "over", detail);
    Problem::new(Kind::LinkOver, detail).with_errors(vec![error])
}
