//! Fields of the user model that a site may name otherwise, or has beside those of Django.

use super::options::FULL_NAME;
use super::overview::Overview;
use super::row::Row;
use crate::prelude::*;
use crate::read::found::{Findings, Found};
use crate::sync::STAFF;

/// Returns the name of a profile field in Django.
const fn usual(field: Field) -> &'static str {
    match field {
        Field::GivenName => "first_name",
        Field::FamilyName => "last_name",
        _ => "",
    }
}

/// Divides a whole name: before and after a comma, or else the last word is the family name.
fn divided(name: &str) -> (String, String) {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((family, given)) = name.split_once(',') {
        return (words(given), words(family));
    }
    let name = words(name);
    match name.rsplit_once(' ') {
        Some((given, family)) => (given.to_owned(), family.to_owned()),
        None => (name, String::new()),
    }
}

impl Overview {
    /// Returns true if the address is verified according to the field of the operator: a flag, or the
    /// time of the verification.
    pub(super) fn verified(&self, row: &Row) -> Found<bool> {
        let Some(name) = self.options.fields.get("email_verified") else {
            return Ok(None);
        };
        let fields = row.fields();
        match fields.flag(name) {
            Ok(flag) => Ok(Some(flag == Some(true))),
            Err(unreadable) => match self.options.time_zone.field(fields, name) {
                Ok(time) => Ok(Some(time.is_some())),
                Err(_) => Err(unreadable),
            },
        }
    }

    pub(super) fn profile(&self, row: &Row, findings: &mut Findings) -> Vec<(Field, String)> {
        let fields = Field::ALL.iter().filter_map(|field| {
            let name = self.options.field(field.name(), usual(*field));
            let text = findings.note(row.fields().text(name))?;
            Some((*field, text.to_owned()))
        });
        let mut profile: Vec<_> = fields.collect();
        let Some(column) = self.options.fields.get(FULL_NAME) else {
            return profile;
        };
        let whole = findings.note(row.fields().text(column)).unwrap_or_default();
        let has = |part| profile.iter().any(|(field, _)| *field == part);
        if !has(Field::GivenName) && !has(Field::FamilyName) {
            let (given, family) = divided(whole);
            let parts = [(Field::GivenName, given), (Field::FamilyName, family)];
            profile.extend(parts.into_iter().filter(|(_, text)| !text.is_empty()));
        }
        profile
    }

    /// Returns the columns that decide about imported users in another run.
    pub(super) fn decided(&self) -> BTreeSet<String> {
        let has = |name: &str| self.columns.contains(name);
        let has_purpose = |purpose: &str| has(self.options.field(purpose, purpose));
        let mut decided: BTreeSet<String> = ["roles", "groups"].map(str::to_owned).into();
        let profile = Field::ALL.iter();
        let profile = profile.filter(|field| has(self.options.field(field.name(), usual(**field))));
        decided.extend(profile.map(|field| field.name().to_owned()));
        if self.options.fields.contains_key(FULL_NAME) {
            decided.extend([Field::GivenName, Field::FamilyName].map(|one| one.name().to_owned()));
        }
        for (purpose, column) in [
            ("is_active", "disabled"),
            ("is_staff", STAFF),
            ("is_superuser", "is_superuser"),
        ] {
            if has_purpose(purpose) {
                decided.insert(column.to_owned());
            }
        }
        decided
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("Ann Miller", "Ann", "Miller")]
    #[case("  Ann   Mary Miller ", "Ann Mary", "Miller")]
    #[case("Miller, Ann Mary", "Ann Mary", "Miller")]
    #[case("Ann", "Ann", "")]
    #[case("山田 太郎", "山田", "太郎")]
    #[case("", "", "")]
    fn whole_name_is_divided(#[case] name: &str, #[case] given: &str, #[case] family: &str) {
        assert_eq!(divided(name), (given.to_owned(), family.to_owned()));
    }
}
