use doorward_email::preview;
use doorward_i18n::Lang;

use crate::command::prelude::*;
use crate::command::values::one_of;

#[derive(Debug, Args)]
pub struct MailArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Print an e-mail message with sample data; nothing is sent
    Preview {
        /// Template name; without it, all names are printed
        #[arg(value_name = "TEMPLATE")]
        template: Option<String>,
        /// Language of the message
        #[arg(long, value_name = "LANG", default_value = "en", value_parser = locale)]
        locale: Lang,
        /// Site name in the message
        #[arg(long, value_name = "NAME", default_value = "Doorward")]
        site: String,
        /// Print the HTML part instead of the plain text part
        #[arg(long)]
        html: bool,
    },
}

fn locale(text: &str) -> Result<Lang, String> {
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
        return preview::all()
            .iter()
            .try_for_each(|(name, _)| output::line(name));
    };
    let written = preview::write(name, *locale, site).ok_or_else(|| {
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
