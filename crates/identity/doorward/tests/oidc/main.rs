//! Tests of the identity server over HTTP, on SQLite with memory and on PostgreSQL with Redis. Each
//! module covers one topic; each test names the requirement it checks.

// As in the program: a release build lays out the nested futures at once.
#![recursion_limit = "256"]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod assertion_audience;
mod authorize_errors;
mod authorize_flow;
mod authorize_prompt;
mod backchannel;
mod bad_input;
mod certification;
mod ciba;
mod ciba_ping;
mod ciba_signed;
mod claim_shapes;
mod client_auth;
mod client_credentials;
mod client_document;
mod client_document_fetch;
mod code;
mod consent;
mod cors;
mod cross_origin;
mod custom_claims;
mod deleted_client;
mod device;
mod discovery;
mod dpop;
mod enumeration;
mod fapi2;
mod former_issuer;
mod former_names;
#[path = "../../../../features/sites/tests/forward_auth.rs"]
mod forward_auth;
mod frontchannel;
mod golden;
mod grant_check;
mod growth;
mod hanging_hosts;
#[path = "../../../../features/impersonation/tests/oidc.rs"]
mod impersonation;
mod introspection;
mod jarm;
mod jwt_bearer;
mod keys;
mod logout;
mod mcp;
mod metrics;
mod mtls;
mod narrowed_audience;
mod native_clients;
mod organization;
mod organization_precedence;
mod pairwise;
mod par;
mod pending_requests;
mod pkce;
mod private_key_jwt;
mod protected_services;
mod redirect_uri;
mod refresh;
mod registration;
mod registration_changes;
mod rejections;
mod relying_parties;
mod relying_party;
mod replay;
mod request_object;
mod request_uri;
mod revocation;
mod rich_authorization;
#[path = "../../../../features/saml/tests/sign_in.rs"]
mod saml;
#[path = "../../../../features/saml/tests/rejections.rs"]
mod saml_rejections;
#[path = "../../../../features/saml/tests/sign_out.rs"]
mod saml_sign_out;
mod secret_key;
#[path = "../../../../features/signals/tests/oidc.rs"]
mod signals;
mod signing_algorithms;
mod ssrf;
mod ssrf_fetches;
mod ssrf_request_objects;
mod statements;
mod support;
mod support_documents;
mod support_dpop;
mod support_keys;
mod support_mtls;
mod tenant_domain;
mod tenant_host;
mod token_exchange;
mod token_format;
mod token_lifetimes;
mod token_type;
mod traces;
mod user_claims;
mod userinfo;
