use super::Sampled;
use crate::layout::Layout;
use crate::support_code::SupportCode;

impl Sampled for SupportCode {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let normal = Self {
            layout: layout.with_return_to("/account/support-code"),
            code: None,
            is_consent: false,
        };
        let made = normal.vary(|page| page.code = Some("7KQ2-XM4P".to_owned()));
        let consent = normal.vary(|page| page.is_consent = true);
        vec![("normal", normal), ("made", made), ("consent", consent)]
    }
}
