//! The objects of features for which a user alone is responsible, for the departure of the user.

use doorward_protocol::added::Added;

use crate::operation::Boxed;
use crate::prelude::*;

/// Lists the ID and the name of each object for which only this user is responsible.
pub type ListOf =
    for<'a, 'b> fn(&'a AdminContext<'b>, UserId) -> Boxed<'a, Result<Vec<(String, String)>>>;

/// A kind of responsibility of a feature, which the operator gives to another user.
#[derive(Debug)]
pub struct ResponsibilityKind {
    /// Kind, as reports name it.
    pub word: &'static str,
    /// Key of its name in the console.
    pub title: &'static str,
    /// Path of an object in the console, with its ID in braces.
    pub page: &'static str,
    /// Command that gives an object to the user `{to}`, with its ID in braces.
    pub command: &'static str,
    pub list: ListOf,
}

impl PartialEq for ResponsibilityKind {
    fn eq(&self, other: &Self) -> bool {
        self.word == other.word
    }
}

impl Eq for ResponsibilityKind {}

/// The responsibilities of features.
pub static ADDED: Added<&ResponsibilityKind> = Added::new();
