//! `doorward permission list|create|delete`.

use clap::{Args, Subcommand};
use doorward_admin::{operator::AdminError, resources, roles};
use doorward_domain::model::Permission;
use serde_json::{Value, json};

use crate::{
    error::CliError,
    output,
    target::{Installation, TargetArgs},
};

/// Manage the permissions that roles can grant.
#[derive(Debug, Args)]
pub struct PermissionArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the permissions with the resource that checks each
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Register a permission of a resource; the role `admin` gets it at once
    Create {
        /// Permission `resource:action`, such as `bills:pay`
        #[arg(value_name = "PERMISSION")]
        permission: String,
        /// Resource that checks it
        #[arg(long, value_name = "URI")]
        resource: String,
        /// Description of the allowed action
        #[arg(long, value_name = "SENTENCE", default_value = "")]
        description: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Delete a permission, and remove it from every role
    Delete {
        /// Permission
        #[arg(value_name = "PERMISSION")]
        permission: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Runs the subcommand.
pub async fn run(args: PermissionArgs) -> Result<(), CliError> {
    let installation = args.target.open().await?;
    let operator = installation.operator();
    match args.verb {
        Verb::List { json } => list(&installation, json).await,
        Verb::Create {
            permission,
            resource,
            description,
            json,
        } => {
            if resource == installation.config.issuer {
                return Err(CliError::Usage(
                    "the permissions of this server are built in; name the resource of a service"
                        .into(),
                ));
            }
            let new = Permission {
                codename: permission,
                description,
                audience: resource,
            };
            let created = roles::create_permission(&operator, new).await?;
            let sentence = format!("The permission {} is created.", created.codename);
            if let Err(AdminError::NotFound { .. }) =
                resources::get(&operator, &created.audience).await
            {
                output::print_status(&format!(
                    "The resource {0} is not registered, and no token has its permissions before `doorward \
                     resource create {0} --name NAME`.",
                    created.audience
                ));
            }
            output::print_result(json, &document(&created), &sentence)
        }
        Verb::Delete { permission, json } => {
            let before = roles::permission(&operator, &permission).await?;
            roles::delete_permission(&operator, &permission).await?;
            let sentence = format!("The permission {permission} is deleted.");
            output::print_result(json, &output::deleted(document(&before)), &sentence)
        }
    }
}

async fn list(installation: &Installation, as_json: bool) -> Result<(), CliError> {
    let permissions = roles::permissions(&installation.operator()).await?;
    if as_json {
        return output::json(&permissions.iter().map(document).collect::<Vec<_>>());
    }
    let rows: Vec<_> = permissions
        .into_iter()
        .map(|permission| {
            vec![
                permission.codename,
                permission.audience,
                permission.description,
            ]
        })
        .collect();
    output::table(&["PERMISSION", "AUDIENCE", "DESCRIPTION"], &rows)
}

fn document(permission: &Permission) -> Value {
    json!({
        "codename": permission.codename,
        "description": permission.description,
        "audience": permission.audience,
    })
}
