//! The client of a request without an access token.

use std::sync::Arc;

use doorward_domain::model::Client;
use doorward_first_party as first_party;
use doorward_first_party::FirstPartyClientError;
use doorward_protocol::client_auth::{ClientAuthMethod, PresentedClient};
use doorward_protocol::params::Params;
use doorward_web::api::bearer::not_first_party;
use doorward_web::api::denial;
use doorward_web::cors;
use utoipa::IntoParams;

use crate::prelude::*;

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what the query contains")]
pub(super) struct ClientIdParam {
    /// Client ID, if the body does not contain it
    client_id: Option<String>,
}

/// A request body with the members of the client.
pub(super) trait ClientCredentials {
    fn credentials(&self) -> (Option<&str>, Option<&Secret<String>>);
}

/// Defines a request body that ends with the members of the client.
macro_rules! client_body {
    ($(#[$meta:meta])* pub struct $body:ident { $($members:tt)* }) => {
        #[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        $(#[$meta])*
        pub struct $body {
            $($members)*
            /// Client ID; optional if the operator configured a default client.
            client_id: Option<String>,
            /// Client secret, for `client_secret_post`.
            #[schema(value_type = Option<String>, format = Password)]
            client_secret: Option<Secret<String>>,
        }

        impl $crate::client::ClientCredentials for $body {
            fn credentials(&self) -> (Option<&str>, Option<&Secret<String>>) {
                (self.client_id.as_deref(), self.client_secret.as_ref())
            }
        }
    };
}

pub(super) use client_body;

/// Returns the first-party client of the request: named in the `Authorization: Basic` header, in
/// the body, in the query, or by the configured default. A confidential client must authenticate
/// with its registered method.
pub(super) async fn first_party(
    call: &ApiRequest,
    query: &Params,
    body: &impl ClientCredentials,
) -> Result<Arc<Client>, Problem> {
    let presented = presented(call, query, body)?;
    let named = presented
        .as_ref()
        .map(|presented| presented.client_id.clone());
    let to_problem = |error| {
        let details = named.map(through).unwrap_or_default();
        match error {
            FirstPartyClientError::NotNamed => not_named(),
            FirstPartyClientError::NotFirstParty(why) => not_first_party().knowing(DenialDetails {
                because: Some(why.sentence().to_owned()),
                rejection: Some(why.rejection()),
                ..details
            }),
            FirstPartyClientError::NotAuthenticated => unproved().knowing(details),
        }
    };
    let client = first_party::client(&call.context, presented.as_ref(), &call.caller)
        .await
        .map_err(|error| error.map(to_problem))?;
    cors::speaks_for(call.request(), &client);
    denial::store_details(call.request(), through(client.id.to_string()));
    Ok(client)
}

/// Returns the first-party client of a request whose query can contain only `client_id`.
pub(super) async fn any_first_party(
    call: &ApiRequest,
    body: &impl ClientCredentials,
) -> Result<Arc<Client>, Problem> {
    let query = call.query(&["client_id"])?;
    first_party(call, &query, body).await
}

fn through(client_id: String) -> DenialDetails {
    DenialDetails {
        client_id: Some(client_id),
        ..DenialDetails::default()
    }
}

fn presented(
    call: &ApiRequest,
    query: &Params,
    body: &impl ClientCredentials,
) -> Result<Option<PresentedClient>, Problem> {
    let (client_id, client_secret) = body.credentials();
    let in_query = query.optional("client_id").ok().flatten();
    let named = match (client_id, in_query) {
        (Some(body), Some(query)) if body != query => return Err(differing()),
        (body, query) => body.or(query),
    };
    let basic = call.authorization()?.filter(|header| {
        let scheme = header.split(' ').next().unwrap_or_default();
        scheme.eq_ignore_ascii_case("basic")
    });
    if let Some(header) = basic {
        let presented = PresentedClient::from_request(Some(header), &Params::default())
            .map_err(|_| unproved())?;
        let differs = named.is_some_and(|id| id != presented.client_id);
        if differs || client_secret.is_some() {
            return Err(differing());
        }
        return Ok(Some(presented));
    }
    if named.is_none() && client_secret.is_some() {
        return Err(not_named());
    }
    Ok(named.map(|id| PresentedClient {
        client_id: id.to_owned(),
        method: match client_secret {
            Some(_) => ClientAuthMethod::ClientSecretPost,
            None => ClientAuthMethod::None,
        },
        secret: client_secret.map(|secret| secret.expose().clone()),
        assertion: None,
    }))
}

fn not_named() -> Problem {
    let error = FieldError::member("client_id", "required", "A client ID is required.");
    Problem::invalid(vec![error])
}

fn differing() -> Problem {
    let detail = "Identify and authenticate the client in one way only.";
    Problem::invalid(vec![FieldError::member("client_id", "repeated", detail)])
}

fn unproved() -> Problem {
    let challenge = Challenge::basic().realm("doorward").to_string();
    let detail = "Authenticate the client with its registered method.";
    Problem::new(Kind::ClientAuthentication, detail).with_challenge(&challenge)
}
