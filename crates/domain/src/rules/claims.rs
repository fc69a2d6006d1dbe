//! Which facts about a person a client gets to see (OIDC Core §5.1, §5.4, §5.5).

use std::collections::BTreeMap;

use doorward_protocol::authorize::ClaimSpec;
use doorward_protocol::scope::Scope;
use serde_json::{Map, Value};

use crate::model::{Address, Profile, User};

/// The claims that each standard scope releases (OIDC Core §5.4).
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
];

/// Every claim about a person that can be released, for discovery (`claims_supported`).
pub fn supported() -> impl Iterator<Item = &'static str> {
    SCOPE_CLAIMS
        .iter()
        .flat_map(|(_, claims)| claims.iter().copied())
}

/// The scope that stands for a claim on the consent page; none for claims that are not about the
/// person (`auth_time`, `acr`, …) or unknown.
pub fn scope_of(claim: &str) -> Option<&'static str> {
    SCOPE_CLAIMS
        .iter()
        .find(|(_, claims)| claims.contains(&claim))
        .map(|(scope, _)| *scope)
}

/// The facts that `scope` releases, plus those asked for by name (OIDC Core §5.5). An unknown or
/// empty claim is left out (§5.3.2).
///
/// `issuer` is the issuer identifier, below which the uploaded picture is.
pub fn release(
    issuer: &str,
    user: &User,
    scope: &Scope,
    named: &BTreeMap<String, ClaimSpec>,
) -> Map<String, Value> {
    let mut claims = Map::new();
    for (scope_name, members) in SCOPE_CLAIMS {
        let whole = scope.contains(scope_name);
        for member in members
            .iter()
            .filter(|member| whole || named.contains_key(**member))
        {
            if let Some(value) = value_of(issuer, user, member) {
                claims.insert((*member).to_owned(), value);
            }
        }
    }
    claims
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

/// Where the person's picture is (`picture`): the uploaded one, else one kept elsewhere.
pub fn picture(issuer: &str, profile: &Profile) -> Option<String> {
    match &profile.avatar {
        Some(avatar) => Some(format!("{issuer}/avatars/{avatar}.png")),
        None => filled(profile.picture.as_deref()).map(str::to_owned),
    }
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

/// The members that hold something (OIDC Core §5.1.1); none where there is none.
fn address(address: &Address) -> Option<Value> {
    let Ok(Value::Object(mut members)) = serde_json::to_value(address) else {
        return None;
    };
    members.retain(|_, value| value.as_str().is_some_and(|text| !text.is_empty()));
    (!members.is_empty()).then_some(Value::Object(members))
}

#[cfg(test)]
mod tests;
