//! Administration by the API: what works, who is kept out, and how denials are explained.

mod escalation;
mod lists;
mod matrix;
mod powers;
mod tenants;
mod world;
mod writes;
