//! Checks of `[branding]`: colors and links.

use doorward_rules::brand_colors::{
    ChosenColors, LowContrast, MIN_TEXT, Scheme, check_accent, check_background,
};
use doorward_rules::color::Color;
use url::Url;

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
        for scheme in Scheme::ALL {
            self.check_colors(scheme, findings);
        }
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

    fn check_colors(&self, scheme: Scheme, findings: &mut Vec<Finding>) {
        let ChosenColors { accent, background } = self.branding.colors(scheme);
        let (accent_key, background_key) = match scheme {
            Scheme::Light => ("branding.accent", "branding.background"),
            Scheme::Dark => ("branding.accent_dark", "branding.background_dark"),
        };
        let found = background.map(|background| check_background(scheme, background, accent));
        if let (Some(background), Some(Err(low))) = (background, found) {
            findings.push(self.low_contrast(background_key, background, low, "texts on it"));
            return;
        }
        let found = accent.map(|accent| check_accent(scheme, accent, background));
        if let (Some(accent), Some(Err(low))) = (accent, found) {
            findings.push(self.low_contrast(accent_key, accent, low, "links and buttons"));
        }
    }

    fn low_contrast(
        &self,
        key: &'static str,
        color: Color,
        low: LowContrast,
        uses: &str,
    ) -> Finding {
        let LowContrast {
            other,
            ratio,
            suggestion,
        } = low;
        // Never rounded up to the minimum.
        let ratio = (ratio * 100.0).floor() / 100.0;
        let problem = format!(
            "{color} has a contrast of {ratio:.2} : 1 with {other}; {uses} need at least {MIN_TEXT} : 1"
        );
        let remediation =
            format!("write \"{suggestion}\", the nearest color of the same hue that passes");
        self.error(key, &problem, &remediation)
    }
}

/// Returns the problem of a link on the pages.
fn link_problem(link: &str, may_mail: bool) -> Option<&'static str> {
    let Ok(url) = Url::parse(link) else {
        return Some("not an address");
    };
    match url.scheme() {
        "https" if url.has_host() => None,
        "mailto" if may_mail && url.path().contains('@') => None,
        "mailto" if may_mail => Some("no e-mail address"),
        _ if may_mail => Some("neither https nor mailto"),
        _ => Some("not https"),
    }
}

#[cfg(test)]
mod tests;
