//! Tests of the readers: files in, records out.

#![allow(clippy::unwrap_used)]
#![expect(
    clippy::needless_pass_by_value,
    reason = "JSON values are written where they are passed"
)]

mod csv;
mod django;
mod django_owners;
mod django_sites;
mod encodings;
mod keycloak;
mod keycloak_values;
mod products;
mod spreadsheets;

use std::path::{Path, PathBuf};

use doorward_import::item::Item;
use doorward_import::read::{ReadError, Sink};
use doorward_import::record::{ClientRecord, GroupRecord, RoleRecord, UserRecord};
use doorward_import::record::{PermissionRecord, ProviderRecord, Record};
use tempfile::TempDir;

/// The records of a source by kind.
#[derive(Debug, Default)]
struct Records {
    permissions: Vec<PermissionRecord>,
    roles: Vec<RoleRecord>,
    groups: Vec<GroupRecord>,
    providers: Vec<ProviderRecord>,
    clients: Vec<ClientRecord>,
    users: Vec<UserRecord>,
    skipped: Vec<Item>,
}

impl Records {
    fn of(read: impl FnOnce(Sink<'_>) -> Result<(), ReadError>) -> Self {
        let mut all = Self::default();
        read(&mut |record| {
            match record {
                Record::Permission(one) => all.permissions.push(one),
                Record::Role(one) => all.roles.push(one),
                Record::Group(one) => all.groups.push(one),
                Record::Provider(one) => all.providers.push(*one),
                Record::Client(one) => all.clients.push(*one),
                Record::User(one) => all.users.push(*one),
                Record::Skipped(one) => all.skipped.push(one),
            }
            Ok(())
        })
        .unwrap();
        all
    }

    fn user(&self, username: &str) -> &UserRecord {
        let mut found = self.users.iter().filter(|one| one.username == username);
        let user = found.next().unwrap();
        assert!(found.next().is_none());
        user
    }

    fn client(&self, id: &str) -> &ClientRecord {
        self.clients.iter().find(|one| one.id == id).unwrap()
    }

    /// Returns the columns and values of the notes of a skipped record.
    fn unreadable(&self, old_id: &str) -> Vec<(&str, Option<&str>)> {
        let item = self.skipped.iter().find(|one| one.old_id == old_id);
        about(&item.unwrap().notes)
    }

    fn why_skipped(&self, old_id: &str) -> &str {
        let item = self.skipped.iter().find(|one| one.old_id == old_id);
        item.unwrap().notes[0].code
    }
}

/// Writes a file into a new directory.
fn file(name: &str, content: &(impl AsRef<[u8]> + ?Sized)) -> (TempDir, PathBuf) {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join(name);
    std::fs::write(&path, content).unwrap();
    (directory, path)
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

/// Returns the columns and values that notes name.
fn about(notes: &[doorward_import::item::Note]) -> Vec<(&str, Option<&str>)> {
    let all = notes.iter();
    all.filter_map(|note| Some((note.column.as_deref()?, note.value.as_deref())))
        .collect()
}

fn codes(notes: &[doorward_import::item::Note]) -> Vec<&str> {
    notes.iter().map(|note| note.code).collect()
}
