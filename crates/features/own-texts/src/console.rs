//! `…/texts` of the deployment, of an organization and of an app: the texts of pages and messages,
//! and the form of each.

mod draft;
mod preview;
mod samples;

use std::fmt::Display;
use std::sync::Arc;

use doorward_admin::brands;
use doorward_console::apps::pages::{self as app_pages, SAVED};
use doorward_console::organizations::pages as organization_pages;
use doorward_console::system::pages as system_pages;
use doorward_console_ui::prelude::*;
use doorward_console_ui::routes::Routes;
use doorward_domain::model::{BrandOwner, OwnText, TextOwner};
use doorward_i18n::Lang;
use doorward_i18n::own_texts::{EditableText, TextAuthor, check_text, editable};
use doorward_services::own_brand;
use doorward_templates::console::QueryForm;
use doorward_templates::{Layout, Theme};

use self::draft::Draft;
use self::preview::Scene;
use self::samples::sample;
use crate::use_cases;

/// Path below that of an app, an organization or the system.
pub(crate) const BELOW: &str = "/texts";
pub(crate) const TITLE: &str = "own-texts";
const OF_DEPLOYMENT: &str = "/admin/system/texts";
const FIELD: &str = "text";
const REMOVED: &str = "own-text-removed";
/// Number of characters of a text in the list.
const SHOWN: usize = 80;

const FIND: Field = Field::line("q", "own-texts-find").optional();
const WHICH: Field = Field::choice(
    "shown",
    "own-texts-shown",
    &[("", "own-texts-all"), (CHANGED, "own-texts-changed")],
)
.optional();
const CHANGED: &str = "changed";

/// Steps of the form that show the text where users see it, and save nothing.
const PREVIEWS: [(&str, Theme); 2] = [
    ("preview-light", Theme::Light),
    ("preview-dark", Theme::Dark),
];

/// Adds the pages. Those of an app and of an organization come before theirs, whose last route takes any name.
pub(crate) fn configure(routes: &mut Routes<'_>) {
    for (object, access) in [
        ("/admin/system", system_pages::WRITE),
        ("/admin/organizations/{id}", organization_pages::WRITE_ALL),
        ("/admin/apps/{id}", app_pages::WRITE),
    ] {
        let path = format!("{object}{BELOW}");
        routes
            .page_for(&path, access, list)
            .form(&format!("{path}/{{lang}}/{{key}}"), access, edit)
            .form(&format!("{path}/{{lang}}/{{key}}/remove"), access, remove);
    }
}

/// The deployment, the organization or the app that a path names.
struct Place {
    owner: TextOwner,
    section: Section,
    /// Path of the list.
    list: String,
    app: Option<String>,
    /// Page of the object around the list and the form.
    page: Detail,
}

impl Place {
    async fn named(console: &Console<'_>) -> Result<Self, Stop> {
        let path = console.page.request.path();
        if path.starts_with(APPS) {
            let client = app_pages::editable(console).await?;
            return Ok(Self {
                page: app_pages::detail(console, &client, BELOW),
                section: Section::Apps,
                list: format!("{}{BELOW}", app(&client.id)),
                app: Some(client.name),
                owner: TextOwner::Client(client.id),
            });
        }
        if path.starts_with(ORGANIZATIONS) {
            let organization = organization_pages::named(console).await?;
            return Ok(Self {
                page: organization_pages::detail(console, &organization, BELOW),
                section: Section::Organizations,
                list: format!("{}{BELOW}", routes::organization(&organization.slug)),
                app: None,
                owner: TextOwner::Organization(organization.slug),
            });
        }
        Ok(Self {
            page: system_pages::detail(console, OF_DEPLOYMENT),
            section: Section::System,
            list: OF_DEPLOYMENT.to_owned(),
            app: None,
            owner: TextOwner::Deployment,
        })
    }

    fn list_of(&self, lang: Lang) -> String {
        filtered(&self.list, [("lang", lang.code())])
    }

