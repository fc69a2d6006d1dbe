//! The guides of `docs/guides/connect`, generated from the catalogue of applications.

use doorward_applications::{catalogue, guide};

use crate::error::{CliError, Result};
use crate::output;

/// Prints the page of an application, the names of all, or their table.
pub fn run(name: Option<&str>, list: bool) -> Result {
    if let Some(name) = name {
        let application = catalogue::find(name);
        let unknown = || CliError::usage(format!("no application {name:?}"));
        let application = application.ok_or_else(unknown)?;
        return output::document(&guide::page(application));
    }
    if !list {
        return output::document(&guide::table());
    }
    catalogue::all()
        .iter()
        .try_for_each(|application| output::line(application.id))
}
