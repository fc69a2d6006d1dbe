//! Results of operations.

use super::{Described, describe};
use crate::found::FoundPage;
use crate::operator::version;
use crate::prelude::*;

/// The result of an operation as JSON.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The object, the array of a list, or null.
    pub document: Value,
    pub version: Option<String>,
    /// Cursor of the next page of a list.
    pub next: Option<String>,
    /// Sentence about a further step of the operator, for the command line.
    pub note: Option<String>,
    /// Sentence about work that could not be done: the exit code of the command is 1.
    pub failure: Option<String>,
    /// True if a call that replaces or creates the object has created it.
    pub is_new: bool,
}

/// A type that an operation returns.
pub trait Done {
    const RESULT: Option<fn() -> Described>;
    const IS_LIST: bool = false;

    fn outcome(self) -> Outcome;
}

fn document(view: impl Serialize) -> Value {
    serde_json::to_value(view).unwrap_or_default()
}

impl Done for () {
    const RESULT: Option<fn() -> Described> = None;

    fn outcome(self) -> Outcome {
        Outcome::default()
    }
}

/// An object as callers see it.
#[derive(Clone, Debug)]
pub struct Shown<V> {
    pub view: V,
    pub version: Option<String>,
    pub note: Option<String>,
    pub failure: Option<String>,
    pub is_new: bool,
}

impl<V> Shown<V> {
    /// Shows an object whose version is that of all its members.
    pub fn versioned<M: Serialize>(model: M) -> Self
    where
        V: From<M>,
    {
        Self::of_version(version(&model), model.into())
    }

    pub fn of_version(version: String, view: V) -> Self {
        Self {
            version: Some(version),
            ..Self::unversioned(view)
        }
    }

    /// Shows an object that has no version.
    pub const fn unversioned(view: V) -> Self {
        Self {
            view,
            version: None,
            note: None,
            failure: None,
            is_new: false,
        }
    }

    #[must_use]
    pub fn with_note(self, note: Option<String>) -> Self {
        Self { note, ..self }
    }

    #[must_use]
    pub fn with_failure(self, failure: Option<String>) -> Self {
        Self { failure, ..self }
    }

    /// Shows an object that a call with `creates` has created, or replaced.
    #[must_use]
    pub fn created_if(self, is_new: bool) -> Self {
        Self { is_new, ..self }
    }
}

impl<V: Serialize + ToSchema> Done for Shown<V> {
    const RESULT: Option<fn() -> Described> = Some(describe::<V>);

    fn outcome(self) -> Outcome {
        Outcome {
            document: document(self.view),
            version: self.version,
            note: self.note,
            failure: self.failure,
            is_new: self.is_new,
            ..Outcome::default()
        }
    }
}

impl<V: Serialize + ToSchema> Done for FoundPage<V> {
    const RESULT: Option<fn() -> Described> = Some(describe::<V>);
    const IS_LIST: bool = true;

    fn outcome(self) -> Outcome {
        Outcome {
            document: document(self.items),
            next: self.next,
            ..Outcome::default()
        }
    }
}
