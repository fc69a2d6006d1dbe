//! Reads the environment: `DOORWARD__SECTION__KEY`, the short names, and `…_FILE` of secrets.

use std::collections::BTreeMap;

use super::table;
use super::{
    error::{Finding, Origin},
    key::{ENV_PREFIX, Key},
    suggestion,
};

/// A variable that sets a key.
#[derive(Debug)]
pub struct Entry {
    pub key: &'static Key,
    pub name: String,
    /// Value, or the path of the file that contains it.
    pub text: String,
    /// True if `text` is the path of a file.
    pub is_file: bool,
}

/// Selects the variables that set keys. Unknown names and two names for one key are findings. An
/// empty value counts as unset (compose files write `${NAME:-}`).
pub fn read(variables: impl IntoIterator<Item = (String, String)>) -> (Vec<Entry>, Vec<Finding>) {
    let mut names: BTreeMap<String, (&'static Key, bool)> = BTreeMap::new();
    for key in table::all() {
        for name in suggestion::environment_names(key) {
            let is_file = key.is_secret() && key.env_names().all(|plain| plain != name);
            names.insert(name, (key, is_file));
        }
    }
    let mut entries: Vec<Entry> = Vec::new();
    let mut findings = Vec::new();
    for (name, text) in variables {
        // Some names belong to a standard and have no `DOORWARD_` prefix.
        let is_ours = name.starts_with("DOORWARD_") || names.contains_key(&name);
        if !is_ours || text.is_empty() {
            continue;
        }
        let Some(&(key, is_file)) = names.get(&name) else {
            findings.extend(unknown(&name));
            continue;
        };
        if let Some(other) = entries.iter().find(|entry| entry.key.path == key.path) {
            let problem = format!("set twice, by {name} and by {}", other.name);
            let origin = Origin::Environment(name);
            findings.push(Finding::error(
                key.path,
                origin,
                problem,
                "keep one of the two",
            ));
            continue;
        }
        entries.push(Entry {
            key,
            name,
            text,
            is_file,
        });
    }
    (entries, findings)
}

/// Reports an unknown name. A short name is reported only if it resembles a known one: Kubernetes
/// sets names such as `DOORWARD_PORT` and `DOORWARD_SERVICE_HOST` for a service called `doorward`.
fn unknown(name: &str) -> Option<Finding> {
    let near = suggestion::environment_name(name);
    let typing_error = near
        .as_deref()
        .is_some_and(|near| strsim::levenshtein(near, name) <= 2);
    if !name.starts_with(ENV_PREFIX) && !typing_error {
        return None;
    }
    let origin = Origin::Environment(name.to_owned());
    let remediation = near.map_or_else(suggestion::reference_hint, |near| {
        format!("did you mean {near}?")
    });
    Some(Finding::error(name, origin, "unknown key", remediation))
}
