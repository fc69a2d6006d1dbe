//! Administration by the API: what works, who is kept out, and how denials are explained.

mod apps;
mod assignments;
mod care;
mod decisions;
mod escalation;
mod escalation_apps;
mod escalation_groups;
mod escalation_people;
mod fresh;
mod keys;
mod lists;
mod matrix;
mod once;
mod powers;
mod tenants;
mod world;
mod writes;
