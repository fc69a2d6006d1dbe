//! One module for each table: its columns, and the way between a row and a domain model.

use std::fmt;

use doorward_domain::secret::TokenHash;
use doorward_protocol::scope::Scope;
use sea_orm::sea_query::{Alias, Expr, IntoIden, SelectStatement};
use sea_orm::{EntityTrait, Iden, Iterable};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::StoreError;

pub mod api_keys;
pub mod audit_events;
pub mod audit_seals;
pub mod audit_waiting;
pub mod avatars;
pub mod client_logos;
pub mod client_registrations;
pub mod clients;
pub mod codes;
pub mod consents;
pub mod dev_mail;
pub mod device_requests;
pub mod email_sign_ins;
pub mod email_tokens;
pub mod grants;
pub mod group_members;
pub mod groups;
pub mod idempotency_keys;
pub mod interactions;
pub mod invitations;
pub mod jobs;
pub mod leases;
pub mod linked_accounts;
pub mod login_failures;
pub mod logout_notices;
pub mod newcomers;
pub mod organization_members;
pub mod organizations;
pub mod passkeys;
pub mod pending_sign_ins;
pub mod permissions;
pub mod providers;
pub mod pushed_requests;
pub mod recovery_codes;
pub mod reference_tokens;
pub mod refresh_tokens;
pub mod refusals;
pub mod registration_tokens;
pub mod resources;
pub mod revoked_tokens;
pub mod role_assignments;
pub mod role_permissions;
pub mod roles;
pub mod scopes;
pub mod sessions;
pub mod settings;
pub mod signing_keys;
pub mod totp_factors;
pub mod trusted_devices;
pub mod used_jtis;
pub mod users;

/// A row being read: says which one it is when a column holds what it cannot.
pub struct Place<'a> {
    table: &'static str,
    id: &'a dyn fmt::Display,
}

impl<'a> Place<'a> {
    /// The row of `table` with this key.
    pub const fn new(table: &'static str, id: &'a dyn fmt::Display) -> Self {
        Self { table, id }
    }

    /// The value, or the complaint that the column holds none that can be.
    pub fn read<T>(&self, column: &'static str, value: Option<T>) -> Result<T, StoreError> {
        value.ok_or_else(|| StoreError::Corrupt {
            table: self.table,
            column,
            id: self.id.to_string(),
        })
    }

    /// Reads a JSON column.
    pub fn json<T: DeserializeOwned>(
        &self,
        column: &'static str,
        text: &str,
    ) -> Result<T, StoreError> {
        self.read(column, serde_json::from_str(text).ok())
    }

    /// Reads a column of scope names separated by spaces.
    pub fn scope(&self, column: &'static str, text: &str) -> Result<Scope, StoreError> {
        self.read(column, Scope::parse(text).ok())
    }

    /// Reads a column that holds a SHA-256.
    pub fn hash(&self, column: &'static str, bytes: &[u8]) -> Result<TokenHash, StoreError> {
        self.read(column, TokenHash::from_slice(bytes))
    }
}

/// Shows a binary key in hexadecimal.
pub struct Hex<'a>(pub &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Writes a JSON column.
pub fn to_json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Query(error.into()))
}

/// The bytes of a hash column.
pub fn to_bytes(hash: &TokenHash) -> Vec<u8> {
    hash.as_bytes().to_vec()
}

/// Selects every column of `E`, each named with `prefix` before its own name, so that one
/// statement can bring the rows of several tables. `table` is the name or alias in the query.
pub fn select_all<E: EntityTrait>(query: &mut SelectStatement, table: &str, prefix: &str) {
    for column in E::Column::iter() {
        let name = column.to_string();
        query.expr_as(
            Expr::col((Alias::new(table), Alias::new(name.as_str()))),
            Alias::new(format!("{prefix}{name}")).into_iden(),
        );
    }
}
