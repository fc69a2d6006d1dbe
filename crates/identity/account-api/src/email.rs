//! `/api/auth/email/…`: verification and change of the e-mail address.

use doorward_accounts::change_email::{self, ChangeEmailError};
use doorward_accounts::verify_email;
use doorward_services::factors;

use super::client::{ClientIdParam, any_first_party, client_body};
use super::fields::{self, required};
use super::password::{
    Accepted, accepted, admit_anonymous, admit_mail, invalid_link, mail_works, wrong_password,
};
use super::register::nothing;
use crate::prelude::*;

client_body! {
    /// The token of a mail link.
    pub struct MailedToken {
        /// Value of `token` in the mail link.
        #[schema(value_type = String)]
        token: Secret<String>,
    }
}

/// Verify the e-mail address by a mail link
///
/// The link is valid once.
#[utoipa::path(
    params(ClientIdParam),
    responses((status = 204, description = "The address is verified"))
)]
#[post("/auth/email/verify")]
pub(super) async fn email_verify(call: ApiRequest, body: Json<MailedToken>) -> Answer {
    any_first_party(&call, &body.0).await?;
    verify_email::confirm(&call.context.core, body.token.expose(), &call.caller)
        .await
        .map_err(|error| error.map(|_| invalid_link()))?;
    Ok(HttpResponse::NoContent().finish())
}

client_body! {
    /// The account whose message is requested again.
    pub struct Resend {
        /// E-mail address or user name.
        #[serde(default, alias = "username", alias = "identifier")]
        #[schema(required = true, example = "alice@example.com")]
        email: String,
    }
}

/// Request the verification message again
///
/// The response and its time are the same for known and unknown accounts; at most three messages
/// per hour.
#[utoipa::path(
    params(ClientIdParam),
    responses((status = 202, description = "A message was enqueued, if one is needed", body = Accepted))
)]
#[post("/auth/email/verify/resend")]
pub(super) async fn email_verify_resend(call: ApiRequest, body: Json<Resend>) -> Answer {
    admit_anonymous(&call, &body.0, &body.email).await?;
    verify_email::request(&call.context, &body.email, &call.caller).await?;
    Ok(accepted())
}

/// The new address of the account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailChange {
    /// New e-mail address.
    #[serde(default, alias = "new_email")]
    #[schema(required = true, format = Email)]
    email: String,
    /// Current password.
    #[serde(default = "nothing", alias = "password")]
    #[schema(value_type = String, required = true, format = Password)]
    current_password: Secret<String>,
}

/// Request a change of the e-mail address
///
/// A message is sent to the new address; nothing changes before its link is used. The former
/// address is notified and can revert the change for three days.
#[utoipa::path(
    responses((status = 202, description = "A message to the new address was enqueued", body = Accepted)),
    security(("bearer" = []))
)]
#[post("/auth/email/change")]
pub(super) async fn email_change(bearer: Bearer, body: Json<EmailChange>) -> Answer {
    let (call, signed_in) = (&bearer.call, &bearer.authenticated.signed_in);
    let mut missing = Vec::new();
    if body.email.trim().is_empty() {
        missing.push(required("email"));
    }
    if body.current_password.expose().is_empty() {
        missing.push(required("current_password"));
    }
    if !missing.is_empty() {
        return Err(Problem::invalid(missing));
    }
    mail_works(call)?;
    if factors::is_due_for_change(&call.context, signed_in).await? {
        return Err(reauthenticate());
    }
    admit_mail(call).await?;
    let (email, password) = (&body.email, &body.current_password);
    change_email::request(&call.context, signed_in, email, password, &call.caller)
        .await
        .map_err(|error| error.map(to_problem))?;
    Ok(accepted())
}

fn to_problem(error: ChangeEmailError) -> Problem {
    match error {
        ChangeEmailError::WrongPassword => wrong_password(),
        ChangeEmailError::Wait(budget) => Problem::too_many(budget),
        ChangeEmailError::Address(problem) => {
            Problem::invalid(vec![fields::email("email", problem)])
        }
        ChangeEmailError::Same => {
            let detail = "The account already has this address.";
            Problem::invalid(vec![FieldError::member("email", "same", detail)])
        }
        ChangeEmailError::EnoughMails(consumed) => Problem::new(
            Kind::TooManyRequests,
            "Too many messages were requested within an hour. Use one of those.",
        )
        .with_budget(consumed),
    }
}

/// Confirm a change of the e-mail address by a mail link
///
/// The link is valid once.
#[utoipa::path(
    params(ClientIdParam),
    responses((status = 204, description = "The address was changed"))
)]
#[post("/auth/email/change/confirm")]
pub(super) async fn email_change_confirm(call: ApiRequest, body: Json<MailedToken>) -> Answer {
    any_first_party(&call, &body.0).await?;
    change_email::confirm(&call.context, body.token.expose(), &call.caller)
        .await
        .map_err(|error| error.map(|_| invalid_link()))?;
    Ok(HttpResponse::NoContent().finish())
}
