//! SCIM 2.0 (RFC 7643, RFC 7644): directories such as Entra ID and Okta provision users and groups, and this server
//! provisions them to applications ([`client`]).
//!
//! A source is what provisions: it has a token, and belongs to one organization or to the deployment. All changes go
//! through the use cases of administration, in one transaction for each request (decision 164).

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

mod attributes;
mod bulk;
mod client;
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

use doorward_console_ui::feature::{Check, Feature, Task};

pub static FEATURE: Feature = Feature {
    name: "scim",
    commands: &[
        (
            "scim",
            "Manage the sources and the targets of users by SCIM",
        ),
        (
            "scim target",
            "Manage the applications that get users by SCIM",
        ),
    ],
    operations: operations::ALL,
    routes: endpoint::configure,
    tasks: &[Task {
        name: "scim targets",
        run: |context| Box::pin(client::run(context)),
    }],
    checks: &[Check {
        part: "scim targets",
        run: |context| Box::pin(client::check(context)),
    }],
    provisioning: &[
        |context| Box::pin(sources::provisioning(context)),
        |context| Box::pin(client::provisioning(context)),
    ],
    ..Feature::NONE
};
