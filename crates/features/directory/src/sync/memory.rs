//! The memory of the synchronizations of a directory, which is a setting.

use doorward_admin::prelude::*;

use super::Report;
use crate::entry::Entry;
use crate::settings::{Directory, Schema};

/// The memory of a directory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The server of the numbers, which each server counts for itself.
    pub(super) server: String,
    pub(super) usn: Option<u64>,
    /// Largest `modifyTimestamp` that was read.
    pub(super) modified: Option<String>,
    pub at: UnixSeconds,
    pub full_at: UnixSeconds,
    pub report: Report,
    /// The failure of the latest run.
    pub failure: Option<String>,
}

impl Memory {
    fn key(directory: &Directory) -> String {
        format!("directory:{}", directory.name)
    }

    pub async fn read(conn: &Conn, directory: &Directory) -> Result<Self> {
        let stored = repo::settings::get(conn, &Self::key(directory)).await?;
        let read = stored.and_then(|text| serde_json::from_str(&text).ok());
        Ok(read.unwrap_or_default())
    }

    pub(super) async fn store(
        &self,
        context: &AdminContext<'_>,
        directory: &Directory,
    ) -> Result<()> {
        let text = serde_json::to_string(self).unwrap_or_default();
        let tx = context.db.begin_write().await?;
        repo::settings::put(&tx, &Self::key(directory), &text).await?;
        Ok(tx.commit().await?)
    }

    /// Returns the condition of entries that changed since the last run; `None` if all must be read.
    pub(super) fn since(&self, directory: &Directory, server: &str) -> Option<String> {
        match directory.schema {
            Schema::ActiveDirectory if self.server == server => {
                self.usn.map(|usn| format!("(uSNChanged>={})", usn + 1))
            }
            Schema::ActiveDirectory => None,
            Schema::Rfc2307 => {
                let modified = self.modified.as_ref()?;
                let modified = ldap3::ldap_escape(modified.as_str());
                Some(format!("(modifyTimestamp>={modified})"))
            }
        }
    }

    pub(super) fn note(&mut self, entry: &Entry) {
        let usn = entry.first("uSNChanged").and_then(|text| text.parse().ok());
        self.usn = self.usn.max(usn);
        let modified = entry.first("modifyTimestamp").map(str::to_owned);
        self.modified = self.modified.take().max(modified);
    }
}
