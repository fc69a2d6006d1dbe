//! Check of the stored own texts, whose keys and variables a release may have removed.

use doorward_admin::operator::{AdminContext, Result};
use doorward_admin::prelude::repo;
use doorward_console_ui::feature::Finding;
use doorward_i18n::own_texts::check_text;

/// Number of texts that one statement reads.
const BATCH: u64 = 500;
/// Maximum number of texts that the check reads.
const MAX: usize = 20_000;
/// Maximum number of texts that the line names.
const NAMED: usize = 10;

/// Checks that the catalogs have each key with its variables.
pub(crate) async fn run(context: &AdminContext<'_>) -> Result<Finding> {
    let (mut checked, mut wrong) = (0, Vec::new());
    let mut last = None;
    while checked < MAX && wrong.len() < NAMED {
        let mut texts = repo::own_texts::list_all(context.db.read(), last.as_ref(), BATCH).await?;
        for (owner, text) in &texts {
            if let Err(error) = check_text(&text.key, &text.text) {
                wrong.push(format!("{} ({}, {owner}) {error}", text.key, text.language));
            }
        }
        checked += texts.len();
        last = texts.pop();
        if last.is_none() {
            break;
        }
    }
    if wrong.is_empty() {
        return Ok(Finding::Good("the catalogs have their keys"));
    }
    wrong.truncate(NAMED);
    Ok(Finding::Warning {
        seen: wrong.join("; "),
        remedy: "set each again, or remove it with `doorward text remove`; until then it is ignored",
    })
}
