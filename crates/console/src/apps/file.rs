//! `/admin/apps.csv` and `.json`: clients.

use actix_web::web::ServiceConfig;
use doorward_admin::clients;
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_domain::model::Client;
use doorward_domain::rules::list_filter::{ClientFilter, ClientOrigin};
use doorward_http::page::PageError;
use doorward_templates::Layout;
use serde_json::{Value, json};

use crate::apps;
use crate::console::Console;
use crate::routes::APPS;
use crate::ui::list_file::{FileList, FileRows, ROWS, register, time};

/// Registers both files.
pub(crate) fn configure(config: &mut ServiceConfig) {
    register::<Clients>(config, ["/admin/apps.csv", "/admin/apps.json"]);
}

/// The clients of a filter.
struct Clients(ClientFilter);

impl FileList for Clients {
    const HOME: &'static str = APPS;
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "name",
        "kind",
        "state",
        "registered_by",
        "created_at",
        "updated_at",
    ];

    fn check(context: &AdminContext<'_>) -> Result<(), AdminError> {
        context.require_global("clients:read")
    }

    async fn open(console: &Console<'_>) -> Result<Self, PageError> {
        let (_, filter) = apps::filter(console)?;
        Ok(Self(filter))
    }

    async fn read(
        &self,
        context: &AdminContext<'_>,
        layout: &Layout,
        after: Option<&str>,
    ) -> Result<FileRows, AdminError> {
        let found = clients::search(context, &self.0, after, ROWS).await?;
        let row = |client: &Client| row(layout, client);
        Ok(FileRows {
            rows: found.items.iter().map(row).collect(),
            next: found.next,
        })
    }
}

fn row(layout: &Layout, client: &Client) -> Vec<Value> {
    let state = if client.is_active() {
        "active"
    } else {
        "disabled"
    };
    vec![
        json!(client.id.as_str()),
        json!(client.name),
        json!(client.kind.as_str()),
        json!(state),
        json!(ClientOrigin::of_client(client).as_str()),
        time(layout, client.created_at),
        time(layout, client.updated_at),
    ]
}
