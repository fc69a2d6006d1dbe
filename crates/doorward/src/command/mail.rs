use doorward_email::{mail_name, preview};
use doorward_i18n::Lang;
use doorward_identity_server::branding_files;
use doorward_rules::brand::Brand;
use doorward_services::branding::Branding;

use crate::command::prelude::*;
use crate::command::values::one_of;

#[derive(Debug, Args)]
pub struct MailArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Print an e-mail message with sample data, the brand and the own templates; nothing is sent
    Preview {
        /// Template name; without it, all names are printed
        #[arg(value_name = "TEMPLATE")]
        template: Option<String>,
        /// Language of the message
        #[arg(long, value_name = "LANG", default_value = "en", value_parser = locale)]
        locale: Lang,
        /// Site name in the message [default: that of the configuration]
        #[arg(long, value_name = "NAME")]
        site: Option<String>,
        /// Print the HTML part instead of the plain text part
        #[arg(long)]
        html: bool,
    },
}

pub(super) fn locale(text: &str) -> Result<Lang, String> {
    let words = Lang::ALL.iter().map(|lang| lang.code());
    one_of(Lang::from_tag(text), "languages", words)
}

pub fn run(args: &MailArgs) -> Result {
    let Verb::Preview {
        template,
        locale,
        site,
        html,
    } = &args.verb;
    let Some(name) = template else {
        return mail_name::NAMES
            .iter()
            .try_for_each(|name| output::line(name));
    };
    let section = args.target.load_or_dev()?.branding;
    let templates = branding_files::templates(&section).map_err(CliError::failure)?;
    let texts = branding_files::texts(&section).map_err(CliError::failure)?;
    texts.install();
    let mut brand = Brand::clone(&Branding::open(&section).map_err(CliError::failure)?.brand);
    if let Some(site) = site {
        brand.name.clone_from(site);
    }
    let written = preview::write(name, *locale, &brand, &templates).ok_or_else(|| {
        CliError::failure(format!(
            "there is no mail {name:?}; see `doorward mail preview`"
        ))
    })?;
    let written = written.map_err(CliError::failure)?;
    if *html {
        return output::document(&written.html);
    }
    output::line(&format!("Subject: {}\n", written.subject))?;
    output::document(&written.text)
}
