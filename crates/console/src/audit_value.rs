//! Values in the details of an audit event.

use doorward_templates::console::Value;
use serde_json::Value as Json;

use crate::console::Console;

/// Returns a stored value; lists have one line for each item.
pub(crate) fn value(console: &Console<'_>, stored: Option<&Json>) -> Value {
    let line = |item: &Json| {
        item.as_str()
            .map_or_else(|| item.to_string(), str::to_owned)
    };
    match stored {
        None | Some(Json::Null) => Value::Text(console.t("console-none")),
        Some(Json::Array(all)) => match all.as_slice() {
            [] => Value::Text(console.t("console-none")),
            all => Value::Codes(all.iter().map(line).collect()),
        },
        Some(other) => Value::Code(line(other)),
    }
}
