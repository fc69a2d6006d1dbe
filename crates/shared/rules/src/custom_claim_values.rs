//! The values of custom claims in an output.

use doorward_protocol::scope::Scope;
use serde_json::{Map, Value};

use super::claim_list;
use super::custom_claims::{ByPath, MAX_VALUE, json_size, max_total, size_of_names};
use doorward_domain::model::{
    Choice, ClaimMapping, ClaimOutput, ClaimSource, EffectiveRoles, FieldValues,
};

/// The facts that custom claims are built from.
#[derive(Clone, Copy, Debug)]
pub struct ClaimFacts<'a> {
    pub scope: &'a Scope,
    /// The roles and groups of the subject in its organization.
    pub roles: &'a EffectiveRoles,
    /// The slug of the organization that the subject acts in.
    pub org: Option<&'a str>,
    /// The display name of that organization.
    pub org_name: Option<&'a str>,
    /// The user's values of custom profile fields; empty for a client.
    pub fields: &'a FieldValues,
}

/// The reason for which a claim was left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Omission {
    /// The list has too many entries or is too large.
    ListTooLarge,
    ValueTooLarge,
    /// All claims of the output together would be too large.
    OutputTooLarge,
    /// Another mapping's value would be changed.
    Conflict,
}

impl Omission {
    /// Returns the reason with the remediation, for operators.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::ListTooLarge => {
                "the list has too many entries or bytes; list fewer with `starting_with` or `below`"
            }
            Self::ValueTooLarge => "the value has more than 1024 bytes",
            Self::OutputTooLarge => "all custom claims of the output together are too large",
            Self::Conflict => "another mapping sets the claim or a member of it as its value",
        }
    }
}

#[derive(Clone, PartialEq, Debug, Default)]
pub struct Computed<'a> {
    pub claims: Map<String, Value>,
    /// The mappings whose claims were left out.
    pub omitted: Vec<(&'a ClaimMapping, Omission)>,
}

/// Computes the custom claims of an output, in the order of their paths. A value that exceeds a
/// bound is left out, never truncated. [`super::custom_claims::check_all`] ensures that only a list can exceed one.
pub fn compute<'a>(
    chosen: &ByPath<'a>,
    output: ClaimOutput,
    facts: &ClaimFacts<'_>,
) -> Computed<'a> {
    let mut computed = Computed::default();
    let mut total = 0;
    let mut set: Option<&[&str]> = None;
    for (path, &mapping) in chosen {
        let is_scoped = mapping.scope.as_deref();
        if is_scoped.is_some_and(|scope| !facts.scope.contains(scope)) {
            continue;
        }
        let value = match value_of(&mapping.source, output, facts) {
            Ok(Some(value)) => value,
            Ok(None) => continue,
            Err(omission) => {
                computed.omitted.push((mapping, omission));
                continue;
            }
        };
        // A path is directly before the paths that it begins.
        if set.is_some_and(|set| path.starts_with(set)) {
            computed.omitted.push((mapping, Omission::Conflict));
            continue;
        }
        let size = size_of_names(mapping) + json_size(&value);
        if total + size > max_total(output) {
            computed.omitted.push((mapping, Omission::OutputTooLarge));
            continue;
        }
        total += size;
        set = Some(path);
        insert(&mut computed.claims, path, value);
    }
    computed
}

/// Inserts a value. Earlier paths do not begin this one, so each member above it is an object.
fn insert(claims: &mut Map<String, Value>, path: &[&str], value: Value) {
    let Some((name, below)) = path.split_first() else {
        return;
    };
    if below.is_empty() {
        claims.insert((*name).to_owned(), value);
        return;
    }
    let member = claims
        .entry(*name)
        .or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(members) = member {
        insert(members, below, value);
    }
}

/// Returns the value of a source, none if the subject has none.
fn value_of(
    source: &ClaimSource,
    output: ClaimOutput,
    facts: &ClaimFacts<'_>,
) -> Result<Option<Value>, Omission> {
    let roles = facts.roles;
    let list = |entries| claim_list::bounded(entries, output).ok_or(Omission::ListTooLarge);
    Ok(match source {
        ClaimSource::Constant { value } => Some(value.clone()),
        ClaimSource::Role(choice) => choose(choice, |role| roles.roles.contains(role)),
        ClaimSource::Group(choice) => choose(choice, |path| roles.groups.contains(path)),
        ClaimSource::Organization(choice) => choose(choice, |slug| facts.org == Some(slug)),
        ClaimSource::OrganizationName => facts.org_name.map(Value::from),
        ClaimSource::ProfileField { field } => match facts.fields.get(field) {
            Some(value) if json_size(value) > MAX_VALUE => return Err(Omission::ValueTooLarge),
            value => value.cloned(),
        },
        ClaimSource::Roles(wanted) => Some(list(claim_list::role_entries(wanted, &roles.roles))?),
        ClaimSource::Groups(wanted) => {
            Some(list(claim_list::group_entries(wanted, &roles.groups))?)
        }
    })
}

fn choose(choice: &Choice, matches: impl Fn(&str) -> bool) -> Option<Value> {
    let found = choice.values.iter().find(|case| matches(&case.when));
    found
        .map(|case| &case.value)
        .or(choice.otherwise.as_ref())
        .cloned()
}

#[cfg(test)]
mod tests;
