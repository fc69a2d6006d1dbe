//! Messages with sample data and the own templates, for previews in the console.

use doorward_email::mail_name;
use doorward_email::own_template::MailTemplates;
use doorward_email::preview;
use doorward_i18n::Lang;
use doorward_rules::brand::Brand;
use doorward_web::mail_page::MailSamples;

use crate::prelude::*;

/// The own templates of messages.
#[derive(Debug)]
pub(crate) struct TemplateSamples(pub(crate) MailTemplates);

impl MailSamples for TemplateSamples {
    fn names(&self) -> Vec<&'static str> {
        mail_name::names()
    }

    fn html(&self, name: &str, lang: Lang, brand: &Brand) -> Option<Result<String>> {
        let written = preview::write(name, lang, brand, &self.0)?;
        let html = written.map(|written| written.html);
        Some(html.map_err(|error| ServerError::Internal(error.to_string())))
    }
}
