//! Lines of CSV files that browsers download.

use doorward_rules::csv_cell::harmless;
use doorward_services::error::ServerError;

/// Returns lines after the names of the columns, if these are given. No spreadsheet evaluates a cell
/// as a formula.
pub fn lines<R: IntoIterator<Item = String>>(
    columns: Option<&[&str]>,
    rows: impl IntoIterator<Item = R>,
) -> Result<Vec<u8>, ServerError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = |error: csv::Error| ServerError::Internal(error.to_string());
    if let Some(columns) = columns {
        writer.write_record(columns).map_err(failed)?;
    }
    for row in rows {
        let cells = row.into_iter().map(|cell| harmless(&cell));
        writer.write_record(cells).map_err(failed)?;
    }
    let text = writer.into_inner();
    text.map_err(|error| ServerError::Internal(error.to_string()))
}
