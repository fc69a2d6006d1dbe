//! Values of a group: its name, its description and its code.

use doorward_domain::model::Group;
use doorward_domain::model::group::{MAX_CODE, MAX_DEPTH, is_code};
use doorward_store::{WriteTx, repo};

use crate::operator::{AdminError, Result, check_line};

pub(super) fn bad_name() -> AdminError {
    let problem = format!(
        "write 1 to 64 of a-z, 0-9, _ and -, at most {MAX_DEPTH} levels and 200 characters in total"
    );
    AdminError::invalid("name", problem)
}

pub(super) fn check_description(text: String) -> Result<String> {
    if !text.trim().is_empty() {
        check_line("description", &text, 500)?;
    }
    Ok(text)
}

pub(super) async fn check_code(tx: &WriteTx, group: &Group) -> Result<()> {
    let Some(code) = &group.code else {
        return Ok(());
    };
    if !is_code(code) {
        let problem = format!("write 1 to {MAX_CODE} of A-Z, a-z, 0-9, _, - and .");
        return Err(AdminError::invalid("code", problem));
    }
    let found = repo::groups::find_by_code(tx, group.org.as_deref(), code).await?;
    if found.is_some_and(|found| found.id != group.id) {
        return Err(AdminError::conflict("group with the code", code));
    }
    Ok(())
}
