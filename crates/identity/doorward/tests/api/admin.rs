//! Tests of the administration API: operations, denied callers, and explanations of denials.

#[path = "../../../../features/access-reviews/tests/access_review_grounds.rs"]
mod access_review_grounds;
#[path = "../../../../features/access-reviews/tests/access_reviews.rs"]
mod access_reviews;
mod account_fields;
mod api_keys;
#[path = "../../../../features/as-code/tests/api.rs"]
mod as_code;
#[path = "../../../../features/as-code/tests/tables.rs"]
mod as_code_tables;
mod assignments;
mod attempts;
mod branding;
mod bulk;
mod change_reasons;
mod claims;
mod client_profiles;
mod client_secrets;
mod client_urls;
mod clients;
mod decisions;
mod delegation_bodies;
mod delegation_rows;
mod deletions;
mod displayed_names;
mod endings;
mod escalation;
mod escalation_managers;
mod escalation_owners;
mod escalation_providers;
#[path = "../../../../features/campaigns/tests/api.rs"]
mod factor_campaigns;
mod geoip;
mod idempotency;
#[path = "../../../../features/impersonation/tests/api.rs"]
mod impersonation;
mod invitation_files;
mod invitations;
mod lists;
pub mod logo;
mod matrix;
mod matrix_bodies;
mod matrix_campaigns;
mod matrix_clients;
mod matrix_delegation;
mod matrix_features;
mod matrix_flows;
mod matrix_functions;
mod matrix_keys;
mod matrix_looks;
mod matrix_objects;
mod matrix_rows;
mod new_password;
#[path = "../../../../features/notices/tests/api.rs"]
mod notices;
mod object_endings;
mod offboarding;
mod organization_domain;
mod organization_isolation;
mod passkey_link;
mod power;
mod profile_fields;
mod protected_users;
mod providers;
mod recent_authentication;
mod registration_tokens;
mod registries;
#[path = "../../../../features/reports/tests/api.rs"]
mod reports;
mod restored_proofs;
#[path = "../../../../features/saml/tests/api.rs"]
mod saml;
#[path = "../../../../features/scim/tests/api.rs"]
mod scim;
#[path = "../../../../features/scim/tests/groups.rs"]
mod scim_groups;
#[path = "../../../../features/scim/tests/isolation.rs"]
mod scim_isolation;
#[path = "../../../../features/scim/tests/source.rs"]
mod scim_source;
#[path = "../../../../features/scim/tests/targets.rs"]
mod scim_targets;
#[path = "../../../../features/scim/tests/users.rs"]
mod scim_users;
mod search;
mod signing_keys;
#[path = "../../../../features/sites/tests/proxies.rs"]
mod site_proxies;
#[path = "../../../../features/sites/tests/api.rs"]
mod sites;
mod stats;
mod system;
#[path = "../../../../features/own-texts/tests/api.rs"]
mod texts;
mod url_authors;
mod user_changes;
pub mod user_factors;
pub mod world;
mod writes;
