//! A token exchange request (RFC 8693 §2.1).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::authorize::resources;
use crate::error::OAuthError;
use crate::params::Params;
use crate::scope::Scope;

/// The only supported token type, for input and output (RFC 8693 §3).
pub const ACCESS_TOKEN_TYPE: &str = "urn:ietf:params:oauth:token-type:access_token";
/// The maximum number of audiences in one request.
const MAX_AUDIENCES: usize = 16;

/// The actor for the subject of a token, and earlier actors (RFC 8693 §4.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
pub struct Actor {
    /// The current actor: a client or a user.
    pub sub: String,
    /// The previous actor; it must not affect access decisions (§4.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub act: Option<Box<Self>>,
}

/// Accepts only an object. A derived reader would also accept a list of the values of its members.
impl TryFrom<Map<String, Value>> for Actor {
    type Error = &'static str;

    fn try_from(mut members: Map<String, Value>) -> Result<Self, Self::Error> {
        let Some(Value::String(sub)) = members.remove("sub") else {
            return Err("an actor has no 'sub'");
        };
        let act = match members.remove("act") {
            None | Some(Value::Null) => None,
            Some(Value::Object(before)) => Some(Box::new(before.try_into()?)),
            Some(_) => return Err("an actor must be an object"),
        };
        Ok(Self { sub, act })
    }
}

impl Actor {
    /// Returns the length of the chain of actors.
    pub fn chain(&self) -> usize {
        1 + self.act.as_ref().map_or(0, |before| before.chain())
    }
}

/// A token exchange request. `Debug` shows no token.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenExchange {
    /// The token of the party on whose behalf the request is made.
    pub subject_token: String,
    /// The token of the acting party.
    pub actor_token: Option<String>,
    /// The requested targets, as URIs (RFC 8707).
    pub resource: Vec<String>,
    /// The requested targets, as names.
    pub audience: Vec<String>,
    /// The scope of the new token.
    pub scope: Option<Scope>,
}

impl TokenExchange {
    /// Reads the request.
    ///
    /// # Errors
    /// Returns `invalid_request` for a missing or repeated parameter, an unsupported token type, or
    /// an actor token without its type or vice versa (§2.1). Returns `invalid_target` for a
    /// `resource` that is not an absolute URI.
    pub fn parse(params: &Params) -> Result<Self, OAuthError> {
        // §2.1: only these two may be repeated.
        params.reject_duplicates(&["resource", "audience"])?;
        let subject_token = params.required("subject_token")?.to_owned();
        is_served("subject_token_type", params.required("subject_token_type")?)?;
        if let Some(requested) = params.optional("requested_token_type")? {
            is_served("requested_token_type", requested)?;
        }
        let actor_token = params.optional("actor_token")?.map(str::to_owned);
        match (&actor_token, params.optional("actor_token_type")?) {
            (Some(_), Some(kind)) => is_served("actor_token_type", kind)?,
            (None, None) => {}
            (Some(_), None) => {
                let problem = "'actor_token' needs an 'actor_token_type'";
                return Err(OAuthError::invalid_request(problem));
            }
            (None, Some(_)) => {
                let problem = "'actor_token_type' requires an 'actor_token'";
                return Err(OAuthError::invalid_request(problem));
            }
        }
        let audience: Vec<String> = params.all("audience").map(str::to_owned).collect();
        if audience.len() > MAX_AUDIENCES {
            return Err(OAuthError::invalid_request("too many audiences"));
        }
        Ok(Self {
            subject_token,
            actor_token,
            resource: resources(params)?,
            audience,
            scope: params.optional("scope")?.map(Scope::parse).transpose()?,
        })
    }
}

fn is_served(parameter: &str, kind: &str) -> Result<(), OAuthError> {
    if kind == ACCESS_TOKEN_TYPE {
        return Ok(());
    }
    let problem = format!("'{parameter}' must be {ACCESS_TOKEN_TYPE}");
    Err(OAuthError::invalid_request(problem))
}

crate::debug_fields!(TokenExchange: resource, audience, scope);

#[cfg(test)]
mod tests;
