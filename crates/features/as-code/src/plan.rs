//! The difference between a deployment and the objects that files describe.

use std::collections::{BTreeMap, BTreeSet};

use doorward_admin::kinds::{Document, Kind, SECRET, Step, member_changes};
use doorward_admin::operator::version;
use doorward_admin::prelude::*;

use crate::state::{Objects, State};

doorward_protocol::words! {
    /// The change of an object.
    pub enum Action {
        Create = "create",
        Change = "change",
        Delete = "delete",
    }
}

/// The change of an object, with the operations that make it.
#[derive(Clone, Debug)]
pub struct Change {
    pub kind: &'static Kind,
    pub key: String,
    pub action: Action,
    /// Members with the former and the new value; null for an absent one.
    pub members: BTreeMap<String, (Value, Value)>,
    pub steps: Vec<Step>,
}

/// Number of changes up to which an apply holds the lock of the administration for 250 ms at most.
const SHORT: u64 = 200;
/// Milliseconds of a change on a slow machine; `cargo xtask bench --as-code` prints those of this one.
const PER_CHANGE: u64 = 4;

/// Start of the source in the events of an apply.
pub const SOURCE: &str = "plan ";

/// Returns true if this source of a change is an apply.
pub fn is_apply(source: Option<&str>) -> bool {
    source.is_some_and(|source| source.starts_with(SOURCE))
}

/// Subject of the events of applies.
pub const APPLIES: &str = "configuration";

/// An object that cannot become what its file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub kind: &'static str,
    pub key: String,
    pub text: String,
}

/// The changes in the order in which they are made, for a state of the deployment.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub changes: Vec<Change>,
    pub problems: Vec<Problem>,
    /// Hash of the state.
    pub state: String,
}

impl Problem {
    /// Returns the name of the object in texts.
    pub fn title(&self) -> String {
        title(self.kind, &self.key)
    }
}

fn title(kind: &str, key: &str) -> String {
    format!("{kind}/{}", key.trim_start_matches('/'))
}

impl Plan {
    /// Returns the changes of objects of a kind.
    pub fn of(&self, kind: &str) -> impl Iterator<Item = &Change> {
        let changes = self.changes.iter();
        changes.filter(move |change| change.kind.name == kind)
    }

    /// Compares the objects of these kinds with their state.
    pub async fn make(
        context: &AdminContext<'_>,
        objects: &Objects,
        kinds: impl Iterator<Item = &'static Kind>,
        state: &State,
    ) -> Result<Self> {
        let mut plan = Self {
            state: state.hash(),
            ..Self::default()
        };
        let mut deletions = Vec::new();
        for kind in kinds {
            let documents = objects.get(kind.name).into_iter().flatten();
            let described = plan.add_kind(context, kind, documents, state).await?;
            let others = state.of(kind).filter(|(key, _)| !described.contains(*key));
            deletions.extend(
                others.map(|(key, object)| {
                    Change::new(kind, key.clone(), Some(&object.document), None)
                }),
            );
        }
        plan.changes.extend(deletions.into_iter().rev());
        Ok(plan)
    }

    /// Adds the changes and problems of objects of other kinds.
    pub fn add(&mut self, other: Self) {
        self.changes.extend(other.changes);
        self.problems.extend(other.problems);
    }

    /// Adds the objects of a kind that differ. Returns the keys of all.
    async fn add_kind(
        &mut self,
        context: &AdminContext<'_>,
        kind: &'static Kind,
        documents: impl Iterator<Item = &Document>,
        state: &State,
    ) -> Result<BTreeSet<String>> {
        let (shape, mut changes) = (kind.shape(), BTreeMap::new());
        let mut keys = BTreeSet::new();
        for document in documents {
            let key = kind.key_of(document);
            if key.is_empty() || !keys.insert(key.clone()) {
                let text = match kind.key {
                    _ if !key.is_empty() => "is described twice".to_owned(),
                    members => format!("needs {}", members.join(" and ")),
                };
                self.add_problem(kind, &key, text);
                continue;
            }
            let before = state.find(kind, &key).map(|object| &object.document);
            match kind
                .completed(context, &shape, document.clone(), before)
                .await
            {
                Ok(after) if before == Some(&after) => {}
                Ok(after) => {
                    let change = Change::new(kind, key.clone(), before, Some(&after));
                    changes.insert(key, change);
                }
                Err(error) => self.add_problem(kind, &key, problem_text(error)?),
            }
        }
        self.changes.extend(changes.into_values());
        Ok(keys)
    }

    pub fn add_problem(&mut self, kind: &Kind, key: &str, text: String) {
        self.problems.push(Problem {
            kind: kind.name,
            key: key.to_owned(),
            text,
        });
    }

    /// Returns the seconds for which an apply may let other changes wait; `None` for the usual fraction of one.
    pub fn waiting_time(&self) -> Option<u64> {
        let changes = self.changes.len() as u64;
        (changes > SHORT).then(|| (changes * PER_CHANGE).div_ceil(1_000))
    }

    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.problems.is_empty()
    }

    /// Returns a name that plans with the same changes of the same state have. It does not depend on secrets.
    pub fn name(&self) -> String {
        let steps = self.changes.iter().flat_map(|change| &change.steps);
        let steps = steps.map(|step| {
            let mut body = step.body.clone();
            body.remove(SECRET);
            (step.entry.id(), body)
        });
        let steps: Vec<_> = steps.collect();
        version(&(&self.state, steps)).chars().take(12).collect()
    }
}

impl Change {
    /// Returns the name of the object in texts.
    pub fn title(&self) -> String {
        title(self.kind.name, &self.key)
    }

    fn new(
        kind: &'static Kind,
        key: String,
        before: Option<&Document>,
        after: Option<&Document>,
    ) -> Self {
        let action = match (before, after) {
            (None, _) => Action::Create,
            (Some(_), Some(_)) => Action::Change,
            (Some(_), None) => Action::Delete,
        };
        let mut members = member_changes(before, after);
        if let Some((before, after)) = members.get_mut(SECRET) {
            for value in [before, after] {
                if !value.is_null() {
                    *value = "(secret)".into();
                }
            }
        }
        Self {
            steps: kind.steps(before, after),
            kind,
            key,
            action,
            members,
        }
    }
}

/// Returns the text of an error about an object. Other errors concern the caller or the server.
pub fn problem_text(error: AdminError) -> Result<String> {
    match error {
        AdminError::NotFound { .. }
        | AdminError::Taken { .. }
        | AdminError::NoChange(_)
        | AdminError::Body(_)
        | AdminError::Invalid { .. }
        | AdminError::Choice { .. }
        | AdminError::LastHolder(_) => Ok(error.to_string()),
        error => Err(error),
    }
}
