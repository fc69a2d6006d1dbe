//! Values in the details of an audit event.

use doorward_domain::model::{AuditKind, client_settings};
use doorward_templates::console::Value;
use serde_json::Value as Json;

use crate::apps::labels;
use doorward_console_ui::console::Console;

/// The messages of the members of changed objects. The settings of clients have labels of their own.
const LABELS: [(&str, &str); 32] = [
    ("accent", "console-branding-accent"),
    ("accent_dark", "console-branding-accent-dark"),
    ("active", "console-active"),
    ("background", "console-branding-background"),
    ("background_dark", "console-branding-background-dark"),
    ("consent", "console-aspect-consent"),
    ("default_language", "console-branding-language"),
    ("description", "console-description"),
    ("disabled_at", "console-disabled"),
    ("domain", "console-domain"),
    ("email", "email"),
    ("email_verified", "console-email-state"),
    ("expires_at", "console-expires"),
    ("favicon", "console-branding-favicon"),
    ("imprint_url", "imprint"),
    ("issuer", "console-issuer"),
    ("kind", "console-kind"),
    ("logo", "console-app-logo"),
    ("logo_dark", "console-branding-logo-dark"),
    ("manager", "console-manager"),
    ("member", "console-member"),
    ("name", "console-name"),
    ("password_changed_at", "console-password-set"),
    ("path", "console-path"),
    ("permissions", "console-permissions"),
    ("privacy_url", "privacy"),
    ("registers", "console-registers"),
    ("support_url", "help"),
    ("terms_url", "terms"),
    ("trusts_email", "console-trusts-email"),
    ("trusts_mfa", "console-trusts-mfa"),
    ("username", "username"),
];

pub(crate) fn label(kind: AuditKind, name: &str) -> Option<&'static str> {
    let known = LABELS.iter().find(|(member, _)| *member == name);
    let setting = client_settings::all()
        .filter(|_| kind == AuditKind::ClientChanged)
        .find(|setting| setting.name == name);
    let option = setting.and_then(|setting| setting.options.first());
    let label = option.and_then(|option| labels::key(option));
    known.map(|(_, key)| *key).or(label)
}

/// Returns the label of a member of a changed object, or its name in the log.
pub(crate) fn field(console: &Console<'_>, kind: AuditKind, name: &str) -> Value {
    match label(kind, name) {
        Some(key) => console.text(key),
        None => Value::Code(name.to_owned()),
    }
}

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
        None | Some(Json::Null) => console.text("console-none"),
        Some(Json::Array(all)) => console.codes(all.iter().map(line)),
        Some(other) => Value::Code(line(other)),
    }
}

/// Returns true if a number in this member is a time in Unix seconds. `differs_at` is a position in a
/// text.
fn is_time(name: &str) -> bool {
    name.ends_with("_at") && name != "differs_at"
}
