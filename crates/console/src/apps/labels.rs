//! The names and values of a client's settings, as pages show them.

use doorward_domain::model::client_setting::ClientSetting;
use doorward_rules::client_change::Aspect;
use doorward_templates::console::Value;
use serde_json::Value as Json;

use doorward_console_ui::console::Console;

const DAY: i64 = 24 * 60 * 60;

/// The messages of the settings, by their first command line option.
const LABELS: &[(&str, &str)] = &[
    ("name", "console-name"),
    ("auth-method", "console-app-auth"),
    ("profile", "console-setting-profile"),
    ("redirect-uri", "console-redirect-uris"),
    ("post-logout-redirect-uri", "console-logout-uris"),
    ("grant", "console-grants"),
    ("scope", "console-scopes"),
    ("first-party", "console-first-party"),
    ("serves", "console-setting-serves"),
    ("access-token-format", "console-setting-format"),
    ("access-token-ttl", "console-setting-access-ttl"),
    ("id-token-ttl", "console-setting-id-ttl"),
    ("assertion-audience", "console-setting-audience"),
    ("claims-in-id-token", "console-setting-claims"),
    ("pkce", "console-setting-pkce"),
    ("origin", "console-setting-origins"),
    ("require-mfa", "console-require-mfa"),
    ("require-dpop", "console-setting-dpop"),
    ("bind-to-certificate", "console-setting-bound"),
    ("details-type", "console-setting-details"),
    ("tls-subject-dn", "console-setting-subject"),
    ("tls-san-dns", "console-setting-dns"),
    ("tls-san-uri", "console-setting-uri"),
    ("tls-san-ip", "console-setting-ip"),
    ("tls-san-email", "console-setting-email"),
    ("require-par", "console-setting-par"),
    ("require-request-object", "console-setting-signed"),
    ("request-uri", "console-setting-requests"),
    ("jwks", "console-setting-keys"),
    ("jwks-uri", "console-setting-keys-url"),
    ("id-token-signed-response-alg", "console-setting-id-alg"),
    (
        "userinfo-signed-response-alg",
        "console-setting-userinfo-alg",
    ),
    (
        "authorization-signed-response-alg",
        "console-setting-answer-alg",
    ),
    (
        "introspection-signed-response-alg",
        "console-setting-lookup-alg",
    ),
    ("sector-identifier", "console-setting-sector"),
    ("backchannel-logout-uri", "console-setting-backchannel"),
    (
        "backchannel-logout-session-required",
        "console-setting-backchannel-session",
    ),
    ("frontchannel-logout-uri", "console-setting-frontchannel"),
    (
        "frontchannel-logout-session-required",
        "console-setting-frontchannel-session",
    ),
    ("exchange-audience", "console-setting-exchange"),
    ("exchange-impersonation", "console-setting-impersonation"),
    ("optional-scope", "console-setting-optional"),
    ("consent-days", "console-setting-consent-days"),
    ("publisher", "console-setting-publisher"),
    ("policy-uri", "consent-policy"),
    ("tos-uri", "consent-terms"),
];

/// Returns the message of a setting, or of one form of it, by its command line option.
pub(crate) fn key(option: &str) -> Option<&'static str> {
    let found = LABELS.iter().find(|(name, _)| *name == option);
    found.map(|(_, key)| *key)
}

pub(crate) fn name(console: &Console<'_>, setting: &ClientSetting) -> String {
    let option = setting.options.first().copied().unwrap_or_default();
    key(option).map_or_else(|| setting.name.to_owned(), |key| console.t(key))
}

pub(crate) const fn heading(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::General => "console-aspect-general",
        Aspect::Redirects => "console-aspect-redirects",
        Aspect::Power => "console-aspect-power",
        Aspect::Authentication => "console-aspect-authentication",
        Aspect::Protection => "console-aspect-protection",
        Aspect::Algorithms => "console-aspect-algorithms",
        Aspect::Consent => "console-aspect-consent",
        Aspect::Logout => "console-aspect-logout",
    }
}

/// Returns a lifetime in days, or with its unit if it is no whole number of days.
pub(crate) fn days(seconds: i64) -> String {
    if seconds % DAY == 0 {
        (seconds / DAY).to_string()
    } else {
        format!("{seconds} s")
    }
}

/// Returns the seconds of such a text.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    match text.trim().strip_suffix('s') {
        Some(seconds) => seconds.trim().parse().ok(),
        None => text.trim().parse::<i64>().ok()?.checked_mul(DAY),
    }
}

pub(crate) fn word(value: &str) -> Option<&'static str> {
    Some(match value {
        "none" => "console-choice-none",
        "required" => "console-choice-required",
        "auto" => "console-choice-auto",
        "optional" => "console-choice-optional",
        _ => return None,
    })
}

pub(crate) fn value(console: &Console<'_>, setting: &ClientSetting, value: &Json) -> Value {
    let none = || console.text("console-none");
    match value {
        Json::Null => none(),
        Json::Bool(flag) => console.yes(*flag),
        Json::Number(number) => number.as_i64().map_or_else(none, |seconds| {
            let is_short = setting.field.ends_with("_ttl");
            let short = is_short.then(|| format!("{seconds} s"));
            Value::Code(short.unwrap_or_else(|| days(seconds)))
        }),
        Json::String(text) if text.is_empty() => none(),
        Json::String(text) => match setting.field {
            "name" | "consent.publisher" => Value::Name(text.clone()),
            "scopes" | "consent.optional_scopes" => {
                Value::Codes(text.split_whitespace().map(str::to_owned).collect())
            }
            _ => word(text).map_or_else(|| Value::Code(text.clone()), |key| console.text(key)),
        },
        Json::Array(items) => console.codes(items.iter().map(code)),
        Json::Object(members) => match members.get("keys").and_then(Json::as_array) {
            Some(keys) => Value::Codes(keys.iter().map(key_name).collect()),
            None => Value::Code(value.to_string()),
        },
    }
}

fn code(item: &Json) -> String {
    item.as_str()
        .map_or_else(|| item.to_string(), str::to_owned)
}

fn key_name(key: &Json) -> String {
    let named = ["kid", "kty"].iter().find_map(|name| key[*name].as_str());
    named.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{days, seconds};

    #[test]
    fn lifetime_is_read_as_shown() {
        for (lifetime, text) in [
            (0, "0"),
            (86_400, "1"),
            (2_592_000, "30"),
            (3_600, "3600 s"),
        ] {
            assert_eq!(days(lifetime), text);
            assert_eq!(seconds(text), Some(lifetime));
        }
        for text in ["", "a", "1.5", "s", "9223372036854775807"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
