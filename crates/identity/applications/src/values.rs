//! The values of placeholders.

use crate::address::Address;
use crate::application::{Application, Form, Part, Registration, ResourceScope, ResourceUse};

/// The placeholders of the issuer's endpoints.
pub const ENDPOINTS: [&str; 7] = [
    "discovery",
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
    "introspection_endpoint",
    "end_session_endpoint",
];

/// The names of the other placeholders.
#[cfg(test)]
pub(crate) const NAMES: [&str; 16] = [
    "issuer",
    "issuer_scheme",
    "issuer_host",
    "client_id",
    "client_secret",
    "url",
    "origin",
    "path",
    "scheme",
    "https",
    "https_digit",
    "host",
    "domain",
    "redirect_uri",
    "scopes",
    "random",
];

/// The values that an application is configured with.
#[derive(Clone, Debug)]
pub struct Values<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    /// Client secret, or a text in its place.
    pub client_secret: &'a str,
    pub url: Option<&'a Address>,
    /// First registered redirect URI, if any.
    pub redirect_uri: &'a str,
    /// Registered scopes, separated by spaces.
    pub scopes: &'a str,
    /// Random text of at least 32 bytes, for keys of cookies and sessions.
    pub random: &'a str,
}

impl Values<'_> {
    /// Returns the value of a placeholder; `None` for an unknown name.
    pub fn value(&self, name: &str) -> Option<String> {
        let at = |path: &str| format!("{}{path}", self.issuer);
        Some(match name {
            "issuer" => self.issuer.to_owned(),
            "issuer_scheme" => self.issuer.split_once("://")?.0.to_owned(),
            "issuer_host" => self.issuer.split_once("://")?.1.to_owned(),
            "discovery" => at("/.well-known/openid-configuration"),
            "authorization_endpoint" => at("/oauth2/authorize"),
            "token_endpoint" => at("/oauth2/token"),
            "userinfo_endpoint" => at("/oauth2/userinfo"),
            "jwks_uri" => at("/oauth2/jwks"),
            "introspection_endpoint" => at("/oauth2/introspect"),
            "end_session_endpoint" => at("/oauth2/logout"),
            "client_id" => self.client_id.to_owned(),
            "client_secret" => self.client_secret.to_owned(),
            "redirect_uri" => self.redirect_uri.to_owned(),
            "scopes" => self.scopes.to_owned(),
            "random" => self.random.to_owned(),
            _ => of_address(self.url?, name)?,
        })
    }

    pub fn notes(&self, application: &Application) -> Vec<String> {
        let notes = application.notes.iter();
        let notes = notes.map(|note| fill(note.trim(), |name| self.value(name)));
        let decided_by = application
            .url
            .as_ref()
            .and_then(|url| url.decided_by.as_ref());
        let forwarded = decided_by.filter(|by| by.is_request()).map(|_| {
            format!(
                "{} takes scheme and host of its redirect URI from the request: a proxy in front of it must \
                 pass `Host` and `X-Forwarded-Proto` on.",
                application.title
            )
        });
        notes.chain(forwarded).collect()
    }

    /// Returns the parts of the configuration with their values.
    pub fn configure(&self, application: &Application) -> Vec<Part> {
        let fill = |text: &str| fill(text, |name| self.value(name));
        let parts = application.configuration.iter();
        parts
            .map(|part| Part {
                place: fill(&part.place),
                text: filled(part, fill),
                ..part.clone()
            })
            .collect()
    }
}

/// Returns the text of a part with its values. A variable whose placeholder is empty is left out: an application
/// at the root of its host has no setting for a path.
fn filled(part: &Part, fill: impl Fn(&str) -> String) -> String {
    let is_empty = |line: &&str| part.form == Form::Environment && line.ends_with('=');
    let lines = part.text.trim_matches('\n').lines();
    let lines = lines.map(|line| (line, fill(line)));
    let kept = lines.filter(|(line, filled)| is_empty(line) || !is_empty(&filled.as_str()));
    kept.map(|(_, filled)| filled + "\n").collect()
}

