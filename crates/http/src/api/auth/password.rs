//! `/api/auth/password/…`: changed by who knows it, set anew by who reads the address.

use actix_web::{HttpResponse, post};
use doorward_domain::secret::Secret;
use doorward_services::error::FlowError;
use doorward_services::new_password::NewPassword;
use doorward_services::password::{self, Change};
use doorward_services::password_reset;
use doorward_services::second_factor::factors;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::fields::{self, required};
use super::register::nothing;
use crate::api::Endpoints;
use crate::api::bearer::reauthenticate;
use crate::api::client::any_first_party;
use crate::api::problem::no_mail;
use crate::api::{ApiRequest, Bearer, Body, FieldError, Kind, Problem};

/// Registers the endpoints.
pub(super) fn configure(config: &mut impl Endpoints) {
    config.service(change).service(request).service(confirm);
}

/// A new password, with the present one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The present password.
    #[serde(default = "nothing", alias = "old_password")]
    #[schema(value_type = String, required = true, format = Password)]
    current_password: Secret<String>,
    /// The new one.
    #[serde(default = "nothing", alias = "new_password")]
    #[schema(value_type = String, required = true, format = Password)]
    password: Secret<String>,
    /// The new one again, where the app's form asks twice.
    #[serde(default, alias = "new_password_confirm")]
    #[schema(value_type = Option<String>, format = Password)]
    password_confirm: Option<Secret<String>>,
}

/// Change the password
///
/// Ends every other session and the tokens of every other app; those of this one go on. Who has a
/// second factor has to have proved it within the last 15 minutes.
#[utoipa::path(
    operation_id = "password_change",
    tag = "auth",
    request_body = PasswordChange,
    responses((status = 204, description = "The password is changed")),
    security(("bearer" = []))
)]
#[post("/auth/password/change")]
async fn change(bearer: Bearer, body: Body<PasswordChange>) -> Result<HttpResponse, Problem> {
    let (call, who) = (&bearer.call, &bearer.authenticated.who);
    let Body(body) = body;
    if body.current_password.expose().is_empty() {
        return Err(Problem::invalid(vec![required("current_password")]));
    }
    if factors::is_due_for_change(&call.state, who).await? {
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
    match password::change(&call.state, who, &change, &call.caller).await {
        Ok(_) => Ok(HttpResponse::NoContent().finish()),
        Err(FlowError::Rejected(password::ChangePasswordError::WrongPassword)) => {
            Err(wrong_password())
        }
        Err(FlowError::Rejected(password::ChangePasswordError::Wait(budget))) => {
            Err(Problem::too_many(budget))
        }
        Err(FlowError::Rejected(password::ChangePasswordError::Problems(problems))) => {
            Err(Problem::invalid(fields::account(&problems)))
        }
        Err(FlowError::Server(fault)) => Err(fault.into()),
    }
}

/// That is not the present password.
pub(super) fn wrong_password() -> Problem {
    let detail = "This is not the present password.";
    Problem::invalid(vec![FieldError::member(
        "current_password",
        "wrong",
        detail,
    )])
}

/// Counts what causes a mail; too many from one address are refused (RC-3).
pub(super) async fn admit_mail(call: &ApiRequest) -> Result<(), Problem> {
    let admitted = call.state.throttle.admit_mail(&call.caller).await;
    admitted.map(|_| ()).map_err(Problem::too_many)
}

/// Counts what costs a hash or a guess; too many from one address are refused.
pub(super) async fn admit(call: &ApiRequest) -> Result<(), Problem> {
    let admitted = call.state.throttle.admit_form(&call.caller).await;
    admitted.map(|_| ()).map_err(Problem::too_many)
}

/// Whose password was forgotten.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordReset {
    /// The e-mail address, or the user name.
    #[serde(default, alias = "username", alias = "identifier")]
    #[schema(required = true, example = "alice@example.com")]
    email: String,
    /// The app; left out where the operator has configured a default one.
    #[serde(default)]
    client_id: Option<String>,
    /// Its secret, for `client_secret_post`.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Password)]
    client_secret: Option<Secret<String>>,
}

