//! The checkbox of an object in a list.

use doorward_templates::console::{Checkbox, Value};

/// Returns the name of an object with a checkbox that chooses it. `more` completes the label of the
/// checkbox in a list in which several objects have the same name.
pub(crate) fn choose(name: Value, field: &'static str, id: String, more: &str) -> Value {
    let (name, href) = match name {
        Value::Link(link) => (link.text, Some(link.href)),
        Value::Name(name) | Value::Code(name) => (name, None),
        // No other value names an object.
        other => return other,
    };
    let label = if more.is_empty() {
        name.clone()
    } else {
        format!("{name}, {more}")
    };
    Value::Choose(Checkbox {
        field,
        value: id,
        label,
        name,
        href,
        reason: None,
    })
}

/// Returns the name of an object with a disabled checkbox, for this reason.
pub(crate) fn disable(name: Value, reason: String) -> Value {
    match choose(name, "", String::new(), "") {
        Value::Choose(checkbox) => Value::Choose(Checkbox {
            reason: Some(reason),
            ..checkbox
        }),
        other => other,
    }
}
