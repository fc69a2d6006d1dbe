//! The Cedar schema of the policies.

/// Cedar schema: the attributes and actions available to policies.
pub const SCHEMA: &str = include_str!("../policies/schema.cedarschema");
