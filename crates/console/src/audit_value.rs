//! Values in the details of an audit event.

use doorward_templates::console::Value;
use serde_json::Value as Json;

use crate::console::Console;

/// Returns the stored value of a member; lists have one line for each item.
pub(crate) fn value(console: &Console<'_>, name: &str, stored: Option<&Json>) -> Value {
    let time = stored.and_then(Json::as_i64);
    if let Some(time) = time.filter(|_| is_time(name)) {
        return Value::Moment(time);
    }
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

/// Returns true if a number in this member is a time in Unix seconds. `differs_at` is a position in a
/// text.
fn is_time(name: &str) -> bool {
    name.ends_with("_at") && name != "differs_at"
}
