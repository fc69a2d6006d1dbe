//! Sample values of the variables of texts, for previews and as examples.

use doorward_i18n::Lang;

/// The variables of the texts that an operator can replace, with a value of each. A number selects a
/// plural form.
const SAMPLES: [(&str, &str); 36] = [
    ("account", "alice@example.org"),
    ("address", "a…@example.org"),
    ("app", "Photo Album"),
    ("browser", "Firefox"),
    ("city", "Zürich"),
    ("code", "4829 1306"),
    ("count", "3"),
    ("country", "CH"),
    ("date", "2026-12-01"),
    ("day", "2026-12-01"),
    ("days", "14"),
    ("device", "Firefox, Linux"),
    ("email", "alice@example.org"),
    ("group", "/sales"),
    ("host", "photos.example.org"),
    ("inviter", "Mona Mills"),
    ("ip", "2001:db8::7334"),
    ("max", "100"),
    ("min", "8"),
    ("minutes", "5"),
    ("moment", "2026-12-01 09:30 UTC"),
    ("month", "12"),
    ("name", "Alice Archer"),
    ("network", "192.0.2.0/24"),
    ("organization", "Acme Ltd"),
    ("place", "Zürich, CH"),
    ("provider", "Example Login"),
    ("reason", "Alice Archer"),
    ("review", "Editors, fourth quarter"),
    ("scope", "photos:read"),
    ("site", "Example"),
    ("system", "Linux"),
    ("time", "09:30"),
    ("title", "Sign in"),
    ("what", "Password changed"),
    ("year", "2026"),
];

/// Returns the sample value of a variable; empty for an unknown one.
pub(super) fn sample(variable: &str) -> &'static str {
    let found = SAMPLES.iter().find(|(name, _)| *name == variable);
    found.map_or("", |(_, value)| value)
}

/// Formats a text with sample values, and the name of the site.
pub(super) fn sentence(lang: Lang, key: &str, site: &str) -> String {
    let variables = SAMPLES.map(|(name, value)| {
        let value = if name == "site" { site } else { value };
        match value.parse::<i64>() {
            Ok(number) => (name, number.into()),
            Err(_) => (name, value.into()),
        }
    });
    lang.text_with(key, &variables)
}

#[cfg(test)]
mod tests;
