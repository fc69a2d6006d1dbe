//! `/api/auth/api-keys`: the API keys of the signed-in user.

use actix_web::http::header::LOCATION;
use doorward_accounts::api_key::{self, ApiKeyError};
use doorward_domain::model::{ApiKey, ApiKeyId};
use doorward_domain::time::UnixSeconds;
use doorward_protocol::scope::{Scope, is_scope_token};
use doorward_rules::api_key::{ApiKeyRequest, ApiKeyRequestError};
use doorward_web::api::time::parse_time;

use crate::prelude::*;

view! {
    /// An API key, without its secret.
    ApiKeyView(key: &ApiKey) {
        /// ID.
        #[schema(example = "4fG7hJ9kLmNp")]
        id: String = key.id.to_string();
        /// Name given by the user.
        name: String = key.name.clone();
        /// Organization that the key acts for: that of the token with which it was created.
        organization: Option<String> = key.org.clone();
        /// Visible prefix of the key.
        #[schema(example = "dw_4fG7hJ9kLmNp")]
        prefix: String = key.id.prefix();
        /// Scopes, limited to the user's current permissions.
        scopes: Vec<String> = key.scopes.iter().map(str::to_owned).collect();
        /// Networks from which it may be used; empty: any.
        networks: Vec<String> = key.networks.iter().map(ToString::to_string).collect();
        /// Time of creation (RFC 3339).
        created_at: Time = key.created_at;
        /// Expiry (RFC 3339).
        expires_at: Time = key.expires_at;
        /// Time of last use, to the minute (RFC 3339).
        last_used_at: Option<Time> = key.last_used_at;
        /// IP address of the last use.
        last_used_from: Option<String> = key.last_used_from.map(|address| address.to_string());
    }
}

/// The API keys of a user.
#[derive(Debug, Serialize, ToSchema)]
struct ApiKeyList {
    /// Active keys, the newest first.
    items: Vec<ApiKeyView>,
}

/// A new API key with its secret.
#[derive(Serialize, ToSchema)]
struct NewApiKeyView {
    #[serde(flatten)]
    view: ApiKeyView,
    /// API key. Only this response contains it.
    #[schema(example = "dw_4fG7hJ9kLmNp…")]
    key: String,
}

/// An API key to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewApiKey {
    /// Name of at most 60 characters.
    #[schema(example = "Backup script")]
    name: String,
    /// Scopes, all of which the user must have.
    #[schema(example = json!(["tasks:read"]))]
    scopes: Vec<String>,
    /// Expiry (RFC 3339), within a year; defaults to 90 days from now.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// Addresses and networks from which it may be used; defaults to any.
    #[serde(default)]
    #[schema(example = json!(["198.51.100.0/24"]))]
    networks: Vec<String>,
}

/// List the user's API keys
#[utoipa::path(
    responses((status = 200, description = "The active keys", body = ApiKeyList)),
    security(("bearer" = []))
)]
#[get("/auth/api-keys")]
pub(super) async fn list_api_keys(bearer: Bearer) -> Answer {
    let user = bearer.authenticated.signed_in.user.id;
    let keys = api_key::list(&bearer.call.context.core, user).await?;
    let items = keys.iter().map(ApiKeyView::new).collect();
    Ok(HttpResponse::Ok().json(ApiKeyList { items }))
}

/// Create an API key
///
/// Requires a sign-in within the last fifteen minutes, with the second factor if there is one. The
/// key acts only for the organization of the token.
#[utoipa::path(
    responses((status = 201, description = "The key, shown only once", body = NewApiKeyView)),
    security(("bearer" = []))
)]
#[post("/auth/api-keys")]
pub(super) async fn create_api_key(bearer: Bearer, body: Json<NewApiKey>) -> Answer {
    let wish = parse(&body)?;
    let user = &bearer.authenticated.signed_in.user;
    // The authentication of this token counts, not a later one of its session.
    let proof = &bearer.authenticated.signed_in.proof;
    let org = bearer.authenticated.grant.org.as_deref();
    let (context, caller) = (&bearer.call.context, &bearer.call.caller);
    let created = api_key::create(context, user, org, proof, &wish, caller)
        .await
        .map_err(|error| error.map(to_problem))?;
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, format!("/api/auth/api-keys/{}", created.key.id)))
        .json(NewApiKeyView {
            view: ApiKeyView::new(&created.key),
            key: created.text.expose().to_owned(),
        }))
}

