//! Second factors in a table of the site (`--second-factor`), and signs of one that is not named.

use doorward_domain::credentials::totp::TotpSecret;
use serde_json::Value;

use super::row::{Row, from_hex, key};
use super::table::{SiteTable, reference};
use crate::prelude::RecoveryCode;
use crate::read::fields::Fields;

/// Fields that say whether a factor is in use.
const STATES: [&str; 9] = [
    "confirmed",
    "is_confirmed",
    "enabled",
    "is_enabled",
    "active",
    "is_active",
    "verified",
    "is_verified",
    "two_factor_enabled",
];
/// Parts of the names of models and fields of second factors.
const SIGNS: [&str; 7] = [
    "totp",
    "twofactor",
    "two_factor",
    "2fa",
    "mfa",
    "backup_code",
    "recovery_code",
];

/// A second factor of a user.
#[derive(Clone, Debug)]
pub struct SiteFactor {
    /// Secret of the authenticator app; `None` for another form.
    pub secret: Option<TotpSecret>,
    pub codes: Vec<RecoveryCode>,
    /// Number of backup codes of another form.
    pub unreadable_codes: usize,
}

/// Returns true if the factor of a row is in use.
pub fn is_active(row: &Row) -> bool {
    let fields = Fields(&row.fields);
    STATES
        .iter()
        .all(|name| fields.flag(name) != Ok(Some(false)))
}

/// Reads a row of a table of second factors. Returns its user, and `None` for a factor that is not in
/// use.
pub fn read(table: &SiteTable, row: &Row, is_user: bool) -> Option<(String, SiteFactor)> {
    let owner = if is_user {
        row.pk.as_ref()
    } else {
        reference(row, table.field(2, "user"))
    };
    let owner = key(owner?);
    let secret = row.fields.get(table.field(0, "secret"));
    let secret = secret
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())?;
    // The state of the account, on the row of a user.
    let is_used = if is_user {
        Fields(&row.fields).flag("two_factor_enabled") != Ok(Some(false))
    } else {
        is_active(row)
    };
    if !is_used {
        return None;
    }
    let secret = TotpSecret::from_base32(secret.trim_end_matches('='))
        .or_else(|| TotpSecret::from_bytes(&from_hex(secret)?));
    let all = match row.fields.get(table.field(1, "")) {
        Some(codes) => texts(codes),
        None => Vec::new(),
    };
    let read =
        |text: &String| RecoveryCode::parse(text).or_else(|| RecoveryCode::parse_foreign(text));
    let codes: Vec<_> = all.iter().filter_map(read).collect();
    Some((
        owner,
        SiteFactor {
            secret,
            unreadable_codes: all.len() - codes.len(),
            codes,
        },
    ))
}

/// Returns the unused backup codes of a field: a list, JSON in a text, or a text with separators. An
/// object has its code in `code`, and `used`.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => {
            if let Ok(list @ Value::Array(_)) = serde_json::from_str::<Value>(text) {
                return texts(&list);
            }
            let is_separator = |c: char| matches!(c, ',' | ';') || c.is_whitespace();
            let all = text.split(is_separator).filter(|one| !one.is_empty());
            all.map(str::to_owned).collect()
        }
        Value::Array(list) => list.iter().filter_map(one).collect(),
        _ => Vec::new(),
    }
}

fn one(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(object) => {
            let is_used = ["used", "is_used", "used_at"].iter().any(|name| {
                let value = object.get(*name);
                value.is_some_and(|value| !value.is_null() && *value != Value::Bool(false))
            });
            let text = object.get("code").and_then(Value::as_str)?;
            (!is_used).then(|| text.to_owned())
        }
        _ => None,
    }
}

/// Returns true if the name of a field belongs to a second factor.
pub fn is_sign(field: &str) -> bool {
    let field = field.to_lowercase();
    let is_otp = field.split('_').any(|part| part == "otp");
    is_otp || SIGNS.iter().any(|sign| field.contains(sign))
}

/// Returns true if the name of a field belongs to a secret.
pub fn is_secret(field: &str) -> bool {
    field
        .split('_')
        .any(|part| matches!(part, "secret" | "key"))
}

