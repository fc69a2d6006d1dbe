//! Custom claims: which mappings are accepted, and the claims that they add to an output.

use std::collections::{BTreeMap, BTreeSet};

use doorward_protocol::scope::Scope;
use serde_json::{Map, Value};

use super::claims;
use crate::model::group::path_below;
use crate::model::organization::is_slug;
use crate::model::{
    Choice, ClaimMapping, ClaimOutput, ClaimSource, ClientId, EffectiveRoles, FieldValues,
    ProfileField,
};

/// The maximum length of a claim name in bytes.
pub const MAX_NAME: usize = 128;
/// The maximum size of a value as JSON, in bytes.
pub const MAX_VALUE: usize = 1024;
/// The maximum number of cases of a mapping.
pub const MAX_CASES: usize = 50;
/// The maximum size of all custom claims of an output as JSON, in bytes: tokens travel in header
/// fields.
pub const MAX_TOTAL: usize = 4096;
/// The maximum number of mappings.
pub const MAX_MAPPINGS: usize = 200;
/// The maximum length of an organization's display name, in characters.
const MAX_ORGANIZATION_NAME: usize = 100;

/// The names of claims that a specification or Doorward defines. The standard claims of OIDC Core
/// §5.1 are added by [`is_reserved`].
const RESERVED: &[&str] = &[
    // RFC 7519 §4.1 and RFC 7800.
    "iss",
    "sub",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "cnf",
    // OIDC Core §2, §3.1.3.6, §3.3.2.11, §5.6.2, §7.4; logout, CIBA and identity assurance.
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "azp",
    "at_hash",
    "c_hash",
    "s_hash",
    "sub_jwk",
    "_claim_names",
    "_claim_sources",
    "sid",
    "sub_id",
    "verified_claims",
    "urn:openid:params:jwt:claim:auth_req_id",
    "urn:openid:params:jwt:claim:rt_hash",
    // RFC 8417, RFC 9449 and RFC 9701.
    "events",
    "toe",
    "txn",
    "htm",
    "htu",
    "ath",
    "token_introspection",
    // RFC 9068, RFC 8693, RFC 9396 and RFC 7643 §4.1.2.
    "client_id",
    "scope",
    "scp",
    "act",
    "may_act",
    "authorization_details",
    "roles",
    "groups",
    "entitlements",
    // RFC 7662 §2.2.
    "active",
    "username",
    "token_type",
    // Doorward's own claims.
    "managed_groups",
    "overage",
    "org",
    "is_staff",
];

/// Returns true if a specification or Doorward defines the claim, so that no mapping may set it.
pub fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name) || claims::supported().any(|known| known == name)
}

/// A rejected mapping: the member, and the expected value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MappingError {
    /// The member, as in the API.
    pub field: &'static str,
    /// The problem and the expected value.
    pub problem: &'static str,
}

const fn error(field: &'static str, problem: &'static str) -> MappingError {
    MappingError { field, problem }
}

/// Checks a single mapping.
///
/// # Errors
/// Returns [`MappingError`] with the first rejected member.
pub fn check(mapping: &ClaimMapping) -> Result<(), MappingError> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if !(1..=32).contains(&mapping.id.len()) || !mapping.id.bytes().all(plain) {
        return Err(error("id", "write 1 to 32 of a-z, 0-9 and -"));
    }
    let name = mapping.claim.as_str();
    let in_name = |b: u8| b.is_ascii_alphanumeric() || b"_-.:/".contains(&b);
    if !(1..=MAX_NAME).contains(&name.len()) || !name.bytes().all(in_name) {
        return Err(error("claim", "write 1 to 128 of a-z, A-Z, 0-9 and _-.:/"));
    }
    if is_reserved(name) {
        return Err(error(
            "claim",
            "is defined by a specification or by Doorward; choose another name",
        ));
    }
    if mapping.outputs.is_empty() {
        return Err(error("outputs", "name at least one output"));
    }
    match &mapping.source {
        ClaimSource::Constant { value } => check_value(value),
        ClaimSource::Role(choice) => check_choice(choice, |when| !when.is_empty()),
        ClaimSource::Group(choice) => check_choice(choice, is_group_path),
        ClaimSource::Organization(choice) => check_choice(choice, is_slug),
        // The values are personal data: the operator trusts the client, or the user consents.
        ClaimSource::ProfileField { .. }
            if mapping.client_id.is_none() && mapping.scope.is_none() =>
        {
            Err(error(
                "scope",
                "a profile field needs a scope, which the user consents to, or a client",
            ))
        }
        ClaimSource::OrganizationName | ClaimSource::ProfileField { .. } => Ok(()),
    }
}

