//! Removal of personal data from a copy of a database. The audit log stays: it accepts no changes.

use doorward_domain::boxed;

use super::prelude::*;
use super::users;

/// Tables of which all rows are deleted, those that refer to others first: requests, messages, reviews, and
/// records with names, addresses and locations.
const CLEARED: [&str; 31] = [
    "access_review_lines",
    "access_review_reviewers",
    "access_reviews",
    "approvals",
    "attempts",
    "bulk_failures",
    "bulk_changes",
    "dev_mail",
    "device_requests",
    "email_sign_ins",
    "email_tokens",
    "idempotency_keys",
    "imported_records",
    "interactions",
    "invitations",
    "jobs",
    "login_failures",
    "logout_notices",
    "newcomers",
    "provider_sessions",
    "pushed_requests",
    "reference_tokens",
    "refusals",
    "saml_sessions",
    "scim_groups",
    "scim_users",
    "scim_sources",
    "scim_targets",
    "signal_streams",
    "signals",
    "site_sessions",
];

/// Tables of which the rows of the anonymized users are deleted: what they registered, and where they
/// signed in.
const OF_USERS: [&str; 14] = [
    "api_keys",
    "app_passwords",
    "avatars",
    "factor_exceptions",
    "linked_accounts",
    "passkeys",
    "pending_sign_ins",
    "profile_values",
    "recovery_codes",
    "support_codes",
    "totp_factors",
    "trusted_devices",
    "sessions",
    "grants",
];

/// Deletes the rows that belong to no user alone.
#[boxed]
pub async fn clear(tx: &WriteTx) -> Result<()> {
    for table in CLEARED {
        tx.execute_unprepared(&format!("DELETE FROM {table}"))
            .await?;
    }
    Ok(())
}

/// Deletes what users have registered, and stores these values of their accounts.
#[boxed]
pub async fn replace(tx: &WriteTx, anonymous: &[User]) -> Result<()> {
    for part in parts(anonymous.iter().map(|user| user.id.as_uuid())) {
        for table in OF_USERS {
            let mut delete = Query::delete();
            delete
                .from_table(Alias::new(table))
                .and_where(part.contains(Expr::col(Alias::new("user_id"))));
            tx.execute(&delete).await?;
        }
    }
    for user in anonymous {
        users::update(tx, user).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::repo::query_plan::migrated;

    /// Tables that stay: definitions, rights, keys and statistics, with IDs of users at most, and the audit
    /// log.
    const KEPT: [&str; 47] = [
        "audit_archives",
        "audit_events",
        "audit_seals",
        "audit_streams",
        "audit_waiting",
        "brand_pictures",
        "brands",
        "cleanup_steps",
        "client_logos",
        "client_origins",
        "client_registrations",
        "clients",
        "consents",
        "custom_claims",
        "deletions",
        "factor_campaigns",
        "former_names",
        "group_members",
        "groups",
        "kept_keys",
        "leases",
        "managed_objects",
        "monthly_reports",
        "organization_members",
        "organizations",
        "own_texts",
        "permissions",
        "posix_numbers",
        "profile_fields",
        "providers",
        "registration_tokens",
        "registry_versions",
        "resources",
        "revoked_tokens",
        "role_assignments",
        "role_permissions",
        "roles",
        "saml_clients",
        "scopes",
        "settings",
        "signing_keys",
        "site_hosts",
        "sites",
        "stats",
        "subject_aliases",
        "used_jtis",
        "users",
    ];

    #[tokio::test]
    async fn every_table_is_cleared_or_kept() {
        let db = migrated().await;
        let sql = "SELECT name FROM sqlite_master WHERE type = 'table' \
                   AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'doorward%'";
        let statement = Statement::from_string(DbBackend::Sqlite, sql);
        let rows = db.read().query_all_raw(statement).await.unwrap();
        let rows = rows.iter();
        let tables: BTreeSet<String> = rows.map(|row| row.try_get_by_index(0).unwrap()).collect();
        let listed = CLEARED.into_iter().chain(OF_USERS).chain(KEPT);
        let listed: BTreeSet<String> = listed.map(str::to_owned).collect();
        assert_eq!(tables, listed);
    }
}
