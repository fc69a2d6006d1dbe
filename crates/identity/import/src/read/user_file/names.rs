//! The names of the columns here.

use crate::prelude::*;

/// The columns that are not profile fields.
const COLUMNS: [&str; 18] = [
    "id",
    "sub",
    "username",
    "email",
    "email_verified",
    "password_hash",
    "must_change_password",
    "totp_secret",
    "roles",
    "groups",
    "is_staff",
    "enabled",
    "disabled",
    "created_at",
    "last_login",
    "name",
    "picture",
    "is_superuser",
];
/// Words of other programs, in the form of [`folded`].
const SYNONYMS: [(&str, &str); 26] = [
    ("active", "enabled"),
    ("isactive", "enabled"),
    ("accountenabled", "enabled"),
    ("blocked", "disabled"),
    ("locked", "disabled"),
    ("inactive", "disabled"),
    ("suspended", "disabled"),
    ("password", "password_hash"),
    ("hash", "password_hash"),
    ("passworddigest", "password_hash"),
    ("mail", "email"),
    ("emailaddress", "email"),
    ("verified", "email_verified"),
    ("login", "username"),
    ("loginname", "username"),
    ("userid", "id"),
    ("firstname", "given_name"),
    ("forename", "given_name"),
    ("lastname", "family_name"),
    ("surname", "family_name"),
    ("displayname", "name"),
    ("fullname", "name"),
    ("phone", "phone_number"),
    ("mobile", "phone_number"),
    ("createdat", "created_at"),
    ("admin", "is_superuser"),
];

/// Returns the comparable form of a name, which tables write in any case, with spaces or with hyphens.
pub fn folded(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// Returns the names of all columns here.
pub fn known() -> impl Iterator<Item = &'static str> {
    let profile = Field::ALL.iter().map(|field| field.name());
    COLUMNS.into_iter().chain(profile)
}

/// Returns the column here with this name, as tables write it.
pub fn find(name: &str) -> Option<&'static str> {
    let wanted = folded(name);
    known().find(|known| folded(known) == wanted)
}

/// Returns the column here that a name probably means.
pub fn suggestion(name: &str) -> Option<&'static str> {
    let wanted = folded(name);
    let synonym = SYNONYMS.iter().find(|(word, _)| *word == wanted);
    let distance = |one: &&str| strsim::damerau_levenshtein(&folded(one), &wanted);
    let near = || known().min_by_key(distance);
    synonym.map(|(_, column)| *column).or_else(|| {
        let most = match wanted.len() {
            0..=3 => 0,
            4..=7 => 1,
            _ => 2,
        };
        near().filter(|one| distance(one) <= most)
    })
}
