//! Tables of the site with a relation to users that the import does not know.

use super::factor;
use super::row::{Row, key};
use crate::item::{Item, Kind, Note};
use crate::prelude::*;

/// Number of values of a field that are compared with the users.
const SAMPLE: usize = 200;
/// Words in field names that refer to users by a number.
const USERS: [&str; 12] = [
    "user", "users", "owner", "author", "member", "members", "customer", "account", "person",
    "employee", "creator", "by",
];

/// Models of the source that the import does not know.
#[derive(Clone, Debug, Default)]
pub struct Relations {
    models: BTreeMap<String, Model>,
    /// Key of a user → model of a second factor that is not carried.
    factors: HashMap<String, String>,
}

#[derive(Clone, Debug, Default)]
struct Model {
    rows: u64,
    /// Field → keys that it refers to.
    fields: BTreeMap<String, BTreeSet<String>>,
    proposal: Option<String>,
    /// True if a relation is known from the schema.
    is_related: bool,
}

/// Returns the keys of a value that may refer to users. Numbers count only in a field that is named so.
fn keys(field: &str, value: &Value) -> Vec<String> {
    let field = field.strip_suffix("_id").unwrap_or(field);
    let is_named = field.split('_').any(|part| USERS.contains(&part));
    let is_uuid = |text: &str| text.len() >= 32 && uuid(text);
    match value {
        Value::Array(parts) => match parts.as_slice() {
            [Value::String(_)] => vec![key(value)],
            parts if is_named => parts.iter().map(key).collect(),
            parts => parts.iter().filter(|one| one.is_array()).map(key).collect(),
        },
        Value::String(text) if is_named || is_uuid(text) => vec![key(value)],
        Value::Number(_) if is_named => vec![key(value)],
        _ => Vec::new(),
    }
}

fn uuid(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

impl Relations {
    /// Takes a row of a model that the import does not know.
    pub fn add(&mut self, row: &Row) {
        let known = self.models.entry(row.model.clone()).or_default();
        known.rows += 1;
        if known.rows == 1 {
            known.proposal = proposal(&row.model, &row.fields);
        }
        let is_factor = known.proposal.as_deref().is_some_and(is_factor) && factor::is_active(row);
        for (field, value) in &row.fields {
            let found = keys(field, value);
            if is_factor {
                let model = || row.model.clone();
                self.factors
                    .extend(found.iter().map(|key| (key.clone(), model())));
            }
            if found.is_empty() {
                continue;
            }
            let sample = known.fields.entry(field.clone()).or_default();
            let free = SAMPLE.saturating_sub(sample.len());
            sample.extend(found.into_iter().take(free));
        }
    }

    /// Takes a table of a database, whose schema names the columns that refer to users.
    pub fn add_table(&mut self, table: &str, rows: u64, columns: &[String], of_users: &[String]) {
        let fields: Map<String, Value> = columns
            .iter()
            .map(|column| (column.clone(), Value::Null))
            .collect();
        let fields_of_users = of_users
            .iter()
            .map(|column| (column.clone(), BTreeSet::new()));
        let model = Model {
            rows,
            fields: fields_of_users.collect(),
            proposal: proposal(table, &fields),
            is_related: true,
        };
        self.models.insert(table.to_owned(), model);
    }

    /// Returns true if the rows of a table show who has a second factor.
    pub fn is_factor(&self, table: &str) -> bool {
        let model = self.models.get(table);
        model.is_some_and(|model| model.proposal.as_deref().is_some_and(is_factor))
    }

    /// Takes the user of a second factor that is not carried.
    pub fn add_factor(&mut self, owner: String, model: &str) {
        self.factors.insert(owner, model.to_owned());
    }

    /// Returns the model of a second factor of a user that is not carried.
    pub fn factor_of<'a>(&self, mut keys: impl Iterator<Item = &'a String>) -> Option<&str> {
        keys.find_map(|key| self.factors.get(key).map(String::as_str))
    }

    /// Keeps the models whose rows refer to these users.
    pub fn finish(&mut self, users: &HashSet<String>) {
        self.models.retain(|_, model| {
            if !model.is_related {
                let fields = &mut model.fields;
                fields.retain(|_, keys| keys.iter().any(|key| users.contains(key)));
            }
            model.rows > 0 && !model.fields.is_empty()
        });
    }

    /// Returns one result for each model.
    pub fn items(&self) -> impl Iterator<Item = Item> {
        self.models.iter().map(|(name, model)| {
            let fields: Vec<_> = model.fields.keys().map(String::as_str).collect();
            let mut text = format!(
                "{} rows refer to users ({}) and are not carried: they stay in the site",
                model.rows,
                fields.join(", ")
            );
            if let Some(option) = &model.proposal {
                text += "; add ";
                text += option;
                text += if is_factor(option) {
                    " if they are second factors"
                } else {
                    " if they are groups"
                };
            }
            Item::rejected(Kind::Source, name, Note::new("relation_not_carried", text))
        })
    }
}

