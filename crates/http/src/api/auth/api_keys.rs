//! `/api/auth/api-keys`: the API keys of the signed-in person.

use actix_web::http::header::LOCATION;
use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get, post};
use doorward_domain::model::{ApiKey, ApiKeyId};
use doorward_domain::rules::api_key::{ApiKeyRequest, ApiKeyRequestError};
use doorward_domain::time::UnixSeconds;
use doorward_protocol::scope::{Scope, is_scope_token};
use doorward_services::api_key::{self, ApiKeyError};
use doorward_services::denial_log::DenialDetails;
use doorward_services::error::FlowError;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::ToSchema;

use crate::api::Endpoints;
use crate::api::bearer::reauthenticate;
use crate::api::time::time;
use crate::api::{Bearer, Body, FieldError, Kind, Problem};

/// Registers the endpoints.
pub(super) fn configure(config: &mut impl Endpoints) {
    config.service(list).service(create).service(revoke);
}

/// An API key, without the key itself.
#[derive(Debug, Serialize, ToSchema)]
struct ApiKeyView {
    /// ID.
    #[schema(example = "4fG7hJ9kLmNp")]
    id: String,
    /// What its owner calls it.
    name: String,
    /// The organization in whose name it acts: that of the token that it was made with.
    organization: Option<String>,
    /// The beginning of the key.
    #[schema(example = "dw_4fG7hJ9kLmNp")]
    prefix: String,
    /// What it may do, as far as its owner still may.
    scopes: Vec<String>,
    /// From where it may be used; empty for anywhere.
    networks: Vec<String>,
    /// Time of creation (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
    /// Expiry (RFC 3339).
    #[schema(format = DateTime)]
    expires_at: String,
    /// Time of last use, to the minute (RFC 3339).
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
    /// IP address of the last use.
    last_used_from: Option<String>,
}

impl From<&ApiKey> for ApiKeyView {
    fn from(key: &ApiKey) -> Self {
        Self {
            id: key.id.to_string(),
            name: key.name.clone(),
            organization: key.org.clone(),
            prefix: key.id.shown(),
            scopes: key.scopes.iter().map(str::to_owned).collect(),
            networks: key.networks.iter().map(ToString::to_string).collect(),
            created_at: time(key.created_at),
            expires_at: time(key.expires_at),
            last_used_at: key.last_used_at.map(time),
            last_used_from: key.last_used_from.map(|address| address.to_string()),
        }
    }
}

/// The API keys of a person.
#[derive(Debug, Serialize, ToSchema)]
struct ApiKeyList {
    /// The live ones, the newest first.
    items: Vec<ApiKeyView>,
}

/// A new API key, with the key itself.
#[derive(Serialize, ToSchema)]
struct NewApiKeyView {
    #[serde(flatten)]
    view: ApiKeyView,
    /// The key. It is in this answer only.
    #[schema(example = "dw_4fG7hJ9kLmNp…")]
    key: String,
}

/// What a new key shall be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewApiKey {
    /// What to call it, in at most 60 characters.
    #[schema(example = "Backup script")]
    name: String,
    /// What it shall be able to do: only what its owner may do.
    #[schema(example = json!(["tasks:read"]))]
    scopes: Vec<String>,
    /// When it ends (RFC 3339): within a year; 90 days from now, if left out.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// From where it may be used: addresses and networks; anywhere, if left out.
    #[serde(default)]
    #[schema(example = json!(["198.51.100.0/24"]))]
    networks: Vec<String>,
}

/// List the own API keys
#[utoipa::path(
    operation_id = "list_api_keys",
    tag = "auth",
    responses((status = 200, description = "The live keys", body = ApiKeyList)),
    security(("bearer" = []))
)]
#[get("/auth/api-keys")]
async fn list(bearer: Bearer) -> Result<HttpResponse, Problem> {
    let user = bearer.authenticated.who.user.id;
    let keys = api_key::list(&bearer.call.state, user).await?;
    let items = keys.iter().map(ApiKeyView::from).collect();
    Ok(HttpResponse::Ok().json(ApiKeyList { items }))
}

