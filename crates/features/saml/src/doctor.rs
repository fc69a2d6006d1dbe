//! The check of `doorward doctor`: service providers could read the present certificate before it was used.

use doorward_admin::keys;
use doorward_admin::prelude::*;
use doorward_console_ui::feature::Finding;

use crate::own_keys::{self, OwnKey};

const DAY: i64 = 24 * 60 * 60;

pub async fn check(context: &AdminContext<'_>) -> Result<Finding> {
    let is_unused = !repo::saml_clients::has_any(context.db.read()).await?;
    let ring = keys::operations::ring(context)?;
    let published = own_keys::read(&ring, context.db, context.now()).await?;
    Ok(finding(is_unused, &published))
}

/// Judges the published keys, the active one first. The first key of all has replaced none.
fn finding(is_unused: bool, published: &[OwnKey]) -> Finding {
    let active = published.first().filter(|_| published.len() > 1);
    match active.filter(|key| !is_unused && key.active_at - key.created_at < DAY) {
        None => Finding::Good("service providers could read the certificate before it was used"),
        Some(key) => Finding::Warning {
            seen: format!(
                "the present key signed {} s after it was published; service providers may not have it",
                key.active_at - key.created_at
            ),
            remedy: "give each application the document of `doorward saml metadata`",
        },
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn key(created_at: i64, active_at: i64) -> OwnKey {
        OwnKey {
            created_at,
            active_at,
            ..OwnKey::default()
        }
    }

    #[rstest]
    #[case::no_client(true, &[key(0, 600), key(0, 0)], true)]
    #[case::first_key(false, &[key(0, 0)], true)]
    #[case::long_lead(false, &[key(0, DAY), key(0, 0)], true)]
    #[case::short_lead(false, &[key(0, 600), key(0, 0)], false)]
    fn early_use_is_warning(
        #[case] is_unused: bool,
        #[case] published: &[OwnKey],
        #[case] is_good: bool,
    ) {
        let found = finding(is_unused, published);
        assert_eq!(matches!(found, Finding::Good(_)), is_good, "{found:?}");
    }
}
