//! Wire formats of OAuth 2.1 and OpenID Connect.
//!
//! Pure: no clock, no randomness, no I/O. Each module handles one kind of wire value; [`error`] is
//! the single table of error codes and HTTP statuses.

#![warn(missing_docs)]

// The macros name this crate also where it uses them itself.
extern crate self as doorward_protocol;

pub mod added;
pub mod authorization_details;
pub mod authorize;
pub mod bearer;
pub mod certificate;
pub mod ciba;
pub mod client_auth;
pub mod confirmation;
mod debug;
pub mod device;
pub mod discovery;
pub mod displayed_text;
pub mod error;
pub mod foreign_json;
pub mod foreign_request;
pub mod forwarded;
pub mod introspection;
pub mod params;
pub mod pkce;
pub mod prompt;
pub mod redirect_uri;
pub mod registration;
pub mod revocation;
pub mod scope;
pub mod setting_url;
pub mod signing_alg;
pub mod sparse;
pub mod strict_json;
pub mod token;
pub mod words;

pub use authorize::{AuthorizationRequest, ClaimSpec, ClaimsRequest, ResponseMode};
pub use client_auth::{ClientAuthMethod, PresentedClient};
pub use error::{ErrorCode, OAuthError};
pub use params::Params;
pub use pkce::CodeChallenge;
pub use prompt::{Prompt, PromptSet};
pub use scope::Scope;
pub use token::{GrantType, TokenRequest, TokenResponse, TokenType};