impl Part {
    /// Returns the environment variables of a part of this form, each with its value.
    pub fn variables(&self) -> Vec<(&str, &str)> {
        if self.form != Form::Environment {
            return Vec::new();
        }
        let lines = self.text.lines();
        lines.filter_map(|line| line.split_once('=')).collect()
    }
}

impl Registration {
    /// Fills in the URL of the application.
    #[must_use]
    pub fn at(&self, url: Option<&Address>) -> Self {
        let fill = |text: &String| fill(text, |name| of_address(url?, name));
        let all = |texts: &[String]| texts.iter().map(fill).collect();
        Self {
            redirect_uris: all(&self.redirect_uris),
            post_logout_redirect_uris: all(&self.post_logout_redirect_uris),
            backchannel_logout_uri: self.backchannel_logout_uri.as_ref().map(fill),
            scopes: all(&self.scopes),
            serves: all(&self.serves),
            ..self.clone()
        }
    }
}

impl ResourceUse {
    /// Fills in the URL of the application.
    #[must_use]
    pub fn at(&self, url: Option<&Address>) -> Self {
        let fill = |text: &String| fill(text, |name| of_address(url?, name));
        let scopes = self.scopes.iter().map(|scope| ResourceScope {
            name: fill(&scope.name),
            about: fill(&scope.about),
        });
        Self {
            identifier: fill(&self.identifier),
            scopes: scopes.collect(),
            token_claims: self.token_claims.clone(),
        }
    }
}

/// Returns the value of a placeholder that depends on the URL of the application alone.
fn of_address(url: &Address, name: &str) -> Option<String> {
    let is_https = url.scheme() == "https";
    Some(match name {
        "url" => url.to_string(),
        "origin" => url.origin(),
        "path" => url.path().to_owned(),
        "scheme" => url.scheme().to_owned(),
        "https" => is_https.to_string(),
        "https_digit" => u8::from(is_https).to_string(),
        "host" => url.host().to_owned(),
        "domain" => url.domain().to_owned(),
        _ => return None,
    })
}

/// Replaces every placeholder that has a value.
fn fill(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let found = after
            .split_once("}}")
            .and_then(|(name, after)| Some((value(name)?, after)));
        if let Some((value, after)) = found {
            filled.push_str(&value);
            rest = after;
        } else {
            filled.push_str("{{");
            rest = after;
        }
    }
    filled.push_str(rest);
    filled
}

/// Returns the placeholders in a text: every `{{name}}` in lower case.
#[cfg(test)]
pub fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split("{{").skip(1);
    let names = parts.filter_map(|part| part.split_once("}}").map(|(name, _)| name));
    names.filter(|name| {
        let is_letter = |letter: u8| letter.is_ascii_lowercase() || letter == b'_';
        !name.is_empty() && name.bytes().all(is_letter)
    })
}

#[cfg(test)]
mod tests {
    use super::{ENDPOINTS, NAMES, Values, fill, placeholders};
    use crate::address::Address;

    #[test]
    fn known_placeholders_are_replaced() {
        let value = |name: &str| (name == "issuer").then(|| "https://id.example".to_owned());
        let text = "a={{issuer}}/x b={{ issuer }} c={{other}} d={{{issuer}}}";
        let expected = "a=https://id.example/x b={{ issuer }} c={{other}} d={{{issuer}}}";
        assert_eq!(fill(text, value), expected);
        let found: Vec<_> = placeholders(text).collect();
        assert_eq!(found, ["issuer", "other"]);
    }

    #[test]
    fn value_with_placeholder_is_not_read_again() {
        let value = |name: &str| (name == "url").then(|| "{{issuer}}".to_owned());
        assert_eq!(fill("{{url}}", value), "{{issuer}}");
    }

    #[test]
    fn every_name_has_value() {
        let url = Address::parse("https://app.example").ok();
        let values = Values {
            issuer: "https://id.example",
            client_id: "app",
            client_secret: "secret",
            url: url.as_ref(),
            redirect_uri: "https://app.example/cb",
            scopes: "openid",
            random: "random",
        };
        for name in ENDPOINTS.into_iter().chain(NAMES) {
            assert!(values.value(name).is_some(), "{name}");
        }
        assert_eq!(values.value("issuer_host").as_deref(), Some("id.example"));
        assert_eq!(values.value("other"), None);
    }
}