/// Revoke an API key
#[utoipa::path(
    params(("id" = String, Path, description = "ID of the key")),
    responses((status = 204, description = "The key was revoked")),
    security(("bearer" = []))
)]
#[delete("/auth/api-keys/{id}")]
pub(super) async fn revoke_api_key(bearer: Bearer, id: Path<String>) -> Answer {
    let id = ApiKeyId::parse(&id).ok_or_else(Problem::not_found)?;
    let user = bearer.authenticated.signed_in.user.id;
    if api_key::revoke(&bearer.call.context.core, user, &id, &bearer.call.caller).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(Problem::not_found())
    }
}

fn parse(body: &NewApiKey) -> Result<ApiKeyRequest, Problem> {
    if !body.scopes.iter().all(|name| is_scope_token(name)) {
        let error = FieldError::member("scopes", "invalid", "Not valid scope names.");
        return Err(Problem::invalid(vec![error]));
    }
    let expires_at = body.expires_at.as_deref().map(moment).transpose()?;
    Ok(ApiKeyRequest {
        name: body.name.clone(),
        scopes: body.scopes.iter().collect::<Scope>(),
        expires_at,
        networks: body.networks.clone(),
    })
}

fn moment(text: &str) -> Result<UnixSeconds, Problem> {
    parse_time(text).ok_or_else(|| {
        let detail = "Must be an RFC 3339 time, such as 2027-01-31T12:00:00Z.";
        Problem::invalid(vec![FieldError::member("expires_at", "invalid", detail)])
    })
}

fn to_problem(error: ApiKeyError) -> Problem {
    match error {
        ApiKeyError::NotFresh => reauthenticate(),
        ApiKeyError::TooMany => Problem::new(
            Kind::TooManyKeys,
            "Revoke a key that you no longer need, then create the new one.",
        ),
        ApiKeyError::Problems(problems) => {
            let beyond = problems.iter().find_map(|problem| match problem {
                ApiKeyRequestError::ScopesNotHeld(scopes) => Some(scopes),
                _ => None,
            });
            let errors = problems.iter().map(field_error).collect();
            let Some(beyond) = beyond else {
                return Problem::invalid(errors);
            };
            let detail = "A key cannot have more permissions than its user.";
            Problem::new(Kind::PermissionDenied, detail)
                .with_errors(errors)
                .knowing(DenialDetails {
                    because: Some("the key would do more than its owner may".to_owned()),
                    missing: beyond.iter().map(str::to_owned).collect(),
                    ..DenialDetails::default()
                })
        }
    }
}

fn field_error(problem: &ApiKeyRequestError) -> FieldError {
    let error = FieldError::member;
    match problem {
        ApiKeyRequestError::NameMissing => error("name", "required", "Enter a name."),
        ApiKeyRequestError::NameTooLong => error("name", "too_long", "At most 60 characters."),
        ApiKeyRequestError::NameInvalid => {
            error("name", "invalid", "Control characters are not allowed.")
        }
        ApiKeyRequestError::ScopesMissing => {
            error("scopes", "required", "Name at least one scope.")
        }
        ApiKeyRequestError::ScopesNotHeld(scopes) => FieldError::member(
            "scopes",
            "not_held",
            format!("You do not have: {}.", shortened(scopes)),
        ),
        ApiKeyRequestError::ExpiryPast => error("expires_at", "past", "Must be in the future."),
        ApiKeyRequestError::ExpiryTooLate => {
            error("expires_at", "too_late", "At most 365 days from now.")
        }
        ApiKeyRequestError::NetworkInvalid(_) => error(
            "networks",
            "invalid",
            "Must be addresses or networks, such as 198.51.100.0/24.",
        ),
        ApiKeyRequestError::TooManyNetworks => {
            error("networks", "too_many", "At most 20 networks.")
        }
    }
}

fn shortened(scopes: &Scope) -> String {
    scopes.to_string().chars().take(200).collect()
}
