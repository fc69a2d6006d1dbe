//! Administration by the API: what works, who is kept out, and how denials are explained.

mod apps;
mod assignments;
mod care;
mod decisions;
mod escalation;
mod escalation_apps;
mod escalation_groups;
mod escalation_people;
mod escalation_prepared;
mod fresh;
mod invitations;
mod keys;
mod lists;
mod logo;
mod matrix;
mod once;
mod passkey_link;
mod place;
mod powers;
mod providers;
mod registration_tokens;
mod signing_keys;
mod tenants;
mod world;
mod writes;
