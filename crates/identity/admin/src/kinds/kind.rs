//! A kind of objects: the members of its documents, and the operations that read and write its objects.

use std::collections::BTreeSet;

use doorward_rules::own_brand::PictureKind;

use crate::operation::{Boxed, Entry};
use crate::prelude::*;

/// The members of an object, as its file has them.
pub type Document = Map<String, Value>;

/// A stored object.
#[derive(Clone, Debug)]
pub struct Object {
    pub document: Document,
    /// The subject of its audit events.
    pub subject: String,
}

impl Object {
    /// Makes an object whose events have a member of the document as their subject.
    pub(super) fn of(document: Document, member: &str) -> Self {
        let subject = document.get(member).and_then(Value::as_str);
        Self {
            subject: subject.unwrap_or_default().to_owned(),
            document,
        }
    }
}

pub type Read =
    for<'a, 'b> fn(&'a AdminContext<'b>, Vec<Document>) -> Boxed<'a, Result<Vec<Object>>>;
pub type Complete = for<'a, 'b> fn(&'a AdminContext<'b>, Document) -> Boxed<'a, Result<Document>>;

/// A kind of objects.
#[derive(Debug)]
pub struct Kind {
    /// Name of the folder of its files: `clients`.
    pub name: &'static str,
    /// Noun of one object: `client`.
    pub noun: &'static str,
    /// Permission to read all objects.
    pub permission: &'static str,
    /// Kind of the events about its objects.
    pub audit: AuditKind,
    /// Members that name an object.
    pub key: &'static [&'static str],
    /// Lists all objects with the members of the documents; `None` if `read` does.
    pub list: Option<&'static Entry>,
    /// True if the list has the order of the keys and begins after one, and the change of an object changes no other.
    pub separate: bool,
    pub write: Write,
    /// Lists and texts of words whose order has no meaning.
    pub sets: &'static [&'static str],
    /// Makes documents of what the list has.
    pub read: Option<Read>,
    /// Adds the members that a document leaves out, and that have a meaning then.
    pub complete: Option<Complete>,
    /// Members that an operation has under other names: in the document, in the creation, and in the others.
    pub names: &'static [(&'static str, &'static str, &'static str)],
    /// True if an empty text removes a member, and not null.
    pub removes_by_text: bool,
    /// Members that neither an empty text nor null removes, with the word that does.
    pub removed_by: &'static [(&'static str, &'static str)],
    /// Start of the names of members that no change removes: another member replaces them.
    pub replaced: &'static [&'static str],
    /// Members that an object can be without, and that have a default.
    pub defaults: &'static [&'static str],
    /// Members of the operations that are none of a document.
    pub others: &'static [&'static str],
    /// Members with separate operations.
    pub parts: &'static [Part],
    /// Schemas of the members with separate operations.
    pub part_schemas: &'static [PartSchema],
    /// Members with pictures.
    pub pictures: &'static [Picture],
}

/// The operations that write objects of a kind.
#[derive(Debug)]
pub enum Write {
    Members {
        create: &'static Entry,
        update: &'static Entry,
        delete: &'static Entry,
    },
    /// Objects that an operation creates and replaces.
    Whole {
        put: &'static Entry,
        delete: &'static Entry,
    },
    /// An object is only what its parts are.
    Parts,
}

/// An operation with the members of its body.
#[derive(Clone, Debug)]
pub struct Step {
    pub entry: &'static Entry,
    pub body: Document,
}

/// A member with separate operations.
#[derive(Debug)]
pub struct Part {
    /// Path of the member.
    pub member: &'static str,
    /// Returns the operations that change the member of an object from one value to another; null for none.
    pub steps: fn(&Document, &Value, &Value) -> Vec<Step>,
}

/// Name and schema of a member with separate operations.
pub type PartSchema = (&'static str, fn() -> Value);
/// A member with a picture.
#[derive(Debug)]
pub struct Picture {
    /// Path: `branding.logo`.
    pub member: &'static str,
    pub(super) form: PictureForm,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum PictureForm {
    /// Logo of a client on the consent page.
    Logo,
    Brand(PictureKind),
}

/// Value in place of a stored secret in a document.
pub const KEEP: &str = "keep";
/// Member with a secret.
pub const SECRET: &str = "client_secret";

impl Kind {
    /// A kind whose list has the members of its documents.
    pub const fn new(name: &'static str, noun: &'static str, key: &'static [&'static str]) -> Self {
        Self {
            name,
            noun,
            permission: "clients:read",
            audit: AuditKind::SystemChanged,
            key,
            list: None,
            separate: false,
            write: Write::Parts,
            sets: &[],
            read: None,
            complete: None,
            names: &[],
            removes_by_text: false,
            removed_by: &[],
            defaults: &[],
            others: &[],
            replaced: &[],
            parts: &[],
            part_schemas: &[],
            pictures: &[],
        }
    }

    /// Returns the key of an object: the values of its members.
    pub fn key_of(&self, document: &Document) -> String {
        let value = |member: &&str| {
            let value = document.get(*member)?.as_str()?;
            // A client and an organization can have the same name.
            let start = if *member == "client_id" {
                "client:"
            } else {
                ""
            };
            Some(format!("{start}{value}"))
        };
        let values: Vec<String> = self.key.iter().filter_map(value).collect();
        values.join(" ")
    }

    /// Returns the names of the members that a document of this kind can have.
    pub fn members(&self) -> BTreeSet<&'static str> {
        let entries = match &self.write {
            Write::Members { create, update, .. } => [Some(*create), Some(*update)],
            Write::Whole { put, .. } => [Some(*put), None],
            Write::Parts => [None, None],
        };
        let members = entries.into_iter().flatten().flat_map(Entry::members);
        let members = members.map(|member| self.document_name(&member.name));
        let members = members.filter(|name| !self.is_other(name));
        let parts = self.parts.iter().map(|part| part.member);
        members
            .chain(parts)
            .chain(self.key.iter().copied())
            .collect()
    }

    /// Returns true for a member that only an operation has.
    pub(super) fn is_other(&self, name: &str) -> bool {
        let starts = ["add_", "remove_", "new_"];
        self.others.contains(&name) || starts.iter().any(|start| name.starts_with(start))
    }

    /// Returns the name that a member of an operation has in a document.
    pub(super) fn document_name(&self, member: &'static str) -> &'static str {
        let mut names = self.names.iter();
        let found = names.find(|(_, created, other)| *created == member || *other == member);
        found.map_or(member, |(name, ..)| name)
    }
}
