//! Paths of identity providers, and the address to register there.

use doorward_domain::model::ProviderId;

use crate::console::Console;

/// Path of the list.
pub(crate) const HOME: &str = "/admin/providers";

/// Returns the path of a provider.
pub(crate) fn path(id: &ProviderId) -> String {
    format!("{HOME}/{id}")
}

/// Returns the redirect URI of the provider with this id, as typed.
pub(crate) fn redirect_uri(console: &Console<'_>, id: &str) -> String {
    let issuer = console.page.context.core.issuer();
    format!("{issuer}/login/callback/{id}")
}
