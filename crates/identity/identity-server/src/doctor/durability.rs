//! Check that PostgreSQL keeps the commits that it has acknowledged.

use doorward_store::Db;
use doorward_store::db::Durability;

use doorward_process::doctor::report::{CheckResult, Part};

const DURABILITY: Part = Part("durability");

/// Reads the settings of PostgreSQL; `None` for SQLite.
pub(super) async fn check(db: &Db) -> Option<CheckResult> {
    let settings = db.durability().await.ok()??;
    Some(line(&settings))
}

fn line(settings: &Durability) -> CheckResult {
    let commit = settings.synchronous_commit.as_str();
    if !settings.fsync {
        return DURABILITY.warning(
            "fsync is off: a crash of the machine can destroy the database",
            "set `fsync = on` and `full_page_writes = on` in postgresql.conf, and reload it",
        );
    }
    match (commit, settings.has_synchronous_standbys) {
        ("off", _) => DURABILITY.warning(
            "synchronous_commit is off: after a crash, revoked tokens and used codes may be valid again",
            "set `synchronous_commit = on` in postgresql.conf, or for the user and the database of \
             database.url (`ALTER ROLE`, `ALTER DATABASE`)",
        ),
        ("local", true) => DURABILITY.warning(
            "synchronous_commit is local: a fail-over loses commits, although synchronous_standby_names \
             names a standby",
            "set `synchronous_commit = on`, so that a commit waits for the standby",
        ),
        (_, true) => DURABILITY.passed(format!(
            "a commit waits for the disk and for a standby (synchronous_commit is {commit})"
        )),
        (_, false) => DURABILITY.passed(format!(
            "a commit waits for the disk (synchronous_commit is {commit})"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use doorward_process::doctor::report::CheckStatus;

    #[test]
    fn settings_that_lose_commits_are_warnings() {
        for (fsync, commit, has_synchronous_standbys, expected) in [
            (true, "on", false, None),
            (true, "on", true, None),
            (true, "remote_apply", true, None),
            (true, "local", false, None),
            (true, "local", true, Some("synchronous_commit = on")),
            (true, "off", false, Some("synchronous_commit = on")),
            (true, "off", true, Some("synchronous_commit = on")),
            (false, "on", true, Some("fsync = on")),
            (false, "off", false, Some("fsync = on")),
        ] {
            let found = line(&Durability {
                fsync,
                synchronous_commit: commit.to_owned(),
                has_synchronous_standbys,
            });
            let suggestion = found.suggestion.unwrap_or_default();
            assert_eq!(found.health == CheckStatus::Warning, expected.is_some());
            assert!(suggestion.contains(expected.unwrap_or("")), "{suggestion}");
        }
    }
}
