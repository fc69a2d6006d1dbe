//! Plans of single objects: all others of their kinds are described as they are.

use std::collections::{BTreeMap, BTreeSet};

use doorward_admin::kinds::Kind;
use doorward_admin::prelude::*;

use crate::state::{Objects, State, named_kinds};

/// Keys of the objects that are compared, by kind. Kinds that it does not name are compared as a whole.
pub type Keys = BTreeMap<String, BTreeSet<String>>;

/// Adds the stored objects that `only` does not name. Returns the hash of the state that they have, which an
/// apply must still find: it would take back a change made in between.
pub async fn with_others(
    context: &AdminContext<'_>,
    mut objects: Objects,
    only: &Keys,
) -> Result<(Objects, Option<String>)> {
    if only.is_empty() {
        return Ok((objects, None));
    }
    for kind in only.keys() {
        objects.entry(kind.clone()).or_default();
    }
    let kinds: Vec<&'static Kind> = named_kinds(objects.keys().map(String::as_str))?.collect();
    let state = State::read(context, kinds.iter().copied()).await?;
    for kind in kinds {
        let (Some(keys), Some(described)) = (only.get(kind.name), objects.get_mut(kind.name))
        else {
            continue;
        };
        if let Some(other) = described.iter().find(|it| !keys.contains(&kind.key_of(it))) {
            let problem = format!("does not name {}/{}", kind.name, kind.key_of(other));
            return Err(AdminError::invalid("only", problem));
        }
        let others = state.of(kind).filter(|(key, _)| !keys.contains(*key));
        described.extend(others.map(|(_, object)| object.document.clone()));
    }
    Ok((objects, Some(state.hash())))
}
