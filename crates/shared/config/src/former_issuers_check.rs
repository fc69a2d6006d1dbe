//! Checks of `[former_issuers]`.

use super::Finding;
use super::former_issuers::start_of_day;
use super::settings::Config;

impl Config {
    pub(super) fn check_former_issuers(&self, findings: &mut Vec<Finding>) {
        let former = &self.former_issuers;
        for url in &former.urls {
            self.check_origin("former_issuers.urls", url, findings);
            if *url == self.issuer {
                findings.push(self.error(
                    "former_issuers.urls",
                    "the same as the issuer",
                    "list only issuers of the past",
                ));
            }
        }
        if let Some(text) = &former.until
            && start_of_day(text).is_none()
        {
            findings.push(self.error(
                "former_issuers.until",
                &format!("{text} is not a day"),
                "write a day such as \"2027-06-30\"",
            ));
        }
    }
}

#[cfg(test)]
mod tests;
