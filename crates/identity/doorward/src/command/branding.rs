//! `org branding`, `org branding-logo`, and the same commands for clients.

use std::io::Read as _;

use doorward_admin::brands;
use doorward_domain::model::BrandOwner;
use doorward_rules::own_brand::{BrandSetting, OwnBrand, OwnLogo, PictureKind};
use doorward_services::pictures::{MAX_FILE, PictureEncoder};

use crate::command::prelude::*;
use crate::command::values::word;

const KINDS: &str = "write light, dark or favicon";

/// The settings of a brand to change.
#[derive(Debug, Args)]
pub struct BrandingArgs {
    /// Name in titles, texts and messages
    #[arg(long)]
    name: Option<String>,
    /// Color of links and buttons in the light scheme, such as #c2410c; its contrast must be at least
    /// 4.5 : 1
    #[arg(long, value_name = "COLOR")]
    accent: Option<String>,
    /// Color of links and buttons in the dark scheme
    #[arg(long, value_name = "COLOR")]
    accent_dark: Option<String>,
    /// Color of the page in the light scheme
    #[arg(long, value_name = "COLOR")]
    background: Option<String>,
    /// Color of the page in the dark scheme
    #[arg(long, value_name = "COLOR")]
    background_dark: Option<String>,
    /// URL at which users get help (https or mailto)
    #[arg(long, value_name = "URL")]
    support_url: Option<String>,
    /// URL of the privacy policy (https)
    #[arg(long, value_name = "URL")]
    privacy_url: Option<String>,
    /// URL of the terms of service (https)
    #[arg(long, value_name = "URL")]
    terms_url: Option<String>,
    /// URL of the imprint (https)
    #[arg(long, value_name = "URL")]
    imprint_url: Option<String>,
    /// Language of users whose language is unknown: de, en, es, fr, it, nl, pl, pt, ar, ja or zh
    #[arg(long, value_name = "LANG")]
    default_language: Option<String>,
    /// Setting to remove, such as accent (repeatable)
    #[arg(long, value_name = "SETTING", value_parser = setting)]
    unset: Vec<BrandSetting>,
    #[command(flatten)]
    out: Output,
}

/// The logo or icon to set or remove.
#[derive(Debug, Args)]
pub struct BrandLogoArgs {
    /// Color scheme of the logo: light or dark; without the light one there is no dark one. With
    /// favicon, the picture is the icon of the pages, cut to a square
    #[arg(long, default_value = "light", value_parser = word(PictureKind::parse, KINDS))]
    scheme: PictureKind,
    #[command(flatten)]
    picture: PictureArgs,
    #[command(flatten)]
    out: Output,
}

/// The file of a logo, or its removal.
#[derive(Debug, Args)]
pub struct PictureArgs {
    /// PNG, JPEG, GIF or WebP file of at most 2 MiB
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "remove",
        required_unless_present = "remove"
    )]
    file: Option<PathBuf>,
    /// Remove the logo
    #[arg(long)]
    remove: bool,
}

impl PictureArgs {
    /// Reads the file, at most one byte more than the accepted size; `None` for the removal.
    pub(super) fn read(&self) -> Result<Option<Vec<u8>>> {
        let Some(path) = &self.file else {
            return Ok(None);
        };
        let failed =
            |error: std::io::Error| CliError::Usage(format!("{}: {error}", path.display()));
        let file = File::open(path).map_err(failed)?;
        let mut bytes = Vec::new();
        let max = u64::try_from(MAX_FILE).unwrap_or(u64::MAX);
        let mut file = file.take(max.saturating_add(1));
        file.read_to_end(&mut bytes).map_err(failed)?;
        Ok(Some(bytes))
    }
}

fn setting(text: &str) -> std::result::Result<BrandSetting, String> {
    BrandSetting::parse(&text.replace('-', "_")).ok_or_else(|| {
        let known = BrandSetting::ALL.map(BrandSetting::as_str);
        format!("expected one of {}", known.join(", "))
    })
}

impl BrandingArgs {
    fn change(self) -> (Vec<(BrandSetting, String)>, Output) {
        let given = [
            (BrandSetting::Name, self.name),
            (BrandSetting::Accent, self.accent),
            (BrandSetting::AccentDark, self.accent_dark),
            (BrandSetting::Background, self.background),
            (BrandSetting::BackgroundDark, self.background_dark),
            (BrandSetting::SupportUrl, self.support_url),
            (BrandSetting::PrivacyUrl, self.privacy_url),
            (BrandSetting::TermsUrl, self.terms_url),
            (BrandSetting::ImprintUrl, self.imprint_url),
            (BrandSetting::DefaultLanguage, self.default_language),
        ];
        let given = given.into_iter();
        let given = given.filter_map(|(setting, text)| Some((setting, text?)));
        let removed = self.unset.into_iter();
        let removed = removed.map(|setting| (setting, String::new()));
        (given.chain(removed).collect(), self.out)
    }
}

/// Changes the brand of an owner, or shows it if there is nothing to change.
pub(super) async fn run(
    operator: &AdminContext<'_>,
    owner: &BrandOwner,
    args: BrandingArgs,
) -> Result {
    let (change, out) = args.change();
    let brand = if change.is_empty() {
        brands::get(operator, owner).await?
    } else {
        brands::update(operator, owner, &change).await?
    };
    print(&brand, out)
}

pub(super) async fn run_logo(
    operator: &AdminContext<'_>,
    owner: &BrandOwner,
    args: BrandLogoArgs,
) -> Result {
    let brand = match args.picture.read()? {
        Some(file) => {
            let encoder = PictureEncoder::default();
            brands::set_logo(operator, &encoder, owner, args.scheme, file).await?
        }
        None => brands::remove_logo(operator, owner, args.scheme).await?,
    };
    print(&brand, args.out)
}

fn print(brand: &OwnBrand, out: Output) -> Result {
    let path = |logo: &OwnLogo| logo.file().url;
    let settings = BrandSetting::ALL.map(|setting| (setting.as_str(), brand.get(setting)));
    let logos = [
        ("logo", brand.logo.as_ref().map(path)),
        ("logo_dark", brand.logo_dark.as_ref().map(path)),
        ("favicon", brand.favicon.as_ref().map(path)),
    ];
    let all = settings.into_iter().chain(logos);
    let set = all.filter_map(|(name, text)| Some((name, text?)));
    let document: Value = set.collect();
    if brand.is_empty() {
        return out.result(&document, "There is no own brand.");
    }
    out.object(&document)
}
