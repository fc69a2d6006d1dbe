//! Tables of the site that an option names, with their fields: `app.model:field,field`.

use serde_json::Value;

use super::row::{Row, key};
use crate::read::fields::Fields;

/// The treatment of `auth.group` and of group trees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupsAs {
    Roles,
    Groups,
}

impl GroupsAs {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "roles" => Some(Self::Roles),
            "groups" => Some(Self::Groups),
            _ => None,
        }
    }
}

/// A table of the site, as an option names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteTable {
    model: String,
    /// Names of fields in the order of the option; an empty one is the default.
    fields: Vec<String>,
}

impl SiteTable {
    /// Reads `app.model:field,field` with at most this many fields.
    pub fn parse(text: &str, most: usize) -> Option<Self> {
        let (model, fields) = text.split_once(':').unwrap_or((text, ""));
        let fields: Vec<_> = fields.split(',').map(|one| one.trim().to_owned()).collect();
        let is_table = !model.is_empty() && !model.contains(char::is_whitespace);
        (is_table && fields.len() <= most).then(|| Self {
            model: model.to_owned(),
            fields,
        })
    }

    pub fn model(&self) -> &str {
        &self.model
    }

    /// Returns true for a row of this table. The rows of a database are named by their table.
    pub fn has(&self, model: &str) -> bool {
        self.model.eq_ignore_ascii_case(model)
            || self.model.replace('.', "_").eq_ignore_ascii_case(model)
    }

    /// Returns the field at a position of the option, or the default.
    pub fn field<'a>(&'a self, at: usize, default: &'a str) -> &'a str {
        let named = self.fields.get(at).map(String::as_str);
        named.filter(|name| !name.is_empty()).unwrap_or(default)
    }
}

/// Returns the value of a relation: the rows of a database have the column `…_id`.
pub fn reference<'a>(row: &'a Row, field: &str) -> Option<&'a Value> {
    let value = row.fields.get(field);
    let value = value.or_else(|| row.fields.get(&format!("{field}_id")));
    value.filter(|value| !value.is_null())
}

/// Returns the keys of a relation to several rows.
pub fn references(row: &Row, field: &str) -> Vec<String> {
    let list = Fields(&row.fields).list(field).ok().flatten();
    list.unwrap_or_default().iter().map(key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("people.twofactor", Some(["secret", "", "user"]))]
    #[case("people.twofactor:key", Some(["key", "", "user"]))]
    #[case("people.twofactor:key,codes", Some(["key", "codes", "user"]))]
    #[case("people.twofactor:,,owner", Some(["secret", "", "owner"]))]
    #[case("two_factors: key , codes", Some(["key", "codes", "user"]))]
    #[case("people.twofactor:a,b,c,d", None)]
    #[case(":secret", None)]
    #[case("people twofactor", None)]
    fn option_names_table_and_fields(#[case] text: &str, #[case] expected: Option<[&str; 3]>) {
        let table = SiteTable::parse(text, 3);
        let fields = table.as_ref().map(|table| {
            [
                table.field(0, "secret"),
                table.field(1, ""),
                table.field(2, "user"),
            ]
        });
        assert_eq!(fields, expected);
    }

    #[test]
    fn table_is_found_by_model_and_by_table() {
        let table = SiteTable::parse("People.TwoFactor", 3).unwrap();
        assert!(table.has("people.twofactor") && table.has("people_twofactor"));
        assert!(!table.has("people.twofactors"));
    }
}
