//! The check of `doorward doctor`: each application gets its users.

use doorward_admin::prelude::*;
use doorward_console_ui::feature::Finding;

/// Number of targets that are read at once.
const PAGE: u64 = 100;

pub(crate) async fn check(context: &AdminContext<'_>) -> Result<Finding> {
    context.must_administer()?;
    let mut after: Option<String> = None;
    loop {
        let page = repo::scim_targets::list(context.db.read(), after.as_deref(), PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(Finding::Good(if after.is_none() {
                "no application gets users by SCIM"
            } else {
                "each application gets its users by SCIM"
            }));
        };
        after = Some(last.client_id.to_string());
        for target in &page {
            if let Some(error) = &target.last_error {
                return Ok(Finding::Warning {
                    seen: format!("{} gets no users: {error}", target.client_id),
                    remedy: "run `doorward scim target sync CLIENT`",
                });
            }
        }
    }
}
