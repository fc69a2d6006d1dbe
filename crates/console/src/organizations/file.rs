//! `/admin/organizations.csv` and `.json`: organizations.

use actix_web::web::ServiceConfig;
use doorward_admin::name_search;
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_domain::model::Organization;
use doorward_http::page::PageError;
use doorward_templates::Layout;
use serde_json::{Value, json};

use crate::console::Console;
use crate::organizations::pages;
use crate::ui::cursor::Cursor;
use crate::ui::list_file::{FileList, FileRows, ROWS, register, time};

/// Registers both files.
pub(crate) fn configure(config: &mut ServiceConfig) {
    register::<Organizations>(
        config,
        ["/admin/organizations.csv", "/admin/organizations.json"],
    );
}

/// The organizations in reach whose slug or name has a prefix.
struct Organizations(String);

impl FileList for Organizations {
    const HOME: &'static str = pages::HOME;
    const COLUMNS: &'static [&'static str] =
        &["id", "name", "state", "domain", "created_at", "updated_at"];

    fn check(context: &AdminContext<'_>) -> Result<(), AdminError> {
        context.need("organizations:read")
    }

    async fn open(console: &Console<'_>) -> Result<Self, PageError> {
        let cursor = Cursor::read(console, &["q"])?;
        Ok(Self(cursor.filter("q").to_owned()))
    }

    async fn read(
        &self,
        context: &AdminContext<'_>,
        layout: &Layout,
        after: Option<&str>,
    ) -> Result<FileRows, AdminError> {
        let found = name_search::organizations(context, &self.0, after, ROWS).await?;
        Ok(FileRows {
            rows: found.items.iter().map(|found| row(layout, found)).collect(),
            next: found.next,
        })
    }
}

fn row(layout: &Layout, organization: &Organization) -> Vec<Value> {
    let state = if organization.active {
        "active"
    } else {
        "disabled"
    };
    vec![
        json!(organization.slug),
        json!(organization.name),
        json!(state),
        json!(organization.domain),
        time(layout, organization.created_at),
        time(layout, organization.updated_at),
    ]
}
