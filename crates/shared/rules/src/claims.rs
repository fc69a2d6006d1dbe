//! Claims about a user that a client receives (OIDC Core §5.1, §5.4, §5.5).

use doorward_protocol::authorize::ClaimSpec;

use crate::delegation;
use crate::prelude::*;
use doorward_domain::model::{Address, Profile};

/// The claims that each scope releases (OIDC Core §5.4), and those of roles and groups.
const SCOPE_CLAIMS: &[(&str, &[&str])] = &[
    (
        "profile",
        &[
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
        ],
    ),
    ("email", &["email", "email_verified"]),
    ("address", &["address"]),
    ("phone", &["phone_number", "phone_number_verified"]),
    ("groups", &["groups"]),
    ("roles", &["roles"]),
];

/// The scopes whose claims are also in the ID token, if the client wants them there.
pub const IN_ID_TOKEN: [&str; 4] = ["profile", "email", "groups", "roles"];

/// The maximum size of each of `groups` and `roles` in a userinfo response, in bytes.
pub const MAX_IN_USERINFO: usize = 64 * 1024;

/// The facts that the claims are built from.
#[derive(Clone, Copy, Debug)]
pub struct ClaimSources<'a> {
    /// The issuer identifier, the base URL of uploaded pictures.
    pub issuer: &'a str,
    pub user: &'a User,
    /// The user's roles and groups; without them neither is released.
    pub roles: Option<&'a EffectiveRoles>,
    /// The maximum size of each of `groups` and `roles`, in bytes.
    pub room: usize,
}

/// Returns every claim about a user that can be released, for discovery (`claims_supported`).
pub fn supported() -> impl Iterator<Item = &'static str> {
    SCOPE_CLAIMS
        .iter()
        .flat_map(|(_, claims)| claims.iter().copied())
}

/// Returns the scope that represents a claim on the consent page; `None` for unknown claims and
/// those that do not describe the user (`auth_time`, `acr`, …).
pub fn scope_of(claim: &str) -> Option<&'static str> {
    SCOPE_CLAIMS
        .iter()
        .find(|(_, claims)| claims.contains(&claim))
        .map(|(scope, _)| *scope)
}

/// Returns true if a requested claim needs the user's roles or groups.
pub fn needs_roles(scope: &Scope, named: &BTreeMap<String, ClaimSpec>) -> bool {
    ["groups", "roles"]
        .iter()
        .any(|name| scope.contains(name) || named.contains_key(*name))
}

/// Builds the claims of `scope`, plus the individually requested ones (OIDC Core §5.5). Omits
/// unknown and empty claims (§5.3.2), except an empty list of groups or roles.
///
/// Names of groups and roles that do not fit are omitted from the end of the alphabet, and
/// `overage` names the list.
pub fn release(
    sources: &ClaimSources<'_>,
    scope: &Scope,
    named: &BTreeMap<String, ClaimSpec>,
) -> Map<String, Value> {
    let mut claims = Map::new();
    let mut overage = Vec::new();
    for (scope_name, members) in SCOPE_CLAIMS {
        let whole = scope.contains(scope_name);
        for member in members
            .iter()
            .filter(|member| whole || named.contains_key(**member))
        {
            let value = match names_of(sources.roles, member) {
                Some(listed) => {
                    let kept = delegation::cut(listed, sources.room);
                    if kept.len() < listed.len() {
                        overage.push(*member);
                    }
                    Some(Value::from(kept))
                }
                None => value_of(sources.issuer, sources.user, member),
            };
            if let Some(value) = value {
                claims.insert((*member).to_owned(), value);
            }
        }
    }
    if !overage.is_empty() {
        claims.insert("overage".to_owned(), Value::from(overage));
    }
    claims
}

fn names_of<'a>(roles: Option<&'a EffectiveRoles>, claim: &str) -> Option<&'a BTreeSet<String>> {
    match claim {
        "groups" => roles.map(|roles| &roles.groups),
        "roles" => roles.map(|roles| &roles.roles),
        _ => None,
    }
}

fn value_of(issuer: &str, user: &User, claim: &str) -> Option<Value> {
    let profile = &user.profile;
    let text = |value: &Option<String>| filled(value.as_deref()).map(Value::from);
    match claim {
        "name" => profile.name().map(Value::from),
        "given_name" => text(&profile.given_name),
        "family_name" => text(&profile.family_name),
        "middle_name" => text(&profile.middle_name),
        "nickname" => text(&profile.nickname),
        "preferred_username" => filled(Some(&user.username)).map(Value::from),
        "picture" => picture(issuer, profile).map(Value::from),
        "profile" => text(&profile.profile_url),
        "website" => text(&profile.website),
        "gender" => text(&profile.gender),
        "birthdate" => text(&profile.birthdate),
        "zoneinfo" => text(&profile.zoneinfo),
        "locale" => text(&profile.locale),
        "updated_at" => Some(Value::from(user.updated_at)),
        "email" => filled(Some(&user.email)).map(Value::from),
        "email_verified" => filled(Some(&user.email)).map(|_| Value::from(user.email_verified)),
        "address" => profile.address.as_ref().and_then(address),
        "phone_number" => text(&profile.phone_number),
        "phone_number_verified" => {
            text(&profile.phone_number).map(|_| Value::from(profile.phone_number_verified))
        }
        _ => None,
    }
}

/// Returns the URL of the user's picture (`picture`): the uploaded one, otherwise an external one.
pub fn picture(issuer: &str, profile: &Profile) -> Option<String> {
    match &profile.avatar {
        Some(avatar) => Some(format!("{issuer}/avatars/{avatar}.png")),
        None => filled(profile.picture.as_deref()).map(str::to_owned),
    }
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

/// Returns the non-empty members of the address (OIDC Core §5.1.1); `None` if all are empty.
fn address(address: &Address) -> Option<Value> {
    let Ok(Value::Object(mut members)) = serde_json::to_value(address) else {
        return None;
    };
    members.retain(|_, value| value.as_str().is_some_and(|text| !text.is_empty()));
    (!members.is_empty()).then_some(Value::Object(members))
}

#[cfg(test)]
mod tests;