/// Returns the option that carries a table that looks like one of second factors.
pub fn proposal(model: &str, fields: &[&str]) -> Option<String> {
    let (_, name) = model.rsplit_once('.').unwrap_or(("", model));
    let is_factor = is_sign(name) || name.starts_with("otp") || name.ends_with("otp");
    if !is_factor && !fields.iter().any(|field| is_sign(field)) {
        return None;
    }
    let secret = fields.iter().find(|field| is_secret(field))?;
    let codes = fields.iter().find(|field| {
        let named = field.contains("backup") || field.contains("recovery");
        named && field.contains("code")
    });
    let codes = codes.map(|codes| format!(",{codes}")).unwrap_or_default();
    Some(format!("--second-factor {model}:{secret}{codes}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case("people.twofactor", &["user", "secret", "backup_codes"], Some("people.twofactor:secret,backup_codes"))]
    #[case("people.totpdevice", &["owner", "key"], Some("people.totpdevice:key"))]
    #[case("people.profile", &["bio", "mfa_secret"], Some("people.profile:mfa_secret"))]
    #[case("people.profile", &["otp_secret_key", "recovery_codes"], Some("people.profile:otp_secret_key,recovery_codes"))]
    #[case("people_two_factor", &["secret"], Some("people_two_factor:secret"))]
    #[case("hooks.webhook", &["secret", "url"], None)]
    #[case("shop.footprint", &["key"], None)]
    #[case("people.emailotp", &["code"], None)]
    fn table_of_second_factors_is_recognized(
        #[case] model: &str,
        #[case] fields: &[&str],
        #[case] expected: Option<&str>,
    ) {
        let found = proposal(model, fields);
        let expected = expected.map(|text| format!("--second-factor {text}"));
        assert_eq!(found, expected);
    }

    #[rstest]
    #[case(json!(["A1B2C3D4", "1234-5678"]), &["A1B2C3D4", "1234-5678"])]
    #[case(json!("[\"A1B2C3D4\"]"), &["A1B2C3D4"])]
    #[case(json!("A1B2C3D4, E5F6G7H8\nx"), &["A1B2C3D4", "E5F6G7H8", "x"])]
    #[case(json!([{ "code": "A1B2C3D4", "used": false }, { "code": "B", "used": true }]), &["A1B2C3D4"])]
    #[case(json!([{ "code": "A", "used_at": null }, { "code": "B", "used_at": "2025-01-01" }]), &["A"])]
    #[case(json!([12_345_678]), &["12345678"])]
    #[case(json!(null), &[])]
    fn backup_codes_are_read(#[case] value: Value, #[case] expected: &[&str]) {
        assert_eq!(texts(&value), expected);
    }

    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[rstest]
    #[case::base32(json!({ "user": 1, "secret": SECRET }), Some(true))]
    #[case::hex(json!({ "user": 1, "secret": "3132333435363738393031323334353637383930" }), Some(true))]
    #[case::column(json!({ "user_id": 1, "secret": SECRET }), Some(true))]
    #[case::encrypted(json!({ "user": 1, "secret": "gAAAAABk0" }), Some(false))]
    #[case::short(json!({ "user": 1, "secret": "GEZDGNBVGY3TQOJQ" }), Some(false))]
    #[case::empty(json!({ "user": 1, "secret": "" }), None)]
    #[case::disabled(json!({ "user": 1, "secret": SECRET, "is_enabled": false }), None)]
    #[case::unconfirmed(json!({ "user": 1, "secret": SECRET, "confirmed": 0 }), None)]
    #[case::nobody(json!({ "user": null, "secret": SECRET }), None)]
    fn factor_is_read(#[case] fields: Value, #[case] expected: Option<bool>) {
        let Value::Object(fields) = fields else {
            panic!("an object")
        };
        let row = Row {
            model: "people.twofactor".to_owned(),
            pk: Some(json!(7)),
            fields,
        };
        let table = SiteTable::parse("people.twofactor", 3).unwrap();
        let read = read(&table, &row, false);
        assert_eq!(read.map(|(_, factor)| factor.secret.is_some()), expected);
    }
}
