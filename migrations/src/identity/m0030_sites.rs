//! Sites: applications behind a proxy, and their hosts.

use sea_orm::{DatabaseTransaction, DbErr};

use super::table::{NewTable, create, table};
use crate::columns::{number, text, text_key, time, uuid, uuid_key};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    create(tx, [sites(), site_hosts()]).await
}

fn sites() -> NewTable {
    table("sites")
        .col(uuid_key("id"))
        .col(text("name"))
        .col(text("hosts"))
        .col(text("rules"))
        .col(text("headers"))
        .col(text("settings"))
        .col(number("version"))
        .col(time("created_at"))
        .col(time("updated_at"))
        .unique("name")
}

/// Returns the hosts by which a request finds its site.
fn site_hosts() -> NewTable {
    table("site_hosts")
        .col(text_key("host"))
        .col(uuid("site_id"))
        .belongs_to("site_id", "sites", "id")
        .index("site_id")
}
