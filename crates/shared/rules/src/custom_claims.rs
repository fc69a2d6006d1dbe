//! Custom claims: which mappings are accepted, and which of them apply to an output.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{claim_list, claims};
use doorward_domain::model::organization::is_slug;
use doorward_domain::model::{
    Choice, ClaimMapping, ClaimOutput, ClaimSource, ClientId, ProfileField,
};

/// The maximum length of a claim name in bytes.
pub const MAX_NAME: usize = 128;
/// The maximum size of a value as JSON, in bytes.
pub const MAX_VALUE: usize = 1024;
pub const MAX_CASES: usize = 50;
/// The maximum number of names in a path below the name of the claim.
pub const MAX_PATH: usize = 4;
/// The maximum size of all custom claims of a token as JSON, in bytes: tokens travel in header
/// fields.
pub const MAX_TOTAL: usize = 4096;
/// The maximum size of all custom claims of a response as JSON, in bytes.
pub const MAX_TOTAL_IN_RESPONSE: usize = 16 * 1024;
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

/// A rejected mapping or profile field: the member, and the expected value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DefinitionError {
    /// The member, as in the API.
    pub field: &'static str,
    pub problem: &'static str,
}

pub(super) const fn error(field: &'static str, problem: &'static str) -> DefinitionError {
    DefinitionError { field, problem }
}

/// Checks a single mapping.
pub fn check(mapping: &ClaimMapping) -> Result<(), DefinitionError> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if !(1..=32).contains(&mapping.id.len()) || !mapping.id.bytes().all(plain) {
        return Err(error("id", "write 1 to 32 of a-z, 0-9 and -"));
    }
    if !is_name(&mapping.claim) {
        return Err(error("claim", "write 1 to 128 of a-z, A-Z, 0-9 and _-.:/"));
    }
    if mapping.path.len() > MAX_PATH || !mapping.path.iter().all(|name| is_name(name)) {
        return Err(error(
            "path",
            "list at most 4 names, each 1 to 128 of a-z, A-Z, 0-9 and _-.:/",
        ));
    }
    // The name of the claim decides, so that no member of such a claim is set either.
    if is_reserved(&mapping.claim) {
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
        ClaimSource::Group(choice) => check_choice(choice, claim_list::is_group_path),
        ClaimSource::Organization(choice) => check_choice(choice, is_slug),
        ClaimSource::Roles(list) => {
            claim_list::check_roles(list).map_err(|problem| error("source", problem))?;
            check_recipient(mapping)
        }
        ClaimSource::Groups(list) => {
            claim_list::check_groups(list).map_err(|problem| error("source", problem))?;
            check_recipient(mapping)
        }
        ClaimSource::ProfileField { .. } => check_recipient(mapping),
        ClaimSource::OrganizationName => Ok(()),
    }
}

/// Returns true for the name of a claim or of a member.
fn is_name(text: &str) -> bool {
    let in_name = |b: u8| b.is_ascii_alphanumeric() || b"_-.:/".contains(&b);
    (1..=MAX_NAME).contains(&text.len()) && text.bytes().all(in_name)
}

/// Checks that the operator chose the client, or that the user consents: the values are personal
/// data.
fn check_recipient(mapping: &ClaimMapping) -> Result<(), DefinitionError> {
    if mapping.client_id.is_some() || mapping.scope.is_some() {
        return Ok(());
    }
    Err(error(
        "scope",
        "a profile field or a list needs a scope, which the user consents to, or a client",
    ))
}

fn check_choice(choice: &Choice, is_name: impl Fn(&str) -> bool) -> Result<(), DefinitionError> {
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

fn check_value(value: &Value) -> Result<(), DefinitionError> {
    if value.is_null() {
        return Err(error("source", "write a value other than null"));
    }
    if json_size(value) > MAX_VALUE {
        return Err(error("source", "write a value of at most 1024 bytes"));
    }
    Ok(())
}

/// Checks all mappings together: names are unique for each client, no mapping sets a member of
/// another mapping's value, and the largest possible claims fit into every output. `fields` are all
/// custom profile fields.
pub fn check_all(
    mappings: &[ClaimMapping],
    fields: &[ProfileField],
) -> Result<(), DefinitionError> {
    if mappings.len() > MAX_MAPPINGS {
        return Err(error("id", "there are 200 mappings already"));
    }
    let mut paths = BTreeSet::new();
    for mapping in mappings {
        if !paths.insert((mapping.client_id.as_ref(), mapping.full_path())) {
            return Err(error(
                "claim",
                "another mapping of the same client has this claim",
            ));
        }
    }
    if mappings
        .iter()
        .any(|mapping| largest_field(&mapping.source, fields) > MAX_VALUE)
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
        check_nesting(&of_client(mappings, client))?;
        for output in ClaimOutput::ALL {
            let chosen = applicable(mappings, client, output);
            let sizes = chosen
                .values()
                .map(|mapping| largest(mapping, output, fields));
            let total: usize = sizes.sum();
            if total > max_total(output) {
                return Err(error(
                    "source",
                    "all custom claims of a token together have at most 4096 bytes, those of a response 16384",
                ));
            }
        }
    }
    Ok(())
}

