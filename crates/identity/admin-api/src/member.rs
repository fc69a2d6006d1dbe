//! Maps options of settings of clients, which errors name, to members of a request body.

use doorward_domain::model::client_settings;
use doorward_http_common::problem::FieldError;

/// Returns the member of a setting of a client that the error names by its option.
fn member(option: &'static str) -> &'static str {
    let mut settings = client_settings::all();
    let setting = settings.find(|setting| setting.options.first() == Some(&option));
    let member = setting.and_then(|setting| setting.members.first());
    member.copied().unwrap_or(option)
}

/// Returns the error with the JSON pointer of the member (RFC 6901): `/redirect_uris/0`.
pub(super) fn error(option: &'static str, at: Option<usize>, problem: String) -> FieldError {
    let mut path: Vec<&str> = member(option).split('.').collect();
    let field = path.last().copied().unwrap_or_default().to_owned();
    let position = at.map(|at| at.to_string());
    path.extend(position.as_deref());
    FieldError {
        field,
        ..FieldError::at(&path, "invalid", problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_value_error_has_position() {
        let error = error("redirect-uri", Some(1), "https only".to_owned());
        let received = serde_json::to_value(&error).unwrap();
        assert_eq!(received["pointer"], "/redirect_uris/1");
        assert_eq!(received["field"], "redirect_uris");
    }

    #[test]
    fn option_with_hyphen_is_in_table() {
        let sources = [
            include_str!("../../oauth/src/clients/registration.rs"),
            include_str!("../../oauth/src/clients/consent.rs"),
        ];
        let quoted = sources
            .iter()
            .flat_map(|source| source.split('"').skip(1).step_by(2));
        let is_option = |text: &&str| {
            text.contains('-') && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
        };
        for option in quoted.filter(is_option) {
            assert_ne!(member(option), option, "{option} has no member");
        }
    }
}
