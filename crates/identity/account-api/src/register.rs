//! `POST /api/auth/register`.

use doorward_accounts::register::{NewAccount, RegisterError};
use doorward_first_party::sign_up::{self, SignedUp};
use doorward_rules::identifier;
use doorward_rules::profile::{Field, ProfileEdit};
use doorward_web::allowance;
use doorward_web::api::time::time;

use super::client::{ClientIdParam, client_body, first_party};
use super::fields;
use super::tokens::{RefreshTokenPlacement, Tokens, known, place_refresh_token};
use crate::prelude::*;

client_body! {
    /// A new account.
    pub struct Registration {
        /// User name, which is visible to everyone. Required by default; optional, or rejected, as the
        /// operator has configured (`accounts.username`).
        #[serde(default)]
        #[schema(required = true, example = "carol")]
        username: String,
        /// E-mail address.
        #[serde(default)]
        #[schema(required = true, format = Email)]
        email: String,
        /// Password.
        #[serde(default = "nothing")]
        #[schema(value_type = String, required = true, format = Password)]
        password: Secret<String>,
        /// Password, repeated.
        #[serde(default = "nothing")]
        #[schema(value_type = String, required = true, format = Password)]
        password_confirm: Secret<String>,
        /// Given names.
        #[serde(default, alias = "given_name")]
        first_name: Option<String>,
        /// Family names.
        #[serde(default, alias = "family_name")]
        last_name: Option<String>,
    }
}

/// Returns an empty password, which the flow reports as missing.
pub(super) fn nothing() -> Secret<String> {
    Secret::new(String::new())
}

/// A response that is the same for a new account and for an address that is already in use.
#[derive(Debug, Serialize, ToSchema)]
pub struct Registered {
    /// User ID, the `sub` of the user's tokens; absent if the address must be verified first.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// User name; `null` if the account has none.
    username: Option<String>,
    /// E-mail address.
    email: String,
    /// Given names.
    first_name: Option<String>,
    /// Family names.
    last_name: Option<String>,
    /// Time of creation (RFC 3339).
    #[schema(format = DateTime)]
    date_joined: String,
    /// True if a message was sent and the address must be verified before a sign-in.
    email_verification_required: bool,
    /// Tokens of the new session; absent if the address must be verified first.
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens: Option<Tokens>,
}

/// Create an account
///
/// If addresses must be verified first, the response for a known address equals that for a new one,
/// and the address's user receives a message.
#[utoipa::path(
    params(
        ClientIdParam,
        ("cookie" = Option<bool>, Query, description = "True to set the refresh token as a cookie")
    ),
    responses((status = 201, description = "The account was created", body = Registered))
)]
#[post("/auth/register")]
pub(super) async fn register(call: ApiRequest, body: Json<Registration>) -> Answer {
    let query = call.query(&["client_id", "cookie"])?;
    let placement = RefreshTokenPlacement::parse(&call, &query)?;
    let Json(body) = body;
    let client = first_party(&call, &query, &body).await?;
    let call = call.of_app(&client, None);
    let budget = call
        .context
        .limits
        .rate_limiter
        .admit_form(&call.caller)
        .await;
    let budget = budget.map_err(Problem::too_many)?;
    let account = account(&body);
    let signed_up = sign_up::register(&call.context, &client, account, &call.caller)
        .await
        .map_err(|error| error.map(to_problem))?;
    let mut builder = HttpResponse::Created();
    let answer = registered(&call, &mut builder, placement, body, signed_up);
    let mut response = builder.json(answer);
    allowance::from_status(&budget).insert(response.headers_mut());
    Ok(response)
}

fn account(body: &Registration) -> NewAccount {
    let mut profile = ProfileEdit::default();
    for (field, name) in [
        (Field::GivenName, &body.first_name),
        (Field::FamilyName, &body.last_name),
    ] {
        if let Some(name) = name {
            profile = profile.with(field, name.as_str());
        }
    }
    NewAccount {
        username: body.username.clone(),
        email: body.email.clone(),
        password: body.password.clone(),
        password_confirm: body.password_confirm.clone(),
        profile,
    }
}

fn registered(
    call: &ApiRequest,
    builder: &mut actix_web::HttpResponseBuilder,
    placement: RefreshTokenPlacement,
    body: Registration,
    signed_up: SignedUp,
) -> Registered {
    let (id, tokens) = match signed_up {
        SignedUp::CheckMail => (None, None),
        SignedUp::Opened { user, tokens } => (Some(user.to_string()), tokens),
    };
    Registered {
        email_verification_required: id.is_none(),
        id,
        // The stored spelling; names that cannot be stored were rejected before.
        username: Some(identifier::username_key(&body.username).unwrap_or(body.username))
            .filter(|name| !name.trim().is_empty()),
        date_joined: time(call.context.core.now()),
        email: body.email.trim().to_owned(),
        first_name: body.first_name,
        last_name: body.last_name,
        tokens: tokens.map(|tokens| {
            let known =
                known(call, tokens.account).filter(|_| placement == RefreshTokenPlacement::Body);
            let tokens = Tokens::new(tokens, known.as_ref());
            place_refresh_token(call, builder, placement, tokens)
        }),
    }
}

fn to_problem(error: RegisterError) -> Problem {
    match error {
        RegisterError::Closed => Problem::new(
            Kind::RegistrationClosed,
            "Accounts are created by the operator.",
        ),
        RegisterError::Problems(problems) => {
            let mut errors = fields::account(&problems);
            for error in &mut errors {
                // Names of the members in the body.
                match error.field.as_str() {
                    "given_name" => *error = error.renamed("first_name"),
                    "family_name" => *error = error.renamed("last_name"),
                    _ => {}
                }
            }
            Problem::invalid(errors)
        }
    }
}
