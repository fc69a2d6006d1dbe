//! The identity server from outside: over HTTP, on SQLite with memory and on PostgreSQL with
//! Redis. Each module is one theme; each test names the sentence it holds the server to.

// As in the program: one future within another, laid out at once in a release build.
#![recursion_limit = "256"]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod authorize_errors;
mod authorize_flow;
mod authorize_prompt;
mod backchannel;
mod bad_input;
mod ciba;
mod client_auth;
mod client_credentials;
mod client_document;
mod client_document_fetch;
mod code;
mod consent;
mod cors;
mod cross_origin;
mod device;
mod discovery;
mod dpop;
mod enumeration;
mod frontchannel;
mod gate;
mod golden;
mod introspection;
mod jarm;
mod jwt_bearer;
mod keys;
mod logout;
mod mcp;
mod metrics;
mod mtls;
mod organization;
mod organization_beside;
mod pairwise;
mod par;
mod pkce;
mod private_key_jwt;
mod redirect_uri;
mod refresh;
mod registration;
mod relying_parties;
mod relying_party;
mod replay;
mod request_object;
mod revocation;
mod rich_authorization;
mod ssrf;
mod ssrf_world;
mod statements;
mod support;
mod support_documents;
mod support_dpop;
mod support_keys;
mod support_mtls;
mod tenant_host;
mod token_exchange;
mod token_format;
mod traces;
mod userinfo;
mod waiting_requests;
