//! Options of every import.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use doorward_domain::model::UsernameMode;
use doorward_import::options::ImportOptions;
use doorward_import::read::text::Encoding;
use doorward_rules::identifier;

use crate::error::{CliError, Result};

/// Options of every import.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option")]
pub struct CommonArgs {
    /// Print what would be imported, changed and skipped, and why, without writing
    #[arg(long)]
    pub dry_run: bool,
    /// Name of the source; a second run with the same name changes nothing, except with `csv --sync`
    /// [default: `django`, `keycloak:REALM` or `csv`]
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// Write the result of each record to FILE, as JSON
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Write old ID and `sub` of each user to FILE: JSON if its name ends in `.json`, otherwise CSV
    #[arg(long, value_name = "FILE")]
    pub ids: Option<PathBuf>,
    /// Role for users with all rights in the source; without it, they get no rights
    #[arg(long, value_name = "ROLE")]
    pub superuser_role: Option<String>,
    /// Keep the staff mark of users
    #[arg(long)]
    pub keep_staff: bool,
    /// Role here for a role of the source (repeatable); without it, each role of the source becomes
    /// a new role without power
    #[arg(long, value_name = "OLD=ROLE")]
    pub role: Vec<String>,
    /// Resource of the imported permissions; without it, permissions are not imported
    #[arg(long, value_name = "URI")]
    pub audience: Option<String>,
    /// Give imported roles and users their permissions of the source; without it, roles have none
    #[arg(long, requires = "audience")]
    pub grant_permissions: bool,
    /// Take the e-mail addresses as verified whose source does not say so; without it, their users
    /// confirm the address at the first sign-in
    #[arg(long)]
    pub trust_email: bool,
    /// Issuer of a provider of the source, for linked accounts (repeatable)
    #[arg(long, value_name = "ALIAS=URL")]
    pub issuer: Vec<String>,
    /// Client that becomes first-party, without a consent page (repeatable)
    #[arg(long, value_name = "CLIENT_ID")]
    pub first_party: Vec<String>,
    /// Encoding of a file that is neither UTF-8 nor UTF-16, such as windows-1252
    #[arg(long, value_name = "NAME", value_parser = encoding)]
    pub encoding: Option<&'static Encoding>,
    /// Give users without a usable e-mail address a placeholder address at this domain; without it,
    /// they are skipped
    #[arg(long, value_name = "DOMAIN")]
    pub placeholder_domain: Option<String>,
    /// Take a user of the source for the user here with the same e-mail address, if it is verified on both
    /// sides; the user gets the groups of the source. Without it, such a user is skipped
    #[arg(long = "match", value_name = "MEMBER", value_parser = ["email"])]
    pub matched: Option<String>,
    /// Organization that the users join
    #[arg(long, value_name = "SLUG")]
    pub org: Option<String>,
    /// Group here below which the groups of the source are
    #[arg(long, value_name = "PATH")]
    pub group_prefix: Option<String>,
    /// Print JSON lines
    #[arg(long)]
    pub json: bool,
}

impl CommonArgs {
    /// Returns the options for a source with this default name.
    pub fn options(&self, name: String, usernames: UsernameMode) -> Result<ImportOptions> {
        let source = self.source.clone().unwrap_or(name);
        let is_plain = |c: char| c.is_ascii_graphic();
        if source.is_empty() || source.len() > 64 || !source.chars().all(is_plain) {
            return Err(CliError::Usage(format!(
                "--source: {source:?} does not fit; name the source with 1 to 64 visible ASCII characters"
            )));
        }
        if let Some(domain) = &self.placeholder_domain
            && identifier::email_key(&format!("a@{domain}")).is_err()
        {
            let text = "--placeholder-domain: write a domain name";
            return Err(CliError::usage(text));
        }
        Ok(ImportOptions {
            source,
            superuser_role: self.superuser_role.clone(),
            keeps_staff: self.keep_staff,
            usernames,
            audience: self.audience.clone(),
            grants_permissions: self.grant_permissions,
            trusts_email: self.trust_email,
            roles: pairs("--role", &self.role)?,
            issuers: pairs("--issuer", &self.issuer)?,
            first_party: self.first_party.iter().cloned().collect(),
            email_domain: self.placeholder_domain.clone(),
            matches_email: self.matched.is_some(),
            org: self.org.clone(),
            group_prefix: self.group_prefix.clone(),
        })
    }
}

/// Reads `NAME=VALUE` arguments. A name of the source may contain `=`.
pub(super) fn pairs(option: &str, all: &[String]) -> Result<BTreeMap<String, String>> {
    let split = |text: &String| {
        let found = if option == "--issuer" {
            text.split_once('=')
        } else {
            text.rsplit_once('=')
        };
        let (name, value) = found.filter(|(name, value)| !name.is_empty() && !value.is_empty())?;
        Some((name.to_owned(), value.to_owned()))
    };
    all.iter()
        .map(|text| {
            split(text).ok_or_else(|| CliError::Usage(format!("{option} {text}: write NAME=VALUE")))
        })
        .collect()
}

fn encoding(name: &str) -> Result<&'static Encoding, String> {
    Encoding::for_label(name.as_bytes())
        .ok_or_else(|| "write a name such as windows-1252, windows-1251 or shift_jis".to_owned())
}
