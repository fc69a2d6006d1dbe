//! Applications that speak SAML, with the addresses that they have, and with what to enter there.

use std::sync::LazyLock;

use doorward_admin::applications::OtherApplication;
use doorward_admin::prelude::*;
use doorward_domain::model::saml_client::{AttributeNames, NameIdFormat, SamlSettings};
use doorward_saml_protocol::metadata::OwnAddresses;
use serde::Deserialize;
use url::Url;

use crate::bodies::Values;

#[cfg(test)]
mod tests;

/// A known application. Its texts have placeholders.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    pub id: String,
    pub title: String,
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
pub static ALL: LazyLock<Vec<Application>> = LazyLock::new(|| {
    let read = toml::from_str::<Catalogue>(include_str!("../applications.toml"));
    read.expect("the data file is valid").application
});

/// Returns the applications for `client apps`.
pub fn all() -> Vec<OtherApplication> {
    let all = ALL.iter().map(|application| OtherApplication {
        id: &application.id,
        title: &application.title,
        source: &application.source,
    });
    all.collect()
}

fn fill(text: &str, url: &str, own: &OwnAddresses) -> String {
    let parsed = Url::parse(url).ok();
    let host = parsed.as_ref().and_then(Url::host_str);
    text.replace("{url}", url.trim_end_matches('/'))
        .replace("{host}", host.unwrap_or_default())
        .replace("{idp}", &own.entity_id)
        .replace("{sso}", &own.sign_on)
        .replace("{logout}", &own.logout)
}

impl Application {
    /// Returns what to enter at the application, below its documentation.
    fn lines(&self, url: &str, own: &OwnAddresses) -> Vec<String> {
        let documentation = format!("{}: {}", self.title, self.source);
        let settings = self.settings.iter();
        let settings = settings.map(|[name, value]| format!("{name}: {}", fill(value, url, own)));
        std::iter::once(documentation).chain(settings).collect()
    }
}

pub fn find(id: &str) -> Option<&'static Application> {
    ALL.iter().find(|known| known.id == id)
}

/// Gives values the addresses and preferences of the application that they name, unless they have their own.
pub fn complete(values: &mut Values, own: &OwnAddresses) -> Result<()> {
    let Some(id) = &values.app else {
        return match &values.url {
            Some(_) => Err(AdminError::choice("app", "name the application of the URL")),
            None => Ok(()),
        };
    };
    let unknown = || {
        let known: Vec<&str> = ALL.iter().map(|known| known.id.as_str()).collect();
        AdminError::invalid("app", format!("known: {}", known.join(", ")))
    };
    let application = find(id).ok_or_else(unknown)?;
    let url = values.url.as_deref().unwrap_or_default();
    if Url::parse(url).ok().is_none_or(|url| !url.has_host()) {
        let problem = "write the URL of the application, such as https://wiki.example.com";
        return Err(AdminError::choice("url", problem));
    }
    let filled = |text: &String| fill(text, url, own);
    values
        .entity_id
        .get_or_insert(filled(&application.entity_id));
    values.acs.get_or_insert(vec![filled(&application.acs)]);
    let logout_url = application.logout_url.as_ref().map(filled);
    values.logout_url = values.logout_url.take().or(logout_url);
    let (names, format) = (application.attribute_names, application.name_id_format);
    values.attribute_names.get_or_insert(names);
    values.name_id_format.get_or_insert(format);
    Ok(())
}

/// Returns what to enter at the application of a client; nothing without a known one.
pub fn configuration(settings: &SamlSettings, own: &OwnAddresses) -> Vec<String> {
    let [id, url] = settings
        .app
        .as_ref()
        .map_or(["", ""], |app| app.each_ref().map(String::as_str));
    find(id).map_or_else(Vec::new, |known| known.lines(url, own))
}
