//! The page after a sign-out that not all service providers have answered.

use askama::Template;
use doorward_templates::Layout;

#[derive(Clone, Debug, Template)]
#[template(path = "saml_signed_out.html")]
pub struct SignOutPage {
    pub layout: Layout,
    /// Names of the clients that did not answer.
    pub failed: Vec<String>,
    /// Registered URL to return to.
    pub back: Option<String>,
}

impl SignOutPage {
    fn title(&self) -> String {
        self.layout.t("logged-out-title")
    }
}