/// Checks that the value of no mapping is inside the value of another one.
fn check_nesting(chosen: &ByPath<'_>) -> Result<(), DefinitionError> {
    // A path is directly before the paths that it begins.
    let neighbors = chosen.keys().zip(chosen.keys().skip(1));
    let mut pairs = neighbors.map(|(path, next)| next.starts_with(path));
    if pairs.any(|is_inside| is_inside) {
        return Err(error(
            "claim",
            "another mapping sets this claim, or a member of it, as its value",
        ));
    }
    Ok(())
}

/// Returns the maximum size of all custom claims of an output.
pub(super) const fn max_total(output: ClaimOutput) -> usize {
    match output {
        ClaimOutput::AccessToken | ClaimOutput::IdToken => MAX_TOTAL,
        ClaimOutput::Userinfo | ClaimOutput::Introspection => MAX_TOTAL_IN_RESPONSE,
    }
}

/// Returns the maximum size of a mapping's claim in JSON.
fn largest(mapping: &ClaimMapping, output: ClaimOutput, fields: &[ProfileField]) -> usize {
    size_of_names(mapping) + largest_value(&mapping.source, output, fields)
}

/// Returns the size of the names of a mapping in JSON, with quotes, colons, commas and braces.
pub(super) fn size_of_names(mapping: &ClaimMapping) -> usize {
    let below = mapping
        .path
        .iter()
        .map(|name| name.len() + r#"{"":},"#.len());
    mapping.claim.len() + r#""":,"#.len() + below.sum::<usize>()
}

fn largest_value(source: &ClaimSource, output: ClaimOutput, fields: &[ProfileField]) -> usize {
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
        ClaimSource::ProfileField { .. } => largest_field(source, fields),
        ClaimSource::Roles(_) | ClaimSource::Groups(_) => claim_list::bounds(output).bytes,
    }
}

/// Returns the maximum size of a profile field's value in JSON; 0 for other sources.
fn largest_field(source: &ClaimSource, fields: &[ProfileField]) -> usize {
    let ClaimSource::ProfileField { field } = source else {
        return 0;
    };
    let known = fields.iter().find(|known| known.name == *field);
    known.map_or(0, |known| known.kind.max_json_size())
}

pub(super) fn json_size(value: &Value) -> usize {
    value.to_string().len()
}

/// The mappings of a client by the full path of their claims.
pub type ByPath<'a> = BTreeMap<Vec<&'a str>, &'a ClaimMapping>;

/// Returns the mappings of an output for a client. A mapping of the client replaces one of all
/// clients with the same path.
pub fn applicable<'a>(
    mappings: &'a [ClaimMapping],
    client: Option<&ClientId>,
    output: ClaimOutput,
) -> ByPath<'a> {
    let mut chosen = of_client(mappings, client);
    chosen.retain(|_, mapping| mapping.outputs.contains(&output) && !is_reserved(&mapping.claim));
    chosen
}

/// Returns the mappings of all outputs for a client.
fn of_client<'a>(mappings: &'a [ClaimMapping], client: Option<&ClientId>) -> ByPath<'a> {
    let of_all = mappings
        .iter()
        .filter(|mapping| mapping.client_id.is_none());
    let of_client = mappings
        .iter()
        .filter(|mapping| mapping.client_id.is_some() && mapping.client_id.as_ref() == client);
    let by_path = of_all.chain(of_client);
    by_path
        .map(|mapping| (mapping.full_path(), mapping))
        .collect()
}

/// Returns true if one of these mappings reads roles or groups.
pub fn needs_roles(chosen: &ByPath<'_>) -> bool {
    use ClaimSource::{Group, Groups, Role, Roles};
    let mut sources = chosen.values().map(|mapping| &mapping.source);
    sources.any(|source| matches!(source, Role(_) | Group(_) | Roles(_) | Groups(_)))
}

/// Returns true if one of these mappings reads the name of the organization.
pub fn needs_organization_name(chosen: &ByPath<'_>) -> bool {
    let mut sources = chosen.values().map(|mapping| &mapping.source);
    sources.any(|source| matches!(source, ClaimSource::OrganizationName))
}

/// Returns true if one of these mappings reads a custom profile field.
pub fn needs_profile_fields(chosen: &ByPath<'_>) -> bool {
    let mut sources = chosen.values().map(|mapping| &mapping.source);
    sources.any(|source| matches!(source, ClaimSource::ProfileField { .. }))
}

#[cfg(test)]
mod tests;
