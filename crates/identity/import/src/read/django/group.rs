//! Groups: those of `django.contrib.auth`, and trees in a table of the site (`--group-tree`).

use super::row::{Row, key};
use super::table::{SiteTable, reference, references};
use crate::item::{Item, Kind, Note};
use crate::prelude::*;
use crate::read::fields::Fields;
use crate::record::GroupRecord;

/// A row of a group tree.
#[derive(Clone, Debug)]
struct Node {
    old_id: String,
    name: Option<String>,
    /// Key of the row of `auth.group` that it extends.
    group: Option<String>,
    parent: Option<String>,
    members: Vec<String>,
}

/// The group trees of a site. The paths are known after [`Trees::finish`].
#[derive(Clone, Debug, Default)]
pub struct Trees {
    nodes: Vec<Node>,
    /// Key of a row of a tree → path.
    rows: HashMap<String, String>,
    /// Key of a row of `auth.group` that a row of a tree extends → path.
    groups: HashMap<String, String>,
    /// Key of a user → paths.
    members: HashMap<String, BTreeSet<String>>,
    records: Vec<GroupRecord>,
    skipped: Vec<Item>,
}

fn natural(name: &str) -> String {
    key(&Value::from(vec![name.to_owned()]))
}

/// Rows by their keys.
struct Index {
    rows: HashMap<String, usize>,
    groups: HashMap<String, usize>,
}

impl Trees {
    pub fn add(&mut self, table: &SiteTable, row: &Row) {
        let name = Fields(&row.fields).text(table.field(1, "name"));
        let name = name.ok().flatten().map(str::to_owned);
        let mut extended = ["group", "group_ptr"].iter();
        let extended = extended.find_map(|field| reference(row, field).map(key));
        // A model that inherits from `Group` has its primary key, and no name in the own table.
        let inherited = row.pk.as_ref().map(key).filter(|_| name.is_none());
        self.nodes.push(Node {
            old_id: row.old_id(),
            name,
            group: extended.or(inherited),
            parent: reference(row, table.field(0, "parent")).map(key),
            members: references(row, table.field(2, "members")),
        });
    }

    /// Builds the paths. `names` are those of `auth.group` by key.
    pub fn finish(&mut self, names: &HashMap<String, String>) {
        let mut nodes = std::mem::take(&mut self.nodes);
        let mut index = Index {
            rows: HashMap::new(),
            groups: HashMap::new(),
        };
        for (at, node) in nodes.iter_mut().enumerate() {
            let extended = node.group.as_ref().and_then(|key| names.get(key)).cloned();
            index.rows.insert(format!("pk\u{1f}{}", node.old_id), at);
            if let (Some(group), Some(name)) = (&node.group, &extended) {
                index.groups.insert(group.clone(), at);
                index.groups.insert(natural(name), at);
            }
            node.name = node.name.take().or(extended);
            if let Some(name) = &node.name {
                index.rows.entry(natural(name)).or_insert(at);
            }
        }
        let mut order = Vec::new();
        for (at, node) in nodes.iter().enumerate() {
            match place(at, &nodes, &index) {
                Ok(placed) => order.push((placed, at)),
                Err(note) => {
                    let name = node.name.as_deref().unwrap_or_default();
                    let item = Item::skipped(Kind::Group, &node.old_id, name, vec![note]);
                    self.skipped.push(item);
                }
            }
        }
        // Parents first.
        order.sort();
        let mut paths = HashMap::new();
        for ((_, path, parent), at) in order {
            for member in &nodes[at].members {
                let own = self.members.entry(member.clone()).or_default();
                own.insert(path.clone());
            }
            self.records.push(GroupRecord {
                path: path.clone(),
                parent,
                name: nodes[at].name.clone().unwrap_or_default(),
                ..GroupRecord::default()
            });
            paths.insert(at, path);
        }
        let resolve = |index: HashMap<String, usize>| {
            let found = index.into_iter();
            found.filter_map(|(key, at)| Some((key, paths.get(&at)?.clone())))
        };
        self.rows = resolve(index.rows).collect();
        self.groups = resolve(index.groups).collect();
    }

    /// Returns the path of a row of a tree by its key.
    pub fn of_row(&self, key: &str) -> Option<&String> {
        self.rows.get(key)
    }

    /// Returns the path of the row that extends a row of `auth.group`.
    pub fn of_group(&self, key: &str) -> Option<&String> {
        self.groups.get(key)
    }

    /// Returns the paths of the groups that list a user as a member.
    pub fn of_member<'a>(&'a self, user: &str) -> impl Iterator<Item = &'a String> {
        self.members.get(user).into_iter().flatten()
    }

    /// Returns the groups, parents first, and the rows that are none.
    pub fn records(&self) -> (&[GroupRecord], &[Item]) {
        (&self.records, &self.skipped)
    }
}