    fn path_of(&self, lang: Lang, key: &str) -> String {
        format!("{}/{}/{}", self.list, lang.code(), encode(key))
    }

    /// Returns the values of the pages of a preview, with the stored brand.
    async fn scene(&self, console: &Console<'_>, lang: Lang, theme: Theme) -> Result<Scene, Stop> {
        let owner = match &self.owner {
            TextOwner::Deployment => None,
            TextOwner::Organization(slug) => Some(BrandOwner::Organization(slug.clone())),
            TextOwner::Client(id) => Some(BrandOwner::Client(id.clone())),
        };
        let core = &console.page.context.core;
        let brand = match owner {
            Some(owner) => {
                let own = brands::of_known(&console.context(), &owner).await?;
                Arc::new(own_brand::replaced(core.brand(), [&own]))
            }
            None => Arc::clone(core.brand()),
        };
        let app = self.app.clone();
        Ok(Scene {
            layout: Layout {
                lang,
                theme,
                brand,
                search_key: None,
                ..console.layout.clone()
            },
            app: app.unwrap_or_else(|| sample("app").to_owned()),
        })
    }
}

fn language(console: &Console<'_>, lang: Lang) -> EntryField {
    let choices = Lang::ALL.iter();
    let choices = choices.map(|lang| (lang.code().to_owned(), lang.native_name().to_owned()));
    let label = console.t("language");
    form::entry("lang", label, lang.code(), form::select(choices))
}

fn lang_of(code: &str) -> Result<Lang, Stop> {
    let lang = Lang::from_tag(code).filter(|lang| lang.code() == code);
    Ok(lang.ok_or(ErrorKind::NotFound)?)
}

/// The stored texts of a language: those of the owner, and those of the deployment below them.
struct Stored {
    own: Vec<OwnText>,
    deployment: Vec<OwnText>,
}

impl Stored {
    async fn read(console: &Console<'_>, owner: &TextOwner, lang: Lang) -> Result<Self, Stop> {
        let context = console.context();
        let deployment = if *owner == TextOwner::Deployment {
            Vec::new()
        } else {
            let found = use_cases::list(&context, &TextOwner::Deployment, lang).await;
            Console::read_optional(found)?.unwrap_or_default()
        };
        Ok(Self {
            own: use_cases::list(&context, owner, lang).await?,
            deployment,
        })
    }

    fn own(&self, key: &str) -> Option<&String> {
        find(&self.own, key)
    }

    /// Returns the text that users see.
    fn shown<'a>(&'a self, text: &'a EditableText) -> &'a str {
        let stored = self.own(text.key);
        let stored = stored.or_else(|| find(&self.deployment, text.key));
        stored.unwrap_or(&text.translation)
    }
}

fn find<'a>(texts: &'a [OwnText], key: &str) -> Option<&'a String> {
    let found = texts.iter().find(|own| own.key == key);
    found.map(|own| &own.text)
}

/// A text of a language, as the list shows it.
struct Row {
    key: &'static str,
    text: String,
    area: &'static str,
    is_own: bool,
}

impl Row {
    fn new(text: &EditableText, stored: &Stored) -> Self {
        Self {
            key: text.key,
            text: stored.shown(text).to_owned(),
            area: area(text.area),
            is_own: stored.own(text.key).is_some(),
        }
    }

    /// Returns true if the text or its key contains a part in lower case.
    fn contains(&self, part: &str) -> bool {
        self.key.contains(part) || self.text.to_lowercase().contains(part)
    }

    fn start(&self) -> String {
        let words: Vec<&str> = self.text.split_whitespace().collect();
        let words = words.join(" ");
        match words.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{}…", &words[..end]),
            None => words,
        }
    }
}

/// Returns the message of the area that a file of the catalogs belongs to.
fn area(file: &str) -> &'static str {
    match file {
        "credentials" | "email-code" | "passkey" | "providers" | "sign-in" | "trusted-device" => {
            "own-text-area-sign-in"
        }
        "mail" | "notice" | "personal-mail" => "own-text-area-mail",
        "error" => "own-text-area-error",
        "common" | "details" | "device" | "place" => "own-text-area-shared",
        _ => "own-text-area-account",
    }
}