fn check_choice(choice: &Choice, is_name: impl Fn(&str) -> bool) -> Result<(), MappingError> {
    if !(1..=MAX_CASES).contains(&choice.values.len()) {
        return Err(error("source", "list 1 to 50 values"));
    }
    let mut seen = BTreeSet::new();
    for case in &choice.values {
        if !is_name(&case.when) {
            return Err(error(
                "source",
                "name a role, a group path such as /engineering, or an organization's slug",
            ));
        }
        if !seen.insert(case.when.as_str()) {
            return Err(error("source", "list each name once"));
        }
        check_value(&case.value)?;
    }
    choice.otherwise.as_ref().map_or(Ok(()), check_value)
}

fn is_group_path(text: &str) -> bool {
    let mut names = text.split('/');
    let mut path = None;
    names.next() == Some("")
        && names.all(|name| {
            path = path_below(path.as_deref(), name);
            path.is_some()
        })
        && path.is_some()
}

fn check_value(value: &Value) -> Result<(), MappingError> {
    if value.is_null() {
        return Err(error("source", "write a value other than null"));
    }
    if json_size(value) > MAX_VALUE {
        return Err(error("source", "write a value of at most 1024 bytes"));
    }
    Ok(())
}

/// Checks all mappings together: names are unique for each client, and the largest possible claims
/// of every output fit into [`MAX_TOTAL`]. `fields` are all custom profile fields.
///
/// # Errors
/// Returns [`MappingError`] if they contradict each other or are too large.
pub fn check_all(mappings: &[ClaimMapping], fields: &[ProfileField]) -> Result<(), MappingError> {
    if mappings.len() > MAX_MAPPINGS {
        return Err(error("id", "there are 200 mappings already"));
    }
    let mut names = BTreeSet::new();
    let unique =
        |mapping: &ClaimMapping| names.insert((mapping.client_id.clone(), mapping.claim.clone()));
    if !mappings.iter().all(unique) {
        return Err(error(
            "claim",
            "another mapping of the same client has this claim",
        ));
    }
    if mappings
        .iter()
        .any(|mapping| largest_value(&mapping.source, fields) > MAX_VALUE)
    {
        return Err(error(
            "source",
            "its values can have more than 1024 bytes; use a text field of at most 255 characters",
        ));
    }
    let clients: BTreeSet<Option<&ClientId>> = mappings
        .iter()
        .map(|mapping| mapping.client_id.as_ref())
        .collect();
    for client in clients {
        for output in ClaimOutput::ALL {
            let chosen = applicable(mappings, client, output);
            let sizes = chosen.values().map(|mapping| largest(mapping, fields));
            let total: usize = sizes.sum();
            if total > MAX_TOTAL {
                return Err(error(
                    "source",
                    "all custom claims of an output together have at most 4096 bytes",
                ));
            }
        }
    }
    Ok(())
}

/// Returns the maximum size of a mapping's claim in JSON.
fn largest(mapping: &ClaimMapping, fields: &[ProfileField]) -> usize {
    mapping.claim.len() + largest_value(&mapping.source, fields) + r#""":,"#.len()
}

