//! `…/branding` of an organization and of an app: the form of its brand, its pictures, and previews.

mod previews;

use actix_web::web::Payload;
use doorward_admin::brands;
use doorward_admin::brands::operations::{UPDATE_CLIENT, UPDATE_ORGANIZATION};
use doorward_admin::clients::LOGO_TOO_LARGE;
use doorward_domain::model::BrandOwner;
use doorward_i18n::Lang;
use doorward_rules::own_brand::{BrandError, BrandProblem, BrandSetting, OwnBrand, PictureKind};
use doorward_services::pictures::MAX_FILE;
use doorward_web::page::Page;
use doorward_web::page::upload::Upload;
use doorward_web::page_support::optional_upload;

use crate::apps::pages::{LOGO_REMOVED, LOGO_SAVED, SAVED};
use crate::{apps, organizations};
use doorward_console_ui::prelude::*;
use previews::Preview;

const FILE: &str = "logo";
const TOO_LARGE: &str = "profile-picture-too-large";
const COLOR_HINT: &str = "console-branding-color-hint";
const LINK_HINT: &str = "console-branding-link-hint";

const FIELDS: [(BrandSetting, Field); 10] = [
    (BrandSetting::Name, Field::line("name", "console-name")),
    (
        BrandSetting::Accent,
        color("accent", "console-branding-accent"),
    ),
    (
        BrandSetting::AccentDark,
        color("accent_dark", "console-branding-accent-dark"),
    ),
    (
        BrandSetting::Background,
        color("background", "console-branding-background"),
    ),
    (
        BrandSetting::BackgroundDark,
        color("background_dark", "console-branding-background-dark"),
    ),
    (
        BrandSetting::SupportUrl,
        Field::line("support_url", "help").hint("console-branding-support-hint"),
    ),
    (BrandSetting::PrivacyUrl, link("privacy_url", "privacy")),
    (BrandSetting::TermsUrl, link("terms_url", "terms")),
    (BrandSetting::ImprintUrl, link("imprint_url", "imprint")),
    (
        BrandSetting::DefaultLanguage,
        Field::line("default_language", "console-branding-language")
            .hint("console-branding-language-hint"),
    ),
];

const fn color(id: &'static str, label: &'static str) -> Field {
    Field::line(id, label).hint(COLOR_HINT)
}

const fn link(id: &'static str, label: &'static str) -> Field {
    Field::line(id, label).hint(LINK_HINT)
}

/// The organization or app that a path names.
struct Branded {
    owner: BrandOwner,
    section: Section,
    name: String,
    home: String,
    /// Page of the object around the form.
    page: Detail,
}

fn is_app(page: &Page) -> bool {
    let path = page.request.path();
    path.strip_prefix(APPS)
        .is_some_and(|rest| rest.starts_with('/'))
}

fn access(page: &Page) -> Access {
    if is_app(page) {
        apps::pages::WRITE
    } else {
        organizations::pages::WRITE_ALL
    }
}

impl Branded {
    async fn named(console: &Console<'_>) -> Result<Self, Stop> {
        if is_app(console.page) {
            let client = apps::pages::editable(console).await?;
            return Ok(Self {
                page: apps::pages::detail(console, &client, BRANDING),
                section: Section::Apps,
                home: app(&client.id),
                name: client.name,
                owner: BrandOwner::Client(client.id),
            });
        }
        let organization = organizations::pages::named(console).await?;
        Ok(Self {
            page: organizations::pages::detail(console, &organization, BRANDING),
            section: Section::Organizations,
            home: routes::organization(&organization.slug),
            name: organization.name,
            owner: BrandOwner::Organization(organization.slug),
        })
    }

    fn path(&self) -> String {
        format!("{}{BRANDING}", self.home)
    }

    fn logo_path(&self, kind: PictureKind) -> String {
        format!("{}/logo/{}", self.path(), kind.as_str())
    }

    /// Returns the name of an app; `None` for an organization.
    fn app_name(&self) -> Option<String> {
        (self.section == Section::Apps).then(|| self.name.clone())
    }

    async fn brand(&self, console: &Console<'_>) -> Result<OwnBrand, Stop> {
        Ok(brands::of_known(&console.context(), &self.owner).await?)
    }

    /// Returns the change for other interfaces.
    fn change(&self, values: &[(BrandSetting, String)], version: &str) -> Change {
        if values.is_empty() {
            return Change::default();
        }
        let (entry, target, id) = match &self.owner {
            BrandOwner::Client(id) => (&UPDATE_CLIENT, "id", id.as_str()),
            BrandOwner::Organization(slug) => (&UPDATE_ORGANIZATION, "slug", slug.as_str()),
        };
        let member = |(setting, value): &(BrandSetting, String)| {
            let value = Some(value).filter(|value| !value.is_empty());
            (setting.as_str().to_owned(), json!(value))
        };
        let mut body: Map<_, _> = values.iter().map(member).collect();
        body.insert(target.to_owned(), json!(id));
        Change::of(entry, version.to_owned(), &body)
    }

