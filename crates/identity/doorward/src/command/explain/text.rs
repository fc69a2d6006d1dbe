//! An explanation as text for a terminal.

use crate::command::prelude::*;

/// The fields of one value, with their labels.
const FIELDS: [(&str, &str); 17] = [
    ("decision", "/id"),
    ("at", "/at"),
    ("at", "/created_at"),
    ("actor", "/actor"),
    ("subject", "/subject"),
    ("client", "/client_id"),
    ("organization", "/organization"),
    ("attempt", "/inputs/attempt"),
    ("method", "/method"),
    ("path", "/path"),
    ("action", "/action"),
    ("resource", "/resource"),
    ("error", "/error"),
    ("error", "/inputs/error"),
    ("stopped by", "/stopped_by"),
    ("because", "/because"),
    ("because", "/inputs/because"),
];

pub fn print(document: &Value, as_json: bool) -> Result {
    if as_json {
        return output::json(document);
    }
    for line in lines(document) {
        output::line(&line)?;
    }
    Ok(())
}

fn lines(document: &Value) -> Vec<String> {
    let verdict = match (document["allowed"].as_bool(), &document["status"]) {
        (Some(true), _) => "Allowed.".to_owned(),
        (_, Value::Number(status)) => format!("Denied with status {status}."),
        _ => "Denied.".to_owned(),
    };
    let mut lines = vec![verdict];
    let row = |label: &str, text: &str| format!("  {label:<13} {text}");
    for (label, at) in FIELDS {
        let value = document.pointer(at).and_then(scalar);
        lines.extend(value.map(|text| row(label, &text)));
    }
    lines.extend(scalar(&document["rule"]).map(|rule| row("rule", &rule)));
    for rule in items(&document["decided_by"]) {
        lines.push(row("rule", &named(rule, "rule", "because")));
    }
    for missing in items(&document["missing"]) {
        lines.push(row("missing", &named(missing, "code", "detail")));
    }
    for omitted in items(&document["omitted_claims"]) {
        lines.push(row("omitted claim", &omitted.to_string()));
    }
    for (title, name) in [("To get access:", "grant"), ("Who can help:", "ask")] {
        let ways: Vec<_> = items(&document[name]).filter_map(scalar).collect();
        if !ways.is_empty() {
            lines.push(title.to_owned());
            lines.extend(ways.iter().map(|way| format!("  {way}")));
        }
    }
    if let Value::Object(claims) = &document["claims"] {
        lines.push("Claims:".to_owned());
        lines.extend(claims.iter().map(|(name, value)| {
            let text = scalar(value).unwrap_or_else(|| value.to_string());
            row(name, &text)
        }));
    }
    lines
}

/// Returns a name with its explanation, or the text itself.
fn named(item: &Value, name: &str, about: &str) -> String {
    match (scalar(&item[name]), scalar(&item[about])) {
        (Some(name), Some(about)) => format!("{name}: {about}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => scalar(item).unwrap_or_else(|| item.to_string()),
    }
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

/// Returns a text, number or truth value; none for an empty text.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn denial_is_shown_with_rules_and_ways() {
        let document = json!({
            "allowed": false,
            "status": 404,
            "organization": "",
            "decided_by": [{ "rule": "tenant", "because": "it belongs to another organization" }],
            "missing": [{ "code": "missing_scope", "scope": "a:b" }],
            "grant": ["doorward role assign --user bob --role manager"],
        });
        let expected = [
            "Denied with status 404.",
            "  rule          tenant: it belongs to another organization",
            "  missing       missing_scope",
            "To get access:",
            "  doorward role assign --user bob --role manager",
        ];
        assert_eq!(lines(&document), expected);
    }

    #[test]
    fn issued_token_is_shown_with_claims() {
        let claims = json!({ "sub": "robot", "roles": ["a"], "exp": 5 });
        let shown = lines(&json!({ "allowed": true, "claims": claims }));
        assert_eq!(shown[0], "Allowed.");
        assert!(
            shown.contains(&"  sub           robot".to_owned()),
            "{shown:?}"
        );
        assert!(
            shown.contains(&"  roles         [\"a\"]".to_owned()),
            "{shown:?}"
        );
    }
}
