//! Decisions, each a pure function over values, tested in tables.

pub mod access_token;
pub mod activity;
pub mod api_key;
pub mod assurance;
pub mod audit_chain;
pub mod authorize;
pub mod claims;
pub mod client_auth;
pub mod code_exchange;
pub mod email_link;
pub mod gate;
pub mod grants;
pub mod kept_session;
pub mod logout;
pub mod next_step;
pub mod origin;
pub mod person;
pub mod profile;
pub mod refresh;
pub mod retry;
pub mod second_factor;
pub mod sudo;
pub mod throttle;
