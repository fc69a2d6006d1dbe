//! Signing keys, settings, background work, and statistics.

use sea_orm::{DatabaseTransaction, DbErr};

use super::table::{NewTable, create, table};
use crate::columns::{
    bytes, bytes_key, bytes_null, integer, number, text, text_key, text_null, time, time_null,
    uuid_key,
};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    create(
        tx,
        [
            signing_keys(),
            settings(),
            jobs(),
            dev_mail(),
            idempotency_keys(),
            leases(),
            cleanup_steps(),
            deletions(),
            stats(),
        ],
    )
    .await
}

fn signing_keys() -> NewTable {
    table("signing_keys")
        .col(text_key("kid"))
        .col(text("algorithm"))
        .col(text("public_jwk"))
        .col(bytes("private_sealed"))
        .col(time("created_at"))
        .col(time("active_at"))
        .col(time_null("retired_at"))
}

fn settings() -> NewTable {
    table("settings").col(text_key("key")).col(text("value"))
}

/// Returns the jobs. The worker limits what one destination, a server or a domain, holds up.
fn jobs() -> NewTable {
    let waiting = "done_at IS NULL AND failed_at IS NULL";
    table("jobs")
        .col(uuid_key("id"))
        .col(text("kind"))
        .col(text_null("destination"))
        .col(bytes("payload_sealed"))
        .col(time("run_at"))
        .col(integer("attempts"))
        .col(time_null("lease_until"))
        .col(time_null("done_at"))
        .col(time_null("failed_at"))
        .col(text_null("last_error"))
        .col(time("created_at"))
        .index("run_at")
        .index_where("failed_at, id", "failed_at IS NOT NULL")
        // Few jobs wait among those that are done, and each kind of work has separate workers.
        .index_where("run_at, id", waiting)
        .index_where("done_at", "done_at IS NOT NULL")
        .index_where("kind, run_at, id", waiting)
}

// Written only by development instances and tests; otherwise empty.
fn dev_mail() -> NewTable {
    table("dev_mail")
        .col(uuid_key("id"))
        .col(text("recipient"))
        .col(text("subject"))
        .col(text("text"))
        .col(text("html"))
        .col(time("sent_at"))
}

/// Returns the creation requests with an `Idempotency-Key`.
fn idempotency_keys() -> NewTable {
    table("idempotency_keys")
        .col(bytes_key("key_hash"))
        .col(bytes("fingerprint"))
        .col(bytes_null("answer_sealed"))
        .col(time("created_at"))
        .index("created_at")
}

/// Returns the leases for work that only one process does at a time.
fn leases() -> NewTable {
    table("leases")
        .col(text_key("name"))
        .col(time("expires_at"))
}

fn cleanup_steps() -> NewTable {
    table("cleanup_steps")
        .col(text_key("step"))
        .col(time("first_at"))
        .col(time("last_at"))
        .col(time_null("succeeded_at"))
}

/// Returns the objects whose rows are deleted in batches. Such an object is marked by `deleted_at`, and
/// is here until the last of its rows and its own row are deleted.
fn deletions() -> NewTable {
    table("deletions")
        .col(text("kind"))
        .col(text("id"))
        .col(time("started_at"))
        .key(&["kind", "id"])
}

// No foreign key: the client of the numbers of the whole deployment is empty.
fn stats() -> NewTable {
    table("stats")
        .col(text("client_id"))
        .col(time("hour"))
        .col(text("kind"))
        .col(number("n"))
        .key(&["client_id", "hour", "kind"])
        .index("hour, client_id")
}
