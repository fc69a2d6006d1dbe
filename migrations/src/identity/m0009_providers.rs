//! Identity providers, the accounts linked with them, and pending sign-ups.

use sea_orm::{DatabaseTransaction, DbErr};

use super::table::{NewTable, create, table};
use crate::columns::{
    bytes_key, bytes_null, text, text_key, text_null, time, time_null, uuid, uuid_key,
};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    create(tx, [providers(), linked_accounts(), newcomers()]).await
}

fn providers() -> NewTable {
    table("providers")
        .col(text_key("id"))
        .col(text("name"))
        .col(text("issuer"))
        .col(text("client_id"))
        .col(bytes_null("secret_sealed"))
        .col(text("settings"))
        .col(text_null("operator_urls"))
        // Here and not among the linked accounts, where an index would add a write to each sign-in.
        .col(time_null("last_used_at"))
        .col(time_null("disabled_at"))
        .col(time("created_at"))
        .col(time("updated_at"))
        .unique("issuer")
}

// The key is issuer and subject, without a reference to the provider's row: after a provider is
// removed and added again, its links are valid again.
fn linked_accounts() -> NewTable {
    table("linked_accounts")
        .col(uuid_key("id"))
        .col(uuid("user_id"))
        .col(text("issuer"))
        .col(text("subject"))
        .col(text("label"))
        .col(text("roles"))
        .col(time("created_at"))
        .col(time_null("last_used_at"))
        .belongs_to("user_id", "users", "id")
        .unique("issuer, subject")
        .index("user_id")
}

fn newcomers() -> NewTable {
    table("newcomers")
        .col(bytes_key("browser_hash"))
        .col(text("provider"))
        .col(text("identity"))
        .col(text_null("interaction_id"))
        .col(time("expires_at"))
        .index("expires_at")
}
