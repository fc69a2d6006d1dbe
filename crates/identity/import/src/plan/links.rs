//! Issuers of the identity providers that linked accounts refer to.

use std::collections::BTreeMap;

use doorward_rules::provider::Preset;

use crate::item::Note;
use crate::options::ImportOptions;
use crate::record::LinkRecord;

/// The issuers by the alias of the provider in the source.
#[derive(Clone, Debug, Default)]
pub struct Issuers(BTreeMap<String, String>);

impl Issuers {
    /// Starts with the operator's choices.
    pub fn new(options: &ImportOptions) -> Self {
        Self(options.issuers.clone())
    }

    /// Adds a provider of the source, unless the operator has named its issuer.
    pub fn add(&mut self, alias: &str, issuer: &str) {
        self.0
            .entry(alias.to_owned())
            .or_insert_with(|| issuer.to_owned());
    }

    /// Returns the issuer and subject of a link, or the reason why it is not imported.
    ///
    /// Microsoft is rejected: Keycloak and allauth store the id of the Graph API, which is not the
    /// `sub` of its ID tokens.
    pub fn resolve(&self, link: &LinkRecord) -> Result<(String, String), Note> {
        let alias = link.provider.as_str();
        let refuse =
            |code, problem: &str| Err(Note::new(code, format!("link with {alias}: {problem}")));
        if matches!(alias, "microsoft" | "microsoft_graph") && !self.0.contains_key(alias) {
            return refuse(
                "link_microsoft",
                "the stored id is that of the Graph API, not the subject of ID tokens",
            );
        }
        if link.subject.is_empty() || link.subject.len() > 255 {
            return refuse("link_subject", "the subject is empty or too long");
        }
        let known = self.0.get(alias).cloned().or_else(|| {
            let preset = Preset::parse(alias)?;
            preset.issuer().map(str::to_owned)
        });
        match known {
            Some(issuer) => Ok((issuer, link.subject.clone())),
            None => refuse(
                "link_issuer",
                "the issuer is unknown; name it with --issuer ALIAS=URL",
            ),
        }
    }
}
