//! The shared parts of the use cases: the context, jobs, limits, hashing, caches, the audit log.

// Requests are deeply nested futures; a release build computes their layout recursively.
#![recursion_limit = "256"]

pub mod access_end;
pub mod attempts;
pub mod audit;
pub mod audit_anchor;
pub mod audit_archive;
pub mod audit_streams;
pub mod branding;
pub mod caller;
pub mod client_certificate;
pub mod client_keys;
pub mod context;
pub mod denial_log;
pub mod detail_types;
pub mod email_link;
pub mod error;
pub mod factors;
pub mod fetcher;
pub mod foreign_forms;
pub mod geoip;
pub mod hashing;
pub mod issued_tokens;
pub mod job_payload;
pub mod jobs;
pub mod keyed_hash;
pub mod known_device;
pub mod names;
pub mod open_campaigns;
pub mod open_requests;
pub mod organization;
pub mod outbox;
pub mod own_brand;
pub mod own_texts;
pub mod passkeys;
pub mod picture;
pub mod pictures;
mod prelude;
pub mod rate_limit;
pub mod read_cache;
pub mod remediation;
pub mod request_documents;
pub mod running_exports;
pub mod running_server;
pub mod secret_keys;
pub mod secret_use;
pub mod sector_documents;
pub mod session;
mod sign_in_metrics;
pub mod signed_in;
pub mod signing_keys;
pub mod subject_aliases;
pub mod transaction;
pub mod verified_tokens;
