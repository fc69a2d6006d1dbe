//! The registered objects and the values that the fields of a client's settings are made from.

use doorward_admin::{resources, scopes};
use doorward_domain::model::{PkcePolicy, Resource, ScopeEntry};
use doorward_protocol::authorization_details::DetailType;
use doorward_services::detail_types;

use crate::apps::settings_page::SettingsPage;
use doorward_console_ui::prelude::*;

/// The objects, values and defaults that the fields of a page are made from.
pub(crate) struct Registered {
    pub(crate) scopes: Vec<ScopeEntry>,
    pub(crate) resources: Vec<Resource>,
    pub(crate) details: Vec<DetailType>,
    /// The values as typed, with the texts of searches.
    pub(crate) typed: Params,
    /// The policy of new clients.
    pub(crate) pkce: PkcePolicy,
}

impl Registered {
    pub(crate) fn none(pkce: PkcePolicy) -> Self {
        Self {
            scopes: Vec::new(),
            resources: Vec::new(),
            details: Vec::new(),
            typed: Params::default(),
            pkce,
        }
    }

    /// Returns the settings of the deployment, without the registered objects.
    pub(crate) fn of_deployment(console: &Console<'_>) -> Self {
        Self::none(console.page.context.core.config.clients.pkce)
    }

    pub(crate) async fn read(
        console: &Console<'_>,
        page: SettingsPage,
        typed: &Params,
    ) -> Result<Self, Stop> {
        let mut found = Self {
            typed: typed.clone(),
            ..Self::of_deployment(console)
        };
        let context = console.context();
        if matches!(page, SettingsPage::Scopes | SettingsPage::Advanced) {
            found.resources = resources::list(&context).await?;
        }
        if page == SettingsPage::Scopes {
            let settings = &console.page.context.core.config.authorization;
            found.scopes = scopes::list(&context).await?;
            found.details = detail_types::known(settings.details_types());
        }
        Ok(found)
    }
}
