//! Own brands of clients and organizations, and their logos.

use sea_orm::{DatabaseTransaction, DbErr};

use super::table::{create, table};
use crate::columns::{bytes, text, text_key, text_null, time};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let brands = table("brands")
        .col(text_key("id"))
        .col(text_null("client_id"))
        .col(text_null("org"))
        .col(text("settings"))
        .col(time("updated_at"))
        .belongs_to("client_id", "clients", "id")
        .belongs_to("org", "organizations", "slug")
        .unique("client_id")
        .unique("org");
    // A separate table, so that pages read no pictures with the settings.
    let pictures = table("brand_pictures")
        .col(text_key("id"))
        .col(text("brand"))
        .col(bytes("png"))
        .col(time("created_at"))
        .belongs_to("brand", "brands", "id")
        .index("brand");
    create(tx, [brands, pictures]).await
}