/// Returns the message that names the administrators who may replace a text.
const fn author(author: TextAuthor) -> &'static str {
    match author {
        TextAuthor::Brand => "own-text-author-brand",
        TextAuthor::Admin | TextAuthor::Nobody => "own-text-author-admin",
    }
}

/// The text that a path names.
struct Chosen {
    lang: Lang,
    text: EditableText,
    stored: Stored,
}

impl Chosen {
    async fn named(console: &Console<'_>, place: &Place) -> Result<Self, Stop> {
        let lang = lang_of(&parameter(console.page, "lang"))?;
        let key = parameter(console.page, "key");
        let mut found = editable(lang, &key).into_iter();
        let text = found.find(|text| text.key == key);
        Ok(Self {
            lang,
            text: text.ok_or(ErrorKind::NotFound)?,
            stored: Stored::read(console, &place.owner, lang).await?,
        })
    }

    fn own(&self) -> Option<&String> {
        self.stored.own(self.text.key)
    }

    /// Returns the page of the owner around the form: the texts of the server, and the variables.
    fn around(&self, console: &Console<'_>, place: &Place) -> Result<Detail, Stop> {
        let (lang, text) = (self.lang, &self.text);
        let of_server = |lang: Lang, text: &str| {
            let (layout, key) = (&console.layout, "own-text-server");
            let label = layout.t_with(key, "language", lang.native_name());
            Fact::new(label, Value::Name(text.to_owned()))
        };
        let mut facts = vec![
            console.fact("own-text-key", Value::Code(text.key.to_owned())),
            console.fact("own-text-area", console.text(area(text.area))),
            console.fact("own-text-author", console.text(author(text.author))),
            of_server(Lang::En, &text.english),
        ];
        if lang != Lang::En {
            facts.push(of_server(lang, &text.translation));
        }
        let variables = console
            .table_of(
                "own-text-variables",
                &text.variables,
                "own-text-no-variables",
            )
            .column("own-text-variable", |name| {
                Value::Code(format!("{{ ${name} }}"))
            })
            .column("own-text-example", |name| {
                Value::Name(sample(name).to_owned())
            })
            .table();
        let remove = self.own().map(|_| {
            let path = format!("{}/remove", place.path_of(lang, text.key));
            console.link(path, "own-text-remove")
        });
        Ok(Detail {
            notice: console.notice(&[SAVED, REMOVED])?,
            facts,
            tables: vec![variables],
            actions: remove.into_iter().collect(),
            ..place.page.clone()
        })
    }
}

async fn list(console: &Console<'_>) -> Answer {
    let place = Place::named(console).await?;
    let cursor = Cursor::read(console, &["lang", "q", "shown"])?;
    let lang = match cursor.filter("lang") {
        "" => Lang::from_tag(console.layout.lang.code()).unwrap_or_default(),
        code => lang_of(code)?,
    };
    let (part, shown) = (cursor.filter("q").to_lowercase(), cursor.filter("shown"));
    let stored = Stored::read(console, &place.owner, lang).await?;
    let texts = editable(lang, "").into_iter();
    let mut rows: Vec<Row> = texts.map(|text| Row::new(&text, &stored)).collect();
    rows.retain(|row| row.contains(&part) && (shown != CHANGED || row.is_own));
    if let Some(last) = cursor.after() {
        let seen = rows.iter().position(|row| row.key == last);
        rows.drain(..seen.map_or(rows.len(), |at| at + 1));
    }
    let pager = cursor.cut(console, &mut rows, |row| row.key.to_owned());
    let state = |row: &Row| {
        if row.is_own {
            console.state_value(Tone::Good, "own-text-own")
        } else {
            Value::Text(String::new())
        }
    };
    let table = console
        .table_of("own-texts", &rows, "console-no-match")
        .column("own-text", |row| {
            Value::Link(Link::new(place.path_of(lang, row.key), row.start()))
        })
        .column("own-text-key", |row| Value::Code(row.key.to_owned()))
        .column("own-text-area", |row| console.text(row.area))
        .column("console-state", state)
        .table()
        .without_empty_columns();
    console.show(&Detail {
        lead: console.t("own-texts-lead"),
        query: Some(QueryForm {
            action: place.list,
            fields: vec![
                FIND.entry(console, cursor.filter("q")),
                language(console, lang),
                WHICH.entry(console, shown),
            ],
            submit: console.t("console-search"),
        }),
        tables: vec![table],
        pager,
        ..place.page
    })
}

