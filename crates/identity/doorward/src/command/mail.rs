use doorward_config::address::sqlite_path;
use doorward_email::{mail_name, preview};
use doorward_i18n::Lang;
use doorward_identity_server::branding_files;
use doorward_rules::brand::Brand;
use doorward_services::branding::Branding;
use doorward_services::own_texts::OwnTexts;

use crate::command::prelude::*;
use crate::command::values::one_of;
use crate::target::open_db;

#[derive(Debug, Args)]
pub struct MailArgs {
    #[command(flatten)]
    target: ActingTarget,
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

fn locale(text: &str) -> Result<Lang, String> {
    let words = Lang::ALL.iter().map(|lang| lang.code());
    one_of(Lang::from_tag(text), "languages", words)
}

pub async fn run(args: &MailArgs) -> Result {
    let Verb::Preview {
        template,
        locale,
        site,
        html,
    } = &args.verb;
    let Some(name) = template else {
        return mail_name::names().into_iter().try_for_each(output::line);
    };
    let config = args.target.target.load_or_dev()?;
    let section = &config.branding;
    let templates = branding_files::templates(section).map_err(CliError::failure)?;
    let texts = branding_files::texts(section).map_err(CliError::failure)?;
    texts.install();
    use_stored_texts(&config).await;
    let mut brand = Brand::clone(&Branding::open(section).map_err(CliError::failure)?.brand);
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

/// Uses the own texts of the deployment, if there is a database with its tables. A preview works without.
async fn use_stored_texts(config: &Config) {
    let is_missing = |file: &str| !Path::new(file).exists();
    if sqlite_path(config.database.url.expose()).is_some_and(is_missing) {
        return;
    }
    if let Ok(db) = open_db(config).await {
        if let Err(error) = OwnTexts::default().read(db.read()).await {
            tracing::debug!(%error, "own texts not read");
        }
        let _ = db.close().await;
    }
}
