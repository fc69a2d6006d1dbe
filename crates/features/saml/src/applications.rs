//! Applications that speak SAML, with the addresses that they have, and with what to enter there.

use std::sync::LazyLock;

use doorward_admin::prelude::*;
use doorward_domain::model::saml_client::{AttributeNames, NameIdFormat};
use doorward_saml_protocol::metadata::OwnAddresses;
use serde::Deserialize;
use url::Url;

use crate::use_cases::Values;

#[cfg(test)]
mod tests;

/// A known application. Its texts have placeholders.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Application {
    id: String,
    title: String,
    /// Documentation.
    source: String,
    entity_id: String,
    acs: String,
    logout_url: Option<String>,
    attribute_names: AttributeNames,
    name_id_format: NameIdFormat,
    /// Names of settings with their values.
    settings: Vec<[String; 2]>,
}

#[derive(Deserialize)]
struct Catalogue {
    application: Vec<Application>,
}

#[expect(clippy::expect_used, reason = "a test reads the file")]
static ALL: LazyLock<Vec<Application>> = LazyLock::new(|| {
    let read = toml::from_str::<Catalogue>(include_str!("../applications.toml"));
    read.expect("the data file is valid").application
});

/// Gives values the addresses and preferences of the application that they name, unless they have their own.
/// Returns what to enter at the application.
pub fn complete(values: &mut Values, own: &OwnAddresses) -> Result<Vec<String>> {
    let Some(id) = values.app.take() else {
        return match values.url.take() {
            Some(_) => Err(AdminError::choice("app", "name the application of the URL")),
            None => Ok(Vec::new()),
        };
    };
    let found = ALL.iter().find(|known| known.id == id);
    let unknown = || {
        let known: Vec<&str> = ALL.iter().map(|known| known.id.as_str()).collect();
        AdminError::invalid("app", format!("known: {}", known.join(", ")))
    };
    let application = found.ok_or_else(unknown)?;
    let url = values.url.take().unwrap_or_default();
    let parsed = Url::parse(&url).ok();
    let host = parsed.as_ref().and_then(Url::host_str);
    let host = host.ok_or_else(|| {
        AdminError::choice(
            "url",
            "write the URL of the application, such as https://wiki.example.com",
        )
    })?;
    let fill = |text: &str| {
        text.replace("{url}", url.trim_end_matches('/'))
            .replace("{host}", host)
            .replace("{idp}", &own.entity_id)
            .replace("{sso}", &own.sign_on)
            .replace("{logout}", &own.logout)
    };
    let logout_url = application.logout_url.as_deref().map(fill);
    let entity_id = fill(&application.entity_id);
    values.entity_id.get_or_insert(entity_id);
    values.consumers.get_or_insert(vec![fill(&application.acs)]);
    values.logout_url = values.logout_url.take().or(logout_url);
    values
        .attribute_names
        .get_or_insert(application.attribute_names);
    values
        .name_id_format
        .get_or_insert(application.name_id_format);
    let settings = application.settings.iter();
    let settings = settings.map(|[name, value]| format!("{name}: {}", fill(value)));
    let documentation = format!("{}: {}", application.title, application.source);
    Ok(std::iter::once(documentation).chain(settings).collect())
}
