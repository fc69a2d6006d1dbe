//! The plans of the suite, and the expected results (`plans.toml`).

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::failure::Failure;

const FILE: &str = include_str!("plans.toml");

/// The content of `plans.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plans {
    /// Plans, in the order of the page's table.
    pub plan: Vec<Plan>,
    expected: Vec<Expected>,
}

/// A plan of the suite with one choice of variants.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Name of `--plan`, and the alias at the suite if its clients are static.
    pub name: String,
    /// Name in the page's table.
    pub title: String,
    pub suite_name: String,
    pub modules: usize,
    /// Chosen variants.
    #[serde(default)]
    pub variant: BTreeMap<String, String>,
}

/// Modules with another result than `PASSED`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    modules: BTreeSet<String>,
    result: String,
    /// Name of the plan; every plan if absent.
    plan: Option<String>,
    /// Variants of the plans; every plan if empty.
    #[serde(default)]
    variant: BTreeMap<String, String>,
    /// Conditions that report a failure or a warning.
    #[serde(default)]
    conditions: BTreeSet<String>,
}

/// The clients of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// The suite registers clients in each module, with an initial access token.
    Dynamic,
    /// Clients with a secret.
    Static,
    /// Clients with a FAPI 2.0 profile.
    Fapi,
    /// None: Doorward is the client, and the suite the provider.
    RelyingParty,
    /// A receiver of signals.
    Signals,
    /// A service that asks the tasks API for decisions.
    Decisions,
    /// Clients whose users answer elsewhere (CIBA).
    Ciba,
}

impl Plan {
    /// Returns a chosen variant, or an empty string.
    pub fn variant(&self, name: &str) -> &str {
        self.variant.get(name).map_or("", String::as_str)
    }

    /// Returns true if the suite requests authorization details (RFC 9396).
    pub fn is_rich(&self) -> bool {
        self.variant("authorization_request_type") == "rar"
    }

    /// Returns the clients that the plan needs.
    pub fn registration(&self) -> Registration {
        if self.suite_name.contains("-client-") {
            Registration::RelyingParty
        } else if self.suite_name.starts_with("openid-ssf-") {
            Registration::Signals
        } else if self.suite_name.starts_with("authzen-") {
            Registration::Decisions
        } else if self.suite_name.starts_with("fapi-ciba-") {
            Registration::Ciba
        } else if self.variant.contains_key("client_auth_type") {
            Registration::Fapi
        } else if self.variant("client_registration") == "static_client" {
            Registration::Static
        } else {
            Registration::Dynamic
        }
    }

    /// Returns true if Doorward is a client with a FAPI profile.
    pub fn is_fapi_client(&self) -> bool {
        self.registration() == Registration::RelyingParty && self.suite_name.starts_with("fapi2-")
    }

    /// Returns true if the suite signs the user out at Doorward.
    pub fn signs_out(&self) -> bool {
        self.suite_name.contains("logout") && self.registration() == Registration::RelyingParty
    }

    /// Returns true if the suite opens pages of Doorward.
    pub fn has_browser(&self) -> bool {
        use Registration::{Dynamic, Fapi, Static};
        matches!(self.registration(), Dynamic | Fapi | Static)
    }

    /// Returns the name of the plan's configuration file.
    pub fn file_name(&self) -> String {
        format!("{}.json", self.name)
    }
}

impl Expected {
    fn concerns(&self, plan: &Plan, module: &str) -> bool {
        let chosen = |(name, value): (&String, &String)| plan.variant(name) == value;
        self.modules.contains(module)
            && self.plan.as_ref().is_none_or(|name| *name == plan.name)
            && self.variant.iter().all(chosen)
    }
}

impl Plans {
    /// Reads the plans.
    ///
    /// # Errors
    ///
    /// Returns an error if the file is malformed.
    pub fn read() -> Result<Self, Failure> {
        toml::from_str(FILE).map_err(|error| format!("plans.toml: {error}"))
    }

    /// Returns the plans with these names, or all of them if there is no name.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no plan with a name.
    pub fn select(&self, names: &[String]) -> Result<Vec<Plan>, Failure> {
        let unknown = |name: &&String| !self.plan.iter().any(|plan| plan.name == **name);
        if let Some(name) = names.iter().find(unknown) {
            let known: Vec<_> = self.plan.iter().map(|plan| plan.name.as_str()).collect();
            return Err(format!(
                "there is no plan {name:?}; the plans are {}",
                known.join(", ")
            ));
        }
        let selected = |plan: &&Plan| names.is_empty() || names.contains(&plan.name);
        Ok(self.plan.iter().filter(selected).cloned().collect())
    }

    /// Returns the expected result of a module, and the conditions that may report a failure or a
    /// warning.
    pub fn expected(&self, plan: &Plan, module: &str) -> (&str, Vec<&str>) {
        let found = self.expected.iter().find(|it| it.concerns(plan, module));
        found.map_or(("PASSED", Vec::new()), |expected| {
            let conditions = expected.conditions.iter().map(String::as_str);
            (expected.result.as_str(), conditions.collect())
        })
    }

    /// Returns each module with another result than `PASSED`, with that result.
    #[cfg(test)]
    pub fn exceptions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.expected.iter().flat_map(|expected| {
            let modules = expected.modules.iter().map(String::as_str);
            modules.map(|module| (module, expected.result.as_str()))
        })
    }
}