    /// Returns the page of the object, with links to the pictures.
    fn around(&self, console: &Console<'_>, brand: &OwnBrand) -> Result<Detail, Stop> {
        let upload = |kind| console.link(self.logo_path(kind), label(kind));
        let removal = |kind| {
            let path = format!("{}/remove", self.logo_path(kind));
            console.link(path, removal_label(kind))
        };
        let mut actions = vec![upload(PictureKind::Light)];
        if brand.logo.is_some() {
            actions.push(removal(PictureKind::Light));
            actions.push(upload(PictureKind::Dark));
        }
        if brand.logo_dark.is_some() {
            actions.push(removal(PictureKind::Dark));
        }
        actions.push(upload(PictureKind::Favicon));
        if brand.favicon.is_some() {
            actions.push(removal(PictureKind::Favicon));
        }
        Ok(Detail {
            notice: console.notice(&[SAVED, LOGO_SAVED, LOGO_REMOVED])?,
            actions,
            ..self.page.clone()
        })
    }
}

const fn label(kind: PictureKind) -> &'static str {
    match kind {
        PictureKind::Light => "console-app-logo",
        PictureKind::Dark => "console-branding-logo-dark",
        PictureKind::Favicon => "console-branding-favicon",
    }
}

const fn removal_label(kind: PictureKind) -> &'static str {
    match kind {
        PictureKind::Light => "console-app-logo-remove",
        PictureKind::Dark => "console-branding-logo-dark-remove",
        PictureKind::Favicon => "console-branding-favicon-remove",
    }
}

/// Returns the messages after a picture was saved, and after it was removed.
const fn notices(kind: PictureKind) -> [&'static str; 2] {
    match kind {
        PictureKind::Light | PictureKind::Dark => [LOGO_SAVED, LOGO_REMOVED],
        PictureKind::Favicon => [SAVED, SAVED],
    }
}

pub(crate) async fn edit(visit: &Visit<'_>) -> Answer {
    let (console, typed) = (&visit.console, &visit.form);
    let branded = Branded::named(console).await?;
    let stored = branded.brand(console).await?;
    let seen = if visit.is_typed() {
        text(typed, "version")?.to_owned()
    } else {
        version(&stored)
    };
    let (mut fields, mut change) = (Vec::new(), Vec::new());
    for (setting, field) in FIELDS {
        let before = stored.get(setting).unwrap_or_default();
        let value = if visit.is_typed() {
            text(typed, setting.as_str())?.trim().to_owned()
        } else {
            before.clone()
        };
        let mut entry = field.optional().entry(console, &value);
        if setting == BrandSetting::DefaultLanguage {
            entry.kind = languages(console);
        }
        fields.push(entry);
        if value != before {
            change.push((setting, value));
        }
    }
    let is_open = also_as::is_requested(typed)?;
    let texts = branded.change(&change, &seen);
    let messages = ["console-branding", "console-save"];
    let preview = format!("{}/preview", branded.path());
    let view = EntryForm {
        lead: console.t("console-branding-text"),
        page: Some(branded.around(console, &stored)?),
        other: Some(console.link(preview, "console-branding-preview")),
        version: Some(seen),
        previews: previews::buttons(console),
        also: Some(also_as::in_form(console, &texts, is_open)),
        ..form::view(
            console,
            branded.section,
            messages,
            branded.home.as_str(),
            fields,
        )
    };
    let form = Form::open(visit, view)?;
    if is_open {
        return Err(form.show());
    }
    let brand = match checked(stored, &change) {
        Ok(brand) => brand,
        Err(error) => {
            let field = Some(error.setting.as_str());
            return Err(form.reject_text(field, message(console, &error)));
        }
    };
    if let Some(preview) = Preview::of_step(text(typed, STEP)?) {
        return preview.show(console, &brand, branded.app_name()).await;
    }
    let changed = brands::update(&visit.context(), &branded.owner, &change).await;
    let problem = |error: &AdminError| match error {
        AdminError::Invalid { field: "name", .. } => {
            Some(("name", "console-organization-name-invalid"))
        }
        _ => None,
    };
    form.settle(changed, problem).await?;
    Ok(console.see_done(&branded.path(), SAVED))
}

/// Returns the choice of a language by its own name, or of none.
fn languages(console: &Console<'_>) -> FieldKind {
    let none = (String::new(), console.t("console-branding-language-none"));
    let named = Lang::ALL.iter();
    let named = named.map(|lang| (lang.code().to_owned(), lang.native_name().to_owned()));
    select([none].into_iter().chain(named))
}

