//! SCIM 2.0 (RFC 7643, RFC 7644): directories such as Entra ID and Okta provision users and groups.
//!
//! A source is what provisions: it has a token, and belongs to one organization or to the deployment. All changes go
//! through the use cases of administration, in one transaction for each request (decision 164).

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

mod attributes;
mod bulk;
mod discovery;
mod endpoint;
mod failure;
mod group_members;
mod groups;
mod list;
mod operations;
mod request;
mod resources;
mod rights;
mod server;
mod sources;
mod user_changes;
mod user_list;
mod user_resource;
mod users;

use doorward_console_ui::feature::Feature;

pub static FEATURE: Feature = Feature {
    name: "scim",
    commands: &[("scim", "Manage the sources that provision users by SCIM")],
    operations: operations::ALL,
    routes: endpoint::configure,
    ..Feature::NONE
};