/// The depth, path and path of the parent of a row.
type Placed = (usize, String, Option<String>);

/// Returns the place of a row in its tree, or the reason why it has none.
fn place(at: usize, nodes: &[Node], index: &Index) -> Result<Placed, Note> {
    let mut chain = vec![at];
    let mut above = nodes[at].parent.as_ref();
    while let Some(parent) = above {
        let found = index.rows.get(parent).or_else(|| index.groups.get(parent));
        let Some(next) = found.copied() else {
            let text = "the group above it is not in the source";
            return Err(Note::new("parent", text));
        };
        if chain.contains(&next) {
            let text = "the group is below itself in the source";
            return Err(Note::new("cycle", text));
        }
        chain.push(next);
        above = nodes[next].parent.as_ref();
    }
    let path = |some: &[usize]| -> Option<String> {
        let names = some.iter().rev();
        names
            .map(|one| Some(format!("/{}", nodes[*one].name.as_ref()?)))
            .collect()
    };
    match path(&chain) {
        Some(whole) => Ok((
            chain.len(),
            whole,
            path(&chain[1..]).filter(|path| !path.is_empty()),
        )),
        None => Err(Note::new("name", "the group, or one above it, has no name")),
    }
}

#[cfg(test)]
#[expect(
    clippy::needless_pass_by_value,
    reason = "JSON values are written where they are passed"
)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn trees(option: &str, rows: Value, names: &[(&str, &str)]) -> Trees {
        let table = SiteTable::parse(option, 3).unwrap();
        let mut trees = Trees::default();
        for row in rows.as_array().unwrap() {
            trees.add(&table, &Row::parse(row.clone(), 1).unwrap());
        }
        let names = names.iter();
        let names = names.map(|(key, name)| (format!("pk\u{1f}{key}"), (*name).to_owned()));
        trees.finish(&names.collect());
        trees
    }

    fn row(pk: u64, fields: Value) -> Value {
        json!({ "model": "people.team", "pk": pk, "fields": fields })
    }

    #[rstest]
    #[case::own_table("people.team", json!([
        row(2, json!({ "name": "Backend", "parent": 1, "members": [7] })),
        row(1, json!({ "name": "IT", "parent": null, "members": [] })),
    ]))]
    #[case::natural_keys("people.team", json!([
        row(2, json!({ "name": "Backend", "parent": ["IT"], "members": [7] })),
        row(1, json!({ "name": "IT", "parent": null })),
    ]))]
    #[case::other_fields("people.team:above,label,users", json!([
        row(2, json!({ "label": "Backend", "above": 1, "users": [7] })),
        row(1, json!({ "label": "IT", "above": null, "users": [] })),
    ]))]
    #[case::inherits_from_group("people.team", json!([
        row(2, json!({ "parent": 1, "members": [7] })),
        row(1, json!({ "parent": null })),
    ]))]
    #[case::extends_group("people.team", json!([
        row(12, json!({ "group": 2, "parent": 1, "members": [7] })),
        row(11, json!({ "group": 1, "parent": null })),
    ]))]
    #[case::database("people_team", json!([
        row(2, json!({ "name": "Backend", "parent_id": 1, "members": [7] })),
        row(1, json!({ "name": "IT", "parent_id": null })),
    ]))]
    fn tree_is_read(#[case] option: &str, #[case] rows: Value) {
        let trees = trees(option, rows, &[("1", "IT"), ("2", "Backend")]);
        let (records, skipped) = trees.records();
        assert!(skipped.is_empty(), "{skipped:?}");
        let paths: Vec<_> = records
            .iter()
            .map(|one| (one.path.as_str(), one.parent.as_deref()))
            .collect();
        assert_eq!(paths, [("/IT", None), ("/IT/Backend", Some("/IT"))]);
        let of_member: Vec<_> = trees.of_member("pk\u{1f}7").collect();
        assert_eq!(of_member, ["/IT/Backend"]);
    }

    #[test]
    fn row_without_place_in_the_tree_is_named() {
        let rows = json!([
            row(1, json!({ "name": "A", "parent": 2 })),
            row(2, json!({ "name": "B", "parent": 1 })),
            row(3, json!({ "name": "C", "parent": 99 })),
            row(4, json!({ "name": "", "parent": null })),
            row(5, json!({ "name": "E", "parent": null })),
        ]);
        let trees = trees("people.team", rows, &[]);
        let (records, skipped) = trees.records();
        assert_eq!(records.len(), 1);
        let why: Vec<_> = skipped
            .iter()
            .map(|item| (item.old_id.as_str(), item.notes[0].code))
            .collect();
        assert_eq!(
            why,
            [
                ("1", "cycle"),
                ("2", "cycle"),
                ("3", "parent"),
                ("4", "name")
            ]
        );
    }
}
