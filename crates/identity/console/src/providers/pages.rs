//! The provider that a path names, and the address to register there.

use doorward_admin::providers;
use doorward_console_ui::prelude::*;

pub(crate) fn redirect_uri(console: &Console<'_>, id: &str) -> String {
    let issuer = console.page.context.core.issuer();
    format!("{issuer}/login/callback/{id}")
}

pub(crate) async fn named(console: &Console<'_>) -> Result<Provider, Stop> {
    let id = parameter(console.page, "id");
    Ok(providers::get(&console.context(), &id).await?)
}