async fn edit(visit: &Visit<'_>) -> Answer {
    let (console, typed) = (&visit.console, &visit.form);
    let place = Place::named(console).await?;
    let chosen = Chosen::named(console, &place).await?;
    let (lang, key) = (chosen.lang, chosen.text.key);
    let value = if visit.is_typed() {
        text(typed, FIELD)?.replace("\r\n", "\n")
    } else {
        chosen.stored.shown(&chosen.text).to_owned()
    };
    let field = EntryField {
        hint: console.t("own-text-hint"),
        ..form::entry(FIELD, console.t("own-text-own"), &value, FieldKind::Lines)
    };
    let messages = ["own-text-own", "console-save"];
    let view = EntryForm {
        object: key.to_owned(),
        page: Some(chosen.around(console, &place)?),
        previews: previews(console),
        ..form::view(
            console,
            place.section,
            messages,
            place.list_of(lang),
            vec![field],
        )
    };
    let form = Form::open(visit, view)?;
    form.offer(&[])?;
    if value.trim().is_empty() {
        return Err(form.reject((FIELD, "own-text-missing")));
    }
    let checked = check_text(key, &value);
    let checked =
        checked.map_err(|error| form.reject_text(Some(FIELD), invalid(console, error)))?;
    let step = text(typed, STEP)?;
    if let Some((_, theme)) = PREVIEWS.iter().find(|(name, _)| *name == step) {
        let scene = place.scene(console, lang, *theme).await?;
        let draft = Draft::new(lang, key, checked, &chosen.stored.own);
        return preview::show(console, &scene, &draft, place.page).await;
    }
    let context = visit.context();
    let set = Box::pin(use_cases::set(&context, &place.owner, lang, key, &checked)).await;
    let problem = |error: &AdminError| match error {
        AdminError::Invalid { problem, .. } => Some((Some(FIELD), invalid(console, problem))),
        _ => None,
    };
    form.settle_text(set, problem).await?;
    Ok(console.see_done(&place.path_of(lang, key), SAVED))
}

fn invalid(console: &Console<'_>, problem: impl Display) -> String {
    let layout = &console.layout;
    layout.t_with("own-text-invalid", "problem", problem)
}

fn previews(console: &Console<'_>) -> Vec<(&'static str, String)> {
    let button = |(step, theme): (&'static str, Theme)| {
        let layout = &console.layout;
        let scheme = layout.theme_name(&theme);
        let text = layout.t_with("own-text-preview", "scheme", scheme);
        (step, text)
    };
    PREVIEWS.map(button).into()
}

async fn remove(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let place = Place::named(console).await?;
    let chosen = Chosen::named(console, &place).await?;
    if chosen.own().is_none() {
        return Err(ErrorKind::NotFound.into());
    }
    let (lang, key) = (chosen.lang, chosen.text.key);
    let messages = Messages {
        question: "own-text-remove-question",
        text: "own-text-remove-text",
        submit: "own-text-remove",
        done: REMOVED,
    };
    let question = Question::new(place.section, messages, key, place.path_of(lang, key));
    let question = question.ask(visit)?;
    let removed = use_cases::remove(&visit.context(), &place.owner, lang, key).await;
    question.finish(visit, removed).await
}