/// What is said to everybody.
#[derive(Debug, Serialize, ToSchema)]
pub struct Accepted {
    /// A sentence for people.
    detail: &'static str,
}

/// The same answer, whether there is such an account or not.
pub(super) fn accepted() -> HttpResponse {
    HttpResponse::Accepted().json(Accepted {
        detail: "If there is such an account, a mail is on its way.",
    })
}

/// Ask for a mail that sets a new password
///
/// The answer and its time are the same for known and unknown people.
#[utoipa::path(
    operation_id = "password_reset",
    tag = "auth",
    params(("client_id" = Option<String>, Query, description = "The app, where the body does not name it")),
    request_body = PasswordReset,
    responses((status = 202, description = "A mail is on its way, if there is such an account", body = Accepted))
)]
#[post("/auth/password/reset")]
async fn request(call: ApiRequest, body: Body<PasswordReset>) -> Result<HttpResponse, Problem> {
    let (id, secret) = (body.client_id.as_deref(), body.client_secret.as_ref());
    any_first_party(&call, id, secret).await?;
    if body.email.trim().is_empty() {
        return Err(Problem::invalid(vec![required("email")]));
    }
    mail_works(&call)?;
    admit_mail(&call).await?;
    password_reset::request(&call.state, &body.email, &call.caller).await?;
    Ok(accepted())
}

/// Where no mail can be sent, nobody is told that one is on its way.
pub(super) fn mail_works(call: &ApiRequest) -> Result<(), Problem> {
    if call.state.config.can_mail() {
        Ok(())
    } else {
        Err(no_mail())
    }
}

/// The token of the mailed link, with the new password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordResetConfirm {
    /// The `token` of the mailed link.
    #[schema(value_type = String)]
    token: Secret<String>,
    /// The new password.
    #[serde(default = "nothing", alias = "new_password")]
    #[schema(value_type = String, required = true, format = Password)]
    password: Secret<String>,
    /// The new password again.
    #[serde(default = "nothing", alias = "new_password_confirm")]
    #[schema(value_type = String, required = true, format = Password)]
    password_confirm: Secret<String>,
    /// The app; left out where the operator has configured a default one.
    #[serde(default)]
    client_id: Option<String>,
    /// Its secret, for `client_secret_post`.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Password)]
    client_secret: Option<Secret<String>>,
}

/// Set a new password by a mailed link
///
/// The link is good once. Every session and every token of the person ends.
#[utoipa::path(
    operation_id = "password_reset_confirm",
    tag = "auth",
    params(("client_id" = Option<String>, Query, description = "The app, where the body does not name it")),
    request_body = PasswordResetConfirm,
    responses((status = 204, description = "The password is set"))
)]
#[post("/auth/password/reset/confirm")]
async fn confirm(
    call: ApiRequest,
    body: Body<PasswordResetConfirm>,
) -> Result<HttpResponse, Problem> {
    let Body(body) = body;
    let (id, secret) = (body.client_id.as_deref(), body.client_secret.as_ref());
    any_first_party(&call, id, secret).await?;
    admit(&call).await?;
    let new = NewPassword {
        password: body.password,
        password_confirm: body.password_confirm,
    };
    match password_reset::set_password(&call.state, body.token.expose(), &new, &call.caller).await {
        Ok(()) => Ok(HttpResponse::NoContent().finish()),
        Err(FlowError::Rejected(password_reset::ResetPasswordError::Link)) => Err(link_over()),
        Err(FlowError::Rejected(password_reset::ResetPasswordError::Problems(problems))) => {
            Err(Problem::invalid(fields::account(&problems)))
        }
        Err(FlowError::Server(fault)) => Err(fault.into()),
    }
}

/// A link that is over, used, overtaken, or for something else: people are told one thing.
pub(super) fn link_over() -> Problem {
    let detail = "It is over, was used, or a newer one was mailed. Ask for another one.";
    let error = FieldError::member("token", "over", detail);
    Problem::new(Kind::LinkOver, detail).with_errors(vec![error])
}
