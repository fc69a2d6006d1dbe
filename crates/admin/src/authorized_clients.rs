//! Clients that may act for a user.

use doorward_domain::model::UserId;
use doorward_services::authorized_client::{self, AuthorizedClient};
use doorward_services::context::{Core, Directory};

use super::operator::{AdminContext, AdminError};
use super::users;

/// Lists the clients that may act for a user, the last used first.
///
/// # Errors
/// [`AdminError::NotFound`] for an unknown user, [`AdminError::Denied`] without `users:read` and
/// `clients:read` for the whole deployment.
pub async fn list(
    context: &AdminContext<'_>,
    core: &Core,
    directory: &Directory,
    user: UserId,
) -> Result<Vec<AuthorizedClient>, AdminError> {
    context.require_global("users:read")?;
    context.require_global("clients:read")?;
    let user = users::read(context, &user.to_string()).await?;
    Ok(authorized_client::of_user(core, directory, user.id).await?)
}
