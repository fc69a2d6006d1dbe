//! The schema of the rules.

/// What rules can speak of.
pub const SCHEMA: &str = include_str!("../../policies/schema.cedarschema");