/// Returns the changed brand. Checks the settings as the use case does, for an error in the language
/// of the page.
fn checked(mut brand: OwnBrand, change: &[(BrandSetting, String)]) -> Result<OwnBrand, BrandError> {
    for (setting, text) in change {
        brand.set(*setting, text)?;
    }
    brand.check()?;
    Ok(brand)
}

fn message(console: &Console<'_>, error: &BrandError) -> String {
    match error.problem {
        BrandProblem::Color(_) => console.t("console-branding-color-invalid"),
        BrandProblem::Link(_) if error.setting == BrandSetting::SupportUrl => {
            console.t("console-branding-support-invalid")
        }
        BrandProblem::Link(_) => console.t("console-branding-link-invalid"),
        BrandProblem::Language => console.t("profile-locale-unknown"),
        BrandProblem::Contrast(unreadable) => {
            let (key, color) = ("console-branding-contrast", unreadable.low.suggestion);
            console.layout.t_with(key, "color", color)
        }
    }
}

fn kind(console: &Console<'_>) -> Result<PictureKind, Stop> {
    let named = PictureKind::parse(&parameter(console.page, "scheme"));
    Ok(named.ok_or(ErrorKind::NotFound)?)
}

fn logo_view(
    console: &Console<'_>,
    branded: &Branded,
    kind: PictureKind,
    seen: String,
) -> EntryForm {
    let label = console.t("profile-picture");
    let file = EntryField {
        hint: console.t(match kind {
            PictureKind::Light | PictureKind::Dark => "console-branding-logo-hint",
            PictureKind::Favicon => "console-branding-favicon-hint",
        }),
        ..form::entry(FILE, label, "", FieldKind::File)
    };
    let messages = [self::label(kind), "profile-picture-submit"];
    // The texts do not depend on the file.
    let also = also_as::of_question(console, [], Some(&seen));
    EntryForm {
        object: branded.name.clone(),
        version: Some(seen),
        also,
        ..form::view(
            console,
            branded.section,
            messages,
            branded.path(),
            vec![file],
        )
    }
}

pub(crate) async fn upload(page: &Page, payload: Option<Payload>) -> Answer {
    let (fields, uploaded) = match payload {
        Some(payload) => {
            let (fields, file) = optional_upload(page, payload, FILE, MAX_FILE).await?;
            (Some(fields), file)
        }
        None => (None, Upload::File(Vec::new())),
    };
    let visit = Visit::of_form(page, fields, access(page)).await?;
    let console = &visit.console;
    let (branded, kind) = (Branded::named(console).await?, kind(console)?);
    let seen = version(&branded.brand(console).await?);
    let form = Form::open(&visit, logo_view(console, &branded, kind, seen))?;
    let file = match uploaded {
        Upload::TooLong => return Err(form.reject((FILE, TOO_LARGE))),
        Upload::File(file) if file.is_empty() => {
            return Err(form.reject((FILE, "profile-picture-missing")));
        }
        Upload::File(file) => file,
    };
    let set = brands::set_logo(&visit.context(), &branded.owner, kind, file).await;
    let problem = |error: &AdminError| match error {
        AdminError::Invalid { problem, .. } if problem == LOGO_TOO_LARGE => Some((FILE, TOO_LARGE)),
        AdminError::Invalid { field: FILE, .. } => Some((FILE, "profile-picture-none")),
        _ => None,
    };
    form.settle(set, problem).await?;
    let [saved, _] = notices(kind);
    Ok(console.see_done(&branded.path(), saved))
}

pub(crate) async fn remove(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let (branded, kind) = (Branded::named(console).await?, kind(console)?);
    let brand = branded.brand(console).await?;
    let back = branded.path();
    let [question, text] = match kind {
        PictureKind::Light | PictureKind::Dark => [
            "console-branding-logo-remove-question",
            "console-branding-logo-remove-text",
        ],
        PictureKind::Favicon => [
            "console-branding-favicon-remove-question",
            "console-branding-favicon-remove-text",
        ],
    };
    let [_, done] = notices(kind);
    let messages = Messages {
        question,
        text,
        submit: removal_label(kind),
        done,
    };
    let question = Question {
        version: Some(version(&brand)),
        is_risky: true,
        ..Question::new(branded.section, messages, branded.name.as_str(), back)
    };
    let question = question.ask(visit)?;
    let removed = brands::remove_logo(&visit.context(), &branded.owner, kind).await;
    question.finish(visit, removed).await
}

/// Shows the sign-in page of the stored brand. Language and scheme can be chosen as usual.
pub(crate) async fn preview(console: &Console<'_>) -> Answer {
    let branded = Branded::named(console).await?;
    let brand = branded.brand(console).await?;
    let preview = Preview::SignIn(console.layout.theme);
    preview.show(console, &brand, branded.app_name()).await
}
