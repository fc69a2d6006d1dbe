//! Usual names of fields of user models, with the options that carry them.

use super::options::FULL_NAME;

/// Usual names of fields that can be carried, with their purposes.
const USUAL: [(&str, &str); 18] = [
    ("is_verified", "email_verified"),
    ("is_email_verified", "email_verified"),
    ("email_verified", "email_verified"),
    ("email_verified_at", "email_verified"),
    ("email_confirmed", "email_verified"),
    ("full_name", FULL_NAME),
    ("name", FULL_NAME),
    ("given_name", "given_name"),
    ("family_name", "family_name"),
    ("phone", "phone_number"),
    ("phone_number", "phone_number"),
    ("mobile", "phone_number"),
    ("birth_date", "birthdate"),
    ("date_of_birth", "birthdate"),
    ("active", "is_active"),
    ("is_admin", "is_superuser"),
    ("created_at", "date_joined"),
    ("department", "groups"),
];

/// Returns the options that carry some of these fields.
pub fn proposals<'a>(others: impl Iterator<Item = &'a str>) -> Vec<String> {
    let known = others.filter_map(|name| USUAL.iter().find(|(usual, _)| *usual == name));
    known
        .map(|(name, purpose)| format!("--field {name}={purpose}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::Field;

    #[test]
    fn options_are_proposed_for_usual_names() {
        let found = proposals(["is_verified", "shoe_size", "full_name"].into_iter());
        assert_eq!(
            found,
            [
                "--field is_verified=email_verified",
                "--field full_name=name"
            ]
        );
        for (_, purpose) in USUAL {
            let is_known =
                super::super::ACCOUNT_FIELDS.contains(&purpose) || Field::parse(purpose).is_some();
            assert!(is_known, "{purpose}");
        }
    }
}