fn is_factor(option: &str) -> bool {
    option.starts_with("--second-factor")
}

/// Returns the option that carries a table, if it looks like second factors or like a tree of groups.
fn proposal(model: &str, fields: &Map<String, Value>) -> Option<String> {
    let names: Vec<_> = fields.keys().map(String::as_str).collect();
    factor::proposal(model, &names).or_else(|| {
        let has =
            |name: &str| fields.contains_key(name) || fields.contains_key(&format!("{name}_id"));
        let is_tree = has("parent") && (has("name") || has("group") || has("group_ptr"));
        is_tree.then(|| format!("--group-tree {model}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    /// Rows of a model in JSON, as `dumpdata` writes them with natural keys and without.
    #[rstest]
    #[case::natural(json!({ "user": ["ann@x.example"] }), Some("user"))]
    #[case::natural_of_any_name(json!({ "winner": ["ann@x.example"] }), Some("winner"))]
    #[case::number(json!({ "user": 1 }), Some("user"))]
    #[case::number(json!({ "created_by": 1 }), Some("created_by"))]
    #[case::column(json!({ "owner_id": 1 }), Some("owner_id"))]
    #[case::text(json!({ "customer": "1" }), Some("customer"))]
    #[case::several(json!({ "members": [1, 2] }), Some("members"))]
    #[case::several_natural(json!({ "watching": [["ann@x.example"]] }), Some("watching"))]
    #[case::uuid(json!({ "subject": "7f2d8a90-8f0e-4a55-9f0b-3c3f5ad3a111" }), Some("subject"))]
    #[case::quantity(json!({ "quantity": 1 }), None)]
    #[case::group(json!({ "group": ["Editors"] }), None)]
    #[case::other_user(json!({ "user": 99 }), None)]
    #[case::none(json!({ "user": null, "standby": "1" }), None)]
    fn relation_is_found_by_its_values(#[case] fields: Value, #[case] expected: Option<&str>) {
        let mut relations = Relations::default();
        let Value::Object(fields) = fields else {
            panic!("an object")
        };
        relations.add(&Row {
            model: "shop.order".to_owned(),
            pk: Some(json!(5)),
            fields,
        });
        let users = [
            json!(1),
            json!("1"),
            json!(["ann@x.example"]),
            json!("7f2d8a908f0e4a559f0b3c3f5ad3a111"),
        ];
        relations.finish(&users.iter().map(key).collect());
        let found: Vec<_> = relations.items().collect();
        let text = found.first().map(|item| item.notes[0].text.as_str());
        match expected {
            Some(field) => {
                let expected = format!("1 rows refer to users ({field})");
                assert!(
                    text.is_some_and(|text| text.starts_with(&expected)),
                    "{text:?}"
                );
            }
            None => assert_eq!(text, None),
        }
    }

    #[test]
    fn table_is_listed_with_its_count_and_the_option_that_carries_it() {
        let mut relations = Relations::default();
        let table = |relations: &mut Relations, name, rows, columns: &[&str]| {
            let columns: Vec<_> = columns.iter().map(|&name| name.to_owned()).collect();
            relations.add_table(name, rows, &columns, &["user_id".to_owned()]);
        };
        table(&mut relations, "shop_order", 7, &["id", "user_id"]);
        table(
            &mut relations,
            "people_twofactor",
            3,
            &["user_id", "secret", "backup_codes"],
        );
        table(
            &mut relations,
            "people_team",
            2,
            &["user_id", "name", "parent_id"],
        );
        table(&mut relations, "shop_empty", 0, &["user_id"]);
        relations.finish(&HashSet::new());
        let lines: Vec<_> = relations
            .items()
            .map(|item| (item.name, item.notes[0].text.clone()))
            .collect();
        assert_eq!(lines.len(), 3, "{lines:?}");
        for (line, name, part) in [
            (0, "people_team", "--group-tree people_team"),
            (
                1,
                "people_twofactor",
                "--second-factor people_twofactor:secret,backup_codes",
            ),
            (2, "shop_order", "7 rows"),
        ] {
            assert_eq!(lines[line].0, name);
            assert!(lines[line].1.contains(part), "{}", lines[line].1);
        }
        assert!(relations.is_factor("people_twofactor") && !relations.is_factor("shop_order"));
    }
}