fn largest_value(source: &ClaimSource, fields: &[ProfileField]) -> usize {
    match source {
        ClaimSource::Constant { value } => json_size(value),
        ClaimSource::Role(choice)
        | ClaimSource::Group(choice)
        | ClaimSource::Organization(choice) => {
            let values = choice.values.iter().map(|case| &case.value);
            values
                .chain(&choice.otherwise)
                .map(json_size)
                .max()
                .unwrap_or(0)
        }
        // A character has at most four bytes, and two quotes surround the text.
        ClaimSource::OrganizationName => MAX_ORGANIZATION_NAME * 4 + 2,
        ClaimSource::ProfileField { field } => {
            let known = fields.iter().find(|known| known.name == *field);
            known.map_or(0, |known| known.kind.max_json_size())
        }
    }
}

fn json_size(value: &Value) -> usize {
    value.to_string().len()
}

/// The facts that custom claims are built from.
#[derive(Clone, Copy, Debug)]
pub struct ClaimFacts<'a> {
    /// The scope of the token.
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

/// Returns the mappings of an output for a client, by claim. A mapping of the client replaces one
/// of all clients.
pub fn applicable<'a>(
    mappings: &'a [ClaimMapping],
    client: Option<&ClientId>,
    output: ClaimOutput,
) -> BTreeMap<&'a str, &'a ClaimMapping> {
    let mut chosen: BTreeMap<&str, &ClaimMapping> = BTreeMap::new();
    let of_all = mappings
        .iter()
        .filter(|mapping| mapping.client_id.is_none());
    let of_client = mappings
        .iter()
        .filter(|mapping| mapping.client_id.is_some() && mapping.client_id.as_ref() == client);
    for mapping in of_all.chain(of_client) {
        chosen.insert(&mapping.claim, mapping);
    }
    chosen.retain(|name, mapping| mapping.outputs.contains(&output) && !is_reserved(name));
    chosen
}

/// Returns true if one of these mappings reads roles or groups.
pub fn needs_roles(chosen: &BTreeMap<&str, &ClaimMapping>) -> bool {
    chosen
        .values()
        .any(|mapping| matches!(mapping.source, ClaimSource::Role(_) | ClaimSource::Group(_)))
}

/// Returns true if one of these mappings reads the name of the organization.
pub fn needs_organization_name(chosen: &BTreeMap<&str, &ClaimMapping>) -> bool {
    chosen
        .values()
        .any(|mapping| matches!(mapping.source, ClaimSource::OrganizationName))
}

/// Returns true if one of these mappings reads a custom profile field.
pub fn needs_profile_fields(chosen: &BTreeMap<&str, &ClaimMapping>) -> bool {
    chosen
        .values()
        .any(|mapping| matches!(mapping.source, ClaimSource::ProfileField { .. }))
}

/// Computes the custom claims, in the order of their names. A claim that would exceed
/// [`MAX_TOTAL`] is omitted; [`check_all`] ensures that this does not happen.
pub fn compute(
    chosen: &BTreeMap<&str, &ClaimMapping>,
    facts: &ClaimFacts<'_>,
) -> Map<String, Value> {
    let mut claims = Map::new();
    let mut total = 0;
    for (name, mapping) in chosen {
        let is_scoped = mapping.scope.as_deref();
        if is_scoped.is_some_and(|scope| !facts.scope.contains(scope)) {
            continue;
        }
        let Some(value) = value_of(&mapping.source, facts) else {
            continue;
        };
        let size = name.len() + json_size(&value) + r#""":,"#.len();
        if total + size <= MAX_TOTAL {
            total += size;
            claims.insert((*name).to_owned(), value);
        }
    }
    claims
}

fn value_of(source: &ClaimSource, facts: &ClaimFacts<'_>) -> Option<Value> {
    match source {
        ClaimSource::Constant { value } => Some(value.clone()),
        ClaimSource::Role(choice) => choose(choice, |role| facts.roles.roles.contains(role)),
        ClaimSource::Group(choice) => choose(choice, |path| facts.roles.groups.contains(path)),
        ClaimSource::Organization(choice) => choose(choice, |slug| facts.org == Some(slug)),
        ClaimSource::OrganizationName => facts.org_name.map(Value::from),
        ClaimSource::ProfileField { field } => {
            let value = facts.fields.get(field);
            value.filter(|value| json_size(value) <= MAX_VALUE).cloned()
        }
    }
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
