//! Use cases of OAuth 2 and OpenID Connect: authorization, tokens, clients, sign-out.

// Requests are deeply nested futures; a release build computes their layout recursively.
#![recursion_limit = "256"]

pub mod authorize;
pub mod backchannel_logout;
pub mod ciba;
pub mod client_auth;
pub mod client_document;
pub mod client_registration;
pub mod clients;
pub mod consent;
mod custom_claims;
mod deleted_client;
pub mod dev_token;
pub mod device;
pub mod dpop;
pub mod grant_state;
pub mod introspect;
pub mod issue;
pub mod logout;
pub mod ping;
mod prelude;
pub mod pushed_request;
pub mod refresh_token;
mod replay;
pub(crate) mod request_object;
pub mod revoke;
pub mod signing;
pub mod simulation;
pub mod token;
pub mod trusted_issuers;
pub mod userinfo;
