//! The origins of clients, by which a request of a script finds the clients that allow it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::Statement;
use url::Url;

use super::columns::text;
use super::table::{create, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Number of clients that one statement reads.
const PART: u64 = 500;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let origins = table("client_origins")
            .col(text("origin"))
            .col(text("client_id"))
            .key(&["origin", "client_id"])
            .belongs_to("client_id", "clients", "id")
            .index(&["client_id"]);
        create(manager, [origins]).await?;
        let connection = manager.get_connection();
        let mut after = String::new();
        loop {
            let part = "SELECT id, kind, allowed_origins, redirect_uris FROM clients \
                        WHERE id > $1 ORDER BY id LIMIT $2";
            let backend = manager.get_database_backend();
            let values = [after.as_str().into(), PART.cast_signed().into()];
            let part = Statement::from_sql_and_values(backend, part, values);
            let clients = connection.query_all_raw(part).await?;
            for client in &clients {
                let column = |name: &str| client.try_get::<String>("", name);
                after = column("id")?;
                let kind = column("kind")?;
                let allowed = column("allowed_origins")?;
                let origins = origins_of(&kind, &allowed, &column("redirect_uris")?);
                for origin in origins {
                    let insert = "INSERT INTO client_origins (origin, client_id) VALUES ($1, $2)";
                    let values = [origin.into(), after.as_str().into()];
                    let insert = Statement::from_sql_and_values(backend, insert, values);
                    connection.execute_raw(insert).await?;
                }
            }
            if clients.is_empty() {
                return Ok(());
            }
        }
    }
}

/// Returns the registered origins, or those of the redirect URIs of a public client without any. The
/// server checks the client again, so that one too many has no effect.
fn origins_of(kind: &str, allowed: &str, redirect_uris: &str) -> Vec<String> {
    let list = |text: &str| serde_json::from_str::<Vec<String>>(text).unwrap_or_default();
    let mut origins = list(allowed);
    if origins.is_empty() && kind == "public" {
        let uris = list(redirect_uris);
        let urls = uris.iter().filter_map(|uri| Url::parse(uri).ok());
        let of_web = urls.filter(|url| matches!(url.scheme(), "http" | "https"));
        origins.extend(of_web.map(|url| url.origin().ascii_serialization()));
    }
    origins.sort();
    origins.dedup();
    origins
}
