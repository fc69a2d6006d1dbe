//! Roles and groups of a file, which are created when the first user gets them: those of skipped rows
//! are not.

use super::catalog;
use super::import::{Import, ImportError};
use super::users::PlannedUser;
use crate::item::{Decision, Item, Note};
use crate::plan::catalog::{Catalog, NewGroup};
use crate::plan::draft::Planned;
use crate::prelude::*;
use crate::record::Record;
use doorward_domain::model::Role;

/// Objects by their name or path here.
#[derive(Default)]
pub struct Pending {
    roles: BTreeMap<String, Planned<Role>>,
    groups: BTreeMap<String, Planned<NewGroup>>,
}

impl Pending {
    /// Plans the roles and groups. Returns the results of those that need not be created.
    pub fn plan(&mut self, plan: &mut Catalog<'_>, objects: Vec<Record>) -> Vec<Item> {
        let mut items = Vec::new();
        for object in objects {
            if let Some(item) = plan.repeated(&object) {
                items.push(item);
                continue;
            }
            match object {
                Record::Role(record) => match plan.role(record) {
                    planned @ Planned {
                        create: Some(_), ..
                    } => {
                        let name = planned.item.new_id.clone().unwrap_or_default();
                        self.roles.insert(name, planned);
                    }
                    other => items.push(other.item),
                },
                Record::Group(record) => match plan.group(record) {
                    planned @ Planned {
                        create: Some(_), ..
                    } => {
                        let path = planned.item.new_id.clone().unwrap_or_default();
                        self.groups.insert(path, planned);
                    }
                    other => items.push(other.item),
                },
                // A file has no others.
                _ => {}
            }
        }
        items
    }

    /// Creates what these users get, unless it is a dry run. Returns the results.
    #[boxed(?Send)]
    pub async fn write(
        &mut self,
        import: &Import<'_>,
        users: &[PlannedUser],
    ) -> Result<Vec<Item>, ImportError> {
        let (mut roles, mut groups) = (BTreeMap::new(), BTreeMap::new());
        for (names, paths) in users.iter().filter_map(PlannedUser::rights) {
            let found = names
                .iter()
                .filter_map(|name| self.roles.remove_entry(name));
            roles.extend(found);
            for path in paths {
                let mut next = self.groups.remove_entry(path);
                while let Some((path, planned)) = next {
                    let parent = planned.create.as_ref().and_then(|new| new.parent.clone());
                    next = parent.and_then(|parent| self.groups.remove_entry(&parent));
                    groups.insert(path, planned);
                }
            }
        }
        if roles.is_empty() && groups.is_empty() {
            return Ok(Vec::new());
        }
        // In the order of paths, a group comes before those below it.
        let (roles, groups) = (roles.into_values(), groups.into_values());
        catalog::write_planned(import, roles.collect(), groups.collect()).await
    }

    /// Returns the results of objects that no user gets.
    pub fn unused(&mut self) -> Vec<Item> {
        let roles = std::mem::take(&mut self.roles).into_values();
        let groups = std::mem::take(&mut self.groups).into_values();
        let items = roles.map(|one| one.item).chain(groups.map(|one| one.item));
        let unused = items.map(|mut item| {
            item.decision = Decision::Skip;
            item.new_id = None;
            item.notes = vec![Note::new("unused", "no imported user has it")];
            item
        });
        unused.collect()
    }
}
