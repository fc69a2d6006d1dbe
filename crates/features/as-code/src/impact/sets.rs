//! The sets of roles, groups and organizations that a plan touches.

use std::collections::{BTreeMap, BTreeSet};

use doorward_admin::kinds::{self, Document, Kind};
use doorward_admin::prelude::*;
use doorward_store::repo::access_sets::{self, AccessSet};

use crate::plan::{Change, Plan};
use crate::state::State;

/// Maximum number of sets that are read.
const MAX_READ: u64 = 10_000;

/// Maximum number of simulated sign-ins.
pub const MAX_SIMULATED: usize = 200;

/// Sets of access, those of most users first.
#[derive(Debug, Default)]
pub struct TouchedSets {
    /// Those that a plan touches.
    pub sets: Vec<AccessSet>,
    pub others: Vec<AccessSet>,
}

/// Kinds whose objects give access.
const ACCESS: [&str; 4] = ["permissions", "roles", "groups", "organizations"];
/// Kinds whose objects are in tokens of all users.
const CONTENT: [&str; 4] = ["claims", "scopes", "resources", "profile-fields"];

impl TouchedSets {
    /// Reads the sets that a plan touches, and the others too if asked to, for a caller who may read users, roles
    /// and groups.
    pub(super) async fn read(
        context: &AdminContext<'_>,
        plan: &Plan,
        touched: &Touched,
        needs_all: bool,
    ) -> Result<Self> {
        let gives_access = plan
            .changes
            .iter()
            .any(|change| ACCESS.contains(&change.kind.name));
        if !gives_access && !touched.is_content && !needs_all {
            return Ok(Self::default());
        }
        let sets = access_sets::list(context.db.read(), context.now(), MAX_READ).await?;
        let (sets, others) = sets
            .into_iter()
            .partition(|set| touched.is_content || touched.has(set));
        Ok(Self { sets, others })
    }
}

/// Objects that a plan touches directly or by another one.
#[derive(Debug, Default)]
pub(super) struct Touched {
    pub roles: BTreeSet<String>,
    pub organizations: BTreeSet<String>,
    /// IDs.
    groups: BTreeSet<String>,
    scopes: BTreeSet<String>,
    resources: BTreeSet<String>,
    /// True if the content of tokens can change without a change of roles.
    pub is_content: bool,
}

impl Touched {
    pub async fn of(context: &AdminContext<'_>, plan: &Plan, state: &State) -> Result<Self> {
        let named = |name: &'static str| plan.of(name).map(|change: &Change| change.key.clone());
        let mut touched = Self {
            roles: named("roles").collect(),
            organizations: named("organizations").collect(),
            groups: BTreeSet::new(),
            scopes: named("scopes").collect(),
            resources: named("resources").collect(),
            is_content: CONTENT.into_iter().any(|kind| named(kind).next().is_some()),
        };
        if ACCESS.into_iter().all(|kind| named(kind).next().is_none()) {
            return Ok(touched);
        }
        let permissions: BTreeSet<String> = named("permissions").collect();
        for (key, role) in objects(context, state, "roles").await? {
            let held = texts(&role.1, "permissions");
            if held
                .iter()
                .any(|permission| permissions.contains(*permission))
            {
                touched.roles.insert(key);
            }
        }
        let changed: BTreeSet<String> = named("groups").collect();
        let groups = objects(context, state, "groups").await?;
        let own = groups.iter().filter(|(key, (_, group))| {
            let mut roles = texts(group, "roles").into_iter();
            changed.contains(*key)
                || roles.any(|role| {
                    let name = role.split_once('@').map_or(role, |(name, _)| name);
                    touched.roles.contains(name)
                })
        });
        // A key ends with the path, and the groups below have a longer one.
        let own: Vec<&String> = own.map(|(key, _)| key).collect();
        let is_below = |key: &String| {
            own.iter().any(|above| {
                let rest = key.strip_prefix(above.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        let below = groups.iter().filter(|(key, _)| is_below(key));
        touched.groups = below.map(|(_, (subject, _))| subject.clone()).collect();
        Ok(touched)
    }

    pub fn is_empty(&self) -> bool {
        [
            &self.roles,
            &self.organizations,
            &self.scopes,
            &self.resources,
        ]
        .into_iter()
        .all(BTreeSet::is_empty)
    }

    /// Returns the scopes that are touched, also by their resources.
    pub async fn scopes(
        &self,
        context: &AdminContext<'_>,
        state: &State,
    ) -> Result<BTreeSet<String>> {
        let mut scopes = self.scopes.clone();
        if !self.resources.is_empty() {
            for (key, (_, scope)) in objects(context, state, "scopes").await? {
                let resource = scope.get("resource").and_then(Value::as_str);
                if resource.is_some_and(|resource| self.resources.contains(resource)) {
                    scopes.insert(key);
                }
            }
        }
        Ok(scopes)
    }

    fn has(&self, set: &AccessSet) -> bool {
        let mut roles = set.roles.iter();
        let mut groups = set.groups.iter();
        let mut organizations = set.organizations.iter();
        roles.any(|(role, _)| self.roles.contains(role))
            || groups.any(|group| self.groups.contains(&group.to_string()))
            || organizations.any(|slug| self.organizations.contains(slug))
    }
}

pub(super) fn texts<'a>(document: &'a Document, name: &str) -> Vec<&'a str> {
    let items = document
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    items.filter_map(Value::as_str).collect()
}

/// Returns the objects of a kind by key, each with the subject of its events, also of a kind that is not managed.
pub(super) async fn objects(
    context: &AdminContext<'_>,
    state: &State,
    name: &str,
) -> Result<BTreeMap<String, (String, Document)>> {
    let Some(kind): Option<&'static Kind> = kinds::all().find(|kind| kind.name == name) else {
        return Ok(BTreeMap::new());
    };
    let read;
    let state = if state.has(kind) {
        state
    } else {
        read = State::read(context, [kind]).await?;
        &read
    };
    let objects = state.of(kind);
    Ok(objects
        .map(|(key, object)| {
            (
                key.clone(),
                (object.subject.clone(), object.document.clone()),
            )
        })
        .collect())
}