/// Make an API key
///
/// Asks for a sign-in within the last fifteen minutes, with the second factor where there is one.
/// The key acts in the name of the organization of the token, and of no other.
#[utoipa::path(
    operation_id = "create_api_key",
    tag = "auth",
    request_body = NewApiKey,
    responses((status = 201, description = "The key, shown this once", body = NewApiKeyView)),
    security(("bearer" = []))
)]
#[post("/auth/api-keys")]
async fn create(bearer: Bearer, body: Body<NewApiKey>) -> Result<HttpResponse, Problem> {
    let wish = wish(&body)?;
    let user = &bearer.authenticated.who.user;
    // What this very token was issued from, not what its session has proved since.
    let proof = &bearer.authenticated.who.proof;
    let org = bearer.authenticated.grant.org.as_deref();
    let (state, caller) = (&bearer.call.state, &bearer.call.caller);
    match api_key::create(state, user, org, proof, &wish, caller).await {
        Ok(made) => Ok(HttpResponse::Created()
            .insert_header((LOCATION, format!("/api/auth/api-keys/{}", made.key.id)))
            .json(NewApiKeyView {
                view: ApiKeyView::from(&made.key),
                key: made.text.expose().to_owned(),
            })),
        Err(FlowError::Rejected(refusal)) => Err(refused(refusal)),
        Err(FlowError::Server(fault)) => Err(fault.into()),
    }
}

/// Revoke an API key
#[utoipa::path(
    operation_id = "revoke_api_key",
    tag = "auth",
    params(("id" = String, Path, description = "The key's id")),
    responses((status = 204, description = "It no longer works")),
    security(("bearer" = []))
)]
#[delete("/auth/api-keys/{id}")]
async fn revoke(bearer: Bearer, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = ApiKeyId::parse(&id).ok_or_else(Problem::not_found)?;
    let user = bearer.authenticated.who.user.id;
    if api_key::revoke(&bearer.call.state, user, &id, &bearer.call.caller).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(Problem::not_found())
    }
}

fn wish(body: &NewApiKey) -> Result<ApiKeyRequest, Problem> {
    if !body.scopes.iter().all(|name| is_scope_token(name)) {
        let error = FieldError::member("scopes", "invalid", "These are no names of scopes.");
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
    let moment = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| {
        let detail = "Write a time as in RFC 3339, such as 2027-01-31T12:00:00Z.";
        Problem::invalid(vec![FieldError::member("expires_at", "invalid", detail)])
    })?;
    Ok(moment.unix_timestamp())
}

fn refused(refusal: ApiKeyError) -> Problem {
    match refusal {
        ApiKeyError::NotFresh => reauthenticate(),
        ApiKeyError::TooMany => Problem::new(
            Kind::TooManyKeys,
            "Revoke a key that you no longer need, then make the new one.",
        ),
        ApiKeyError::Problems(problems) => {
            let beyond = problems
                .iter()
                .any(|problem| matches!(problem, ApiKeyRequestError::ScopesNotHeld(_)));
            let errors = problems.iter().map(field_error).collect();
            if beyond {
                let detail = "A key cannot do more than its owner.";
                let missing = problems.iter().flat_map(|problem| match problem {
                    ApiKeyRequestError::ScopesNotHeld(scopes) => {
                        scopes.iter().map(str::to_owned).collect()
                    }
                    _ => Vec::new(),
                });
                let facts = DenialDetails {
                    because: Some("the key would do more than its owner may".to_owned()),
                    missing: missing.collect(),
                    ..DenialDetails::default()
                };
                Problem::new(Kind::PermissionDenied, detail)
                    .with_errors(errors)
                    .knowing(facts)
            } else {
                Problem::invalid(errors)
            }
        }
    }
}

fn field_error(problem: &ApiKeyRequestError) -> FieldError {
    let error = FieldError::member;
    match problem {
        ApiKeyRequestError::NameMissing => error("name", "required", "Enter a name."),
        ApiKeyRequestError::NameTooLong => error("name", "too_long", "At most 60 characters."),
        ApiKeyRequestError::NameInvalid => {
            error("name", "invalid", "Leave out control characters.")
        }
        ApiKeyRequestError::ScopesMissing => {
            error("scopes", "required", "Name at least one scope.")
        }
        ApiKeyRequestError::ScopesNotHeld(scopes) => FieldError::member(
            "scopes",
            "not_held",
            format!("You cannot give: {}.", shortened(scopes)),
        ),
        ApiKeyRequestError::ExpiryPast => {
            error("expires_at", "past", "Write a time in the future.")
        }
        ApiKeyRequestError::ExpiryTooLate => {
            error("expires_at", "too_late", "At most 365 days from now.")
        }
        ApiKeyRequestError::NetworkInvalid(_) => error(
            "networks",
            "invalid",
            "Write addresses or networks, such as 198.51.100.0/24.",
        ),
        ApiKeyRequestError::TooManyNetworks => {
            error("networks", "too_many", "At most 20 networks.")
        }
    }
}

fn shortened(scopes: &Scope) -> String {
    scopes.to_string().chars().take(200).collect()
}
