//! The check of `doorward doctor`: each server of each directory answers.

use doorward_admin::prelude::*;
use doorward_console_ui::feature::Finding;

use crate::operations::{configured, unanswered};
use crate::sync::Memory;

pub async fn check(context: &AdminContext<'_>) -> Result<Finding> {
    let directories = match configured(context) {
        Ok(directories) => directories,
        Err(AdminError::Invalid { problem, .. }) => {
            return Ok(Finding::Warning {
                seen: problem,
                remedy: "correct the file that directories.file names",
            });
        }
        Err(error) => return Err(error),
    };
    for directory in directories.iter() {
        let failed = unanswered(context, directory).await?;
        if !failed.is_empty() {
            return Ok(Finding::Warning {
                seen: format!("directory {}: {}", directory.name, failed.join("; ")),
                remedy: "run `doorward directory test NAME`",
            });
        }
        let memory = Memory::read(context.db.read(), directory).await?;
        if let Some(failure) = memory.failure {
            return Ok(Finding::Warning {
                seen: format!(
                    "directory {} is not synchronized: {failure}",
                    directory.name
                ),
                remedy: "run `doorward directory sync NAME`",
            });
        }
    }
    Ok(Finding::Good(if directories.is_empty() {
        "no directories are configured"
    } else {
        "each server of each directory answers"
    }))
}
