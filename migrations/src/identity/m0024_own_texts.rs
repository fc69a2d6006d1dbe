//! Own texts of pages and e-mail messages, of the deployment, of clients and of organizations.

use sea_orm::{DatabaseTransaction, DbErr};

use super::table::{create, table};
use crate::columns::{text, text_null, time};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let texts = table("own_texts")
        .col(text("owner"))
        .col(text("language"))
        .col(text("key"))
        .col(text_null("client_id"))
        .col(text_null("org"))
        .col(text("text"))
        .col(time("updated_at"))
        .key(&["owner", "language", "key"])
        .belongs_to("client_id", "clients", "id")
        .belongs_to("org", "organizations", "slug")
        .index("client_id")
        .index("org");
    create(tx, [texts]).await
}
