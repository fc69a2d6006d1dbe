//! The events of the audit log as text.

use doorward_domain::model::AuditKind;

use crate::layout::Layout;

pub fn audit_kind(layout: &Layout, kind: AuditKind) -> String {
    layout.t(&kind_key(kind))
}

/// Returns the text of a change in the details of an event, or `None` for an unknown one.
pub fn audit_change(layout: &Layout, change: &str) -> Option<String> {
    let key = format!("audit-change-{}", change.replace(' ', "-"));
    layout.lang.find(&key)
}

fn kind_key(kind: AuditKind) -> String {
    format!("audit-kind-{}", kind.as_str().replace(['.', '_'], "-"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use doorward_i18n::Lang;
    use rstest::rstest;

    use super::*;

    #[test]
    fn each_kind_has_own_sentence_in_each_language() {
        for lang in Lang::ALL {
            let sentences: BTreeSet<String> = AuditKind::ALL
                .iter()
                .filter_map(|kind| lang.find(&kind_key(*kind)))
                .collect();
            assert_eq!(sentences.len(), AuditKind::ALL.len(), "{}", lang.code());
        }
    }

    #[rstest]
    #[case("created", Some("created"))]
    #[case("email verified", Some("email address verified"))]
    #[case("sign-in link created", Some("sign-in link made"))]
    #[case("redirect_uris", None)]
    #[case("=1+1", None)]
    #[case("", None)]
    fn change_has_text_or_is_unknown(#[case] change: &str, #[case] text: Option<&str>) {
        let found = audit_change(&Layout::sample(Lang::En), change);
        assert_eq!(found.as_deref(), text);
    }
}
