//! The objects of a deployment, and those that files describe.

use std::collections::{BTreeMap, BTreeSet};

use doorward_admin::kinds::{self, Document, Kind, Object};
use doorward_admin::operator::version;
use doorward_admin::prelude::*;

/// The objects of the managed kinds, by kind.
#[derive(Clone, Debug, Default)]
pub struct State(BTreeMap<&'static str, BTreeMap<String, Object>>);

/// Objects by the names of their kinds, as files describe them.
pub type Objects = BTreeMap<String, Vec<Document>>;

impl State {
    /// Reads all objects of these kinds.
    pub async fn read(
        context: &AdminContext<'_>,
        kinds: impl IntoIterator<Item = &'static Kind>,
    ) -> Result<Self> {
        let mut state = Self::default();
        for kind in kinds {
            let objects = kind.objects(context).await?.into_iter();
            let objects = objects.map(|object| (kind.key_of(&object.document), object));
            state.0.insert(kind.name, objects.collect());
        }
        Ok(state)
    }

    /// Reads the changed objects of a kind alone; `None` if all of its objects have to be read.
    pub async fn read_changed(
        &self,
        context: &AdminContext<'_>,
        kind: &'static Kind,
        changed: &BTreeSet<&str>,
    ) -> Result<Option<Self>> {
        let before = self.of(kind).map(|(key, _)| key.as_str());
        let known = before.chain(changed.iter().copied()).collect();
        let found = kind.objects_among(context, changed, &known).await?;
        Ok(found.map(|found| {
            let found = found.into_iter();
            let found = found.map(|object| (kind.key_of(&object.document), object));
            Self([(kind.name, found.collect())].into())
        }))
    }

    /// Takes over objects that were changed or created.
    pub fn update(&mut self, changed: Self) {
        for (kind, objects) in changed.0 {
            self.0.entry(kind).or_default().extend(objects);
        }
    }

    /// Takes over all objects of other kinds.
    pub fn replace(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Returns true if the objects of a kind were read.
    pub fn has(&self, kind: &Kind) -> bool {
        self.0.contains_key(kind.name)
    }

    pub fn find(&self, kind: &Kind, key: &str) -> Option<&Object> {
        self.0.get(kind.name)?.get(key)
    }

    /// Returns the objects of a kind in the order of their keys.
    pub fn of(&self, kind: &Kind) -> impl Iterator<Item = (&String, &Object)> {
        self.0.get(kind.name).into_iter().flatten()
    }

    /// Returns a hash of all documents.
    pub fn hash(&self) -> String {
        version(&self.documents())
    }

    pub fn documents(&self) -> BTreeMap<&str, Vec<&Document>> {
        let kinds = self.0.iter();
        kinds
            .map(|(name, objects)| (*name, objects.values().map(|it| &it.document).collect()))
            .collect()
    }
}

/// Returns the kinds of these names, each after those that its objects name.
pub fn named_kinds<'a>(
    names: impl IntoIterator<Item = &'a str>,
) -> Result<impl DoubleEndedIterator<Item = &'static Kind> + Clone> {
    let names: BTreeSet<&str> = names.into_iter().collect();
    let known: Vec<&Kind> = kinds::all()
        .filter(|kind| names.contains(kind.name))
        .collect();
    if known.is_empty() || known.len() < names.len() {
        let all: Vec<&str> = kinds::all().map(|kind| kind.name).collect();
        let problem = format!("the kinds of objects are {}", all.join(", "));
        return Err(AdminError::invalid("objects", problem));
    }
    Ok(known.into_iter())
}
