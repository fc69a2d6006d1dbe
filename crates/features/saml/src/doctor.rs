//! The check of `doorward doctor`: service providers read a new certificate before it is used.

use doorward_admin::clients;
use doorward_admin::prelude::*;
use doorward_console_ui::feature::Finding;
use doorward_domain::model::ClientKind;
use doorward_rules::list_filter::ClientFilter;

const DAY: i64 = 24 * 60 * 60;

pub async fn check(context: &AdminContext<'_>) -> Result<Finding> {
    let filter = ClientFilter {
        kind: Some(ClientKind::Saml),
        ..ClientFilter::default()
    };
    let found = clients::search(context, &filter, None, 1).await?;
    let config = context.settings.config();
    let lead = config.map_or(DAY, |config| config.keys.publish_lead);
    Ok(finding(found.items.is_empty(), lead))
}

fn finding(is_unused: bool, lead: i64) -> Finding {
    if is_unused || lead >= DAY {
        return Finding::Good("service providers can read a new certificate before it is used");
    }
    Finding::Warning {
        seen: format!(
            "a new key signs {lead} s after it is published; many service providers read metadata once a day"
        ),
        remedy: "set keys.publish_lead to more than a day, such as \"14d\"",
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(true, 600, true)]
    #[case(false, DAY, true)]
    #[case(false, 600, false)]
    fn short_lead_is_warning(#[case] is_unused: bool, #[case] lead: i64, #[case] is_good: bool) {
        let found = finding(is_unused, lead);
        assert_eq!(matches!(found, Finding::Good(_)), is_good, "{found:?}");
    }
}
