//! Filters and paths of SCIM (RFC 7644 §3.4.2.2): accepted ones are read again from their written form, and have no
//! more parts than their limits allow.

use doorward_scim_protocol::filter::{self, Filter, MAX_DEPTH, MAX_LENGTH, MAX_TERMS};

use crate::target::Target;

/// Target for filters.
pub const TARGET: Target = Target {
    name: "scim_filter",
    run,
    words: &[
        "userName",
        " eq ",
        " and ",
        " or ",
        "not (",
        "(",
        ")",
        "[",
        "]",
        "\"a\"",
        " pr",
        "true",
        "null",
        "urn:ietf:params:scim:schemas:core:2.0:User:",
        ".value",
        " co ",
        "\\\"",
        "7",
    ],
};

fn run(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    if let Ok(path) = filter::parse_path(&text) {
        assert!(text.len() <= MAX_LENGTH);
        assert!(!path.attribute.name.is_empty());
    }
    let Ok(filter) = filter::parse(&text) else {
        return;
    };
    assert!(text.len() <= MAX_LENGTH);
    let (depth, terms) = measure(&filter);
    // A filter of a value, and the operands of each level of parentheses.
    assert!(depth <= 3 * (MAX_DEPTH + 1), "{text}");
    assert!(terms <= 2 * MAX_TERMS, "{text}");
    let written = filter.to_string();
    if written.len() <= MAX_LENGTH
        && let Ok(again) = filter::parse(&written)
    {
        assert_eq!(again.to_string(), written, "{text}");
    }
}

/// Returns the depth of a filter and the number of its comparisons.
fn measure(filter: &Filter) -> (usize, usize) {
    match filter {
        Filter::Present(_) | Filter::Compare(..) => (1, 1),
        Filter::Not(inner) | Filter::Any(_, inner) => {
            let (depth, terms) = measure(inner);
            (depth + 1, terms)
        }
        Filter::And(parts) | Filter::Or(parts) => {
            let all = parts.iter().map(measure);
            all.fold((1, 0), |(deepest, sum), (depth, terms)| {
                (deepest.max(depth + 1), sum + terms)
            })
        }
    }
}
