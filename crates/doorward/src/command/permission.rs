use doorward_admin::{resources, roles};
use doorward_domain::model::Permission;

use crate::command::prelude::*;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List the permissions with the resource that checks each
    List(Output),
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
        #[command(flatten)]
        out: Output,
    },
    /// Delete a permission, and remove it from every role
    Delete {
        /// Permission
        #[arg(value_name = "PERMISSION")]
        permission: String,
        #[command(flatten)]
        out: Output,
    },
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    let operator = installation.operator();
    match verb {
        Verb::List(out) => {
            let permissions = roles::permissions(&operator).await?;
            let columns = [
                ("PERMISSION", "codename"),
                ("AUDIENCE", "audience"),
                ("DESCRIPTION", "description"),
            ];
            out.list(permissions.iter().map(document), &columns)
        }
        Verb::Create {
            permission,
            resource,
            description,
            out,
        } => {
            if resource == installation.config.issuer {
                return Err(CliError::usage(
                    "the permissions of this server are built in; name the resource of a service",
                ));
            }
            let new = Permission {
                codename: permission,
                description,
                audience: resource,
            };
            let created = roles::create_permission(&operator, new).await?;
            let sentence = format!("The permission {} is created.", created.codename);
            let resource = resources::get(&operator, &created.audience).await;
            if let Err(AdminError::NotFound { .. }) = resource {
                output::print_status(&format!(
                    "The resource {0} is not registered, and no token has its permissions before `doorward \
                     resource create {0} --name NAME`.",
                    created.audience
                ));
            }
            out.result(&document(&created), &sentence)
        }
        Verb::Delete { permission, out } => {
            let before = document(&roles::permission(&operator, &permission).await?);
            roles::delete_permission(&operator, &permission).await?;
            let sentence = format!("The permission {permission} is deleted.");
            out.deleted(before, &sentence)
        }
    }
}

fn document(permission: &Permission) -> Value {
    json!({
        "codename": permission.codename,
        "description": permission.description,
        "audience": permission.audience,
    })
}
