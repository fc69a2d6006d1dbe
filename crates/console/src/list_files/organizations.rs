//! `/admin/organizations.csv` and `.json`: organizations.

use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::organizations;
use doorward_domain::model::Organization;
use doorward_http::page::PageError;
use doorward_templates::Layout;
use serde_json::{Value, json};

use crate::console::Console;
use crate::list_file::{FileList, FileRows, ROWS, time};
use crate::organization;

/// The organizations in reach.
pub(super) struct Organizations;

impl FileList for Organizations {
    const HOME: &'static str = organization::HOME;
    const COLUMNS: &'static [&'static str] =
        &["id", "name", "state", "domain", "created_at", "updated_at"];

    fn check(context: &AdminContext<'_>) -> Result<(), AdminError> {
        context.need("organizations:read")
    }

    async fn open(_console: &Console<'_>) -> Result<Self, PageError> {
        Ok(Self)
    }

    async fn read(
        &self,
        context: &AdminContext<'_>,
        layout: &Layout,
        after: Option<&str>,
    ) -> Result<FileRows, AdminError> {
        let found = organizations::list(context, after, ROWS).await?;
        let key = |organization: &Organization| organization.slug.clone();
        let row = |organization: &Organization| row(layout, organization);
        Ok(FileRows::from_objects(&found, key, row))
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
