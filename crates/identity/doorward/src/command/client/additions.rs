//! Options that add values to the lists of a client.

use doorward_domain::model::{ClientChange, ClientId};

use super::parse::{grants, scopes};
use crate::command::prelude::*;

/// Values that a change adds to a list instead of replacing it.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_field_names,
    reason = "the options are named after the fields"
)]
pub struct AdditionArgs {
    /// Redirect URI to add (repeatable)
    #[arg(long, value_name = "URI", conflicts_with = "redirect_uri")]
    add_redirect_uri: Vec<String>,
    /// Redirect URI after sign-out to add (repeatable)
    #[arg(long, value_name = "URI", conflicts_with = "post_logout_redirect_uri")]
    add_post_logout_redirect_uri: Vec<String>,
    /// Grant type to add (repeatable)
    #[arg(long, value_name = "GRANT", conflicts_with = "grant")]
    add_grant: Vec<String>,
    /// Scope to add (repeatable)
    #[arg(long, value_name = "SCOPE", conflicts_with = "scope")]
    add_scope: Vec<String>,
}

impl AdditionArgs {
    /// Completes a change: each list becomes the stored values plus the added ones.
    pub async fn complete(
        self,
        operator: &AdminContext<'_>,
        id: &ClientId,
        mut change: ClientChange,
    ) -> Result<ClientChange> {
        let (grants, scopes) = (grants(&self.add_grant), scopes(&self.add_scope)?);
        let lists = [&self.add_redirect_uri, &self.add_post_logout_redirect_uri];
        if lists.iter().all(|list| list.is_empty()) && grants.is_none() && scopes.is_none() {
            return Ok(change);
        }
        let client = clients::get(operator, id).await?;
        if !self.add_redirect_uri.is_empty() {
            change.redirect_uris = Some(with(client.redirect_uris, self.add_redirect_uri));
        }
        if !self.add_post_logout_redirect_uri.is_empty() {
            let present = client.post_logout_redirect_uris;
            change.post_logout_redirect_uris =
                Some(with(present, self.add_post_logout_redirect_uri));
        }
        if let Some(added) = grants {
            change.grant_types = Some(with(client.grant_types, added));
        }
        if let Some(added) = scopes {
            let present = client.scopes.iter().chain(added.iter());
            change.scopes = Some(present.collect());
        }
        Ok(change)
    }
}

/// Appends the values that are not in the list yet.
fn with<T: PartialEq>(mut present: Vec<T>, added: Vec<T>) -> Vec<T> {
    for item in added {
        if !present.contains(&item) {
            present.push(item);
        }
    }
    present
}
