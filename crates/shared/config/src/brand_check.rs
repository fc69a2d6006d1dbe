//! Checks of `[branding]`: colors and links.

use doorward_rules::brand_colors::{ChosenColors, Scheme, check_colors};
use doorward_rules::own_brand::link_problem;

use super::Finding;
use super::settings::Config;

impl Config {
    /// Checks colors and links. The picture files are checked where they are read.
    pub(super) fn check_branding(&self, findings: &mut Vec<Finding>) {
        let branding = &self.branding;
        if branding.logo.is_none() && branding.logo_dark.is_some() {
            findings.push(self.error(
                "branding.logo_dark",
                "it has no effect without branding.logo",
                "set branding.logo as well, or remove the key",
            ));
        }
        let colors = branding.colors();
        self.check_colors(Scheme::Light, colors.light, findings);
        self.check_colors(Scheme::Dark, colors.dark, findings);
        let links = [
            ("branding.privacy_url", &branding.privacy_url),
            ("branding.terms_url", &branding.terms_url),
            ("branding.imprint_url", &branding.imprint_url),
            ("branding.support_url", &branding.support_url),
        ];
        for (key, link) in links {
            let Some(link) = link else { continue };
            let is_support = key == "branding.support_url";
            let (problem, example) = match link_problem(link, is_support) {
                None => continue,
                Some(problem) if is_support => (
                    problem,
                    "https://example.org/help\" or \"mailto:support@example.org",
                ),
                Some(problem) => (problem, "https://example.org/page"),
            };
            findings.push(self.error(
                key,
                problem,
                &format!("write an address such as \"{example}\""),
            ));
        }
    }

    fn check_colors(&self, scheme: Scheme, chosen: ChosenColors, findings: &mut Vec<Finding>) {
        let Err(unreadable) = check_colors(scheme, chosen) else {
            return;
        };
        let key = match (scheme, unreadable.is_background) {
            (Scheme::Light, false) => "branding.accent",
            (Scheme::Light, true) => "branding.background",
            (Scheme::Dark, false) => "branding.accent_dark",
            (Scheme::Dark, true) => "branding.background_dark",
        };
        let suggestion = unreadable.low.suggestion;
        let remediation =
            format!("write \"{suggestion}\", the nearest color of the same hue that passes");
        findings.push(self.error(key, &unreadable.to_string(), &remediation));
    }
}

#[cfg(test)]
mod tests;
