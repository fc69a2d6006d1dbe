//! Features: what can be left out of the program. A feature is a crate that uses the ground (the crates of
//! `shared` and `identity`) and no other feature. It adds behavior and never a schema: tables, models,
//! statements, kinds of audit events and permissions stand in the ground
//! (decision 148).

use std::sync::{Arc, OnceLock};

use actix_web::web::ServiceConfig;
use doorward_accounts::password_source::{self, PasswordSource};
use doorward_admin::applications::{self, OtherApplications};
use doorward_admin::gate::{self, Gate};
use doorward_admin::kinds::{self, Kind};
use doorward_admin::operation::{Boxed, Entry};
use doorward_admin::operations;
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::responsibilities::{self, ResponsibilityKind};
use doorward_domain::feature_mail::{self, FeatureMail};
use doorward_domain::model::ClientKind;
use doorward_domain::time::UnixSeconds;
use doorward_i18n::feature_texts::{self, FeatureTexts};
use doorward_oauth::authorize::foreign::{self, Protocol};
use doorward_services::account_notes::{self, AccountNote};
use doorward_services::banners::{self, Banner};
use doorward_services::context::Context;
use doorward_services::error::ServerError;
use doorward_services::own_texts;
use doorward_store::repo::access_changes::{self, Writer};
use doorward_templates::Layout;
use doorward_templates::console::{Place, Section};
use doorward_web::account_link::ACCOUNT_LINKS;
use doorward_web::bar::{BARS, ReadBar};
use doorward_web::page::Page;
use doorward_web::page_support::{BeginVisits, VISITS};

use crate::access::Access;
use crate::equivalent::forms::FormEquivalent;
use crate::stop::Stop;

pub use doorward_web::account_link::AccountLink;

/// The parts that a feature adds. Those of [`Feature::NONE`] are empty.
#[derive(Debug)]
pub struct Feature {
    /// Name of the crate's cargo feature.
    pub name: &'static str,
    /// Kinds of objects that the command line manages, each with its help; `scim target` is below `scim`.
    pub commands: &'static [(&'static str, &'static str)],
    pub operations: &'static [&'static Entry],
    /// Adds the pages for users and those of the console.
    pub routes: fn(&mut ServiceConfig),
    pub links: &'static [SectionLink],
    pub object_pages: &'static [ObjectPage],
    /// Places of the navigation.
    pub places: &'static [FeaturePlace],
    /// The forms of the console that run operations.
    pub forms: &'static [FormEquivalent],
    /// Texts in all languages, whose keys begin with the name of what they are about.
    pub texts: Option<&'static FeatureTexts>,
    pub mails: &'static [FeatureMail],
    pub notes: &'static [AccountNote],
    /// Pages in the navigation of the account.
    pub account_links: &'static [AccountLink],
    /// Texts above the content of every page.
    pub banners: &'static [Banner],
    /// Bars above the pages of a session.
    pub bars: &'static [ReadBar],
    /// Objects that a user who leaves must give to another user.
    pub responsibilities: &'static [ResponsibilityKind],
    /// Functions that write beside a change of access, in its transaction.
    pub writers: &'static [Writer],
    /// Work that one server does each minute.
    pub steps: &'static [Step],
    pub checks: &'static [Check],
    /// Tasks of each server that run as long as it does.
    pub tasks: &'static [Task],
    /// End the requests that wait, when the server stops.
    pub stops: &'static [fn(&Context)],
    /// True if pages and messages show the stored own texts.
    pub shows_stored_texts: bool,
    /// Kinds of objects that files can describe.
    pub kinds: &'static [&'static Kind],
    /// Protocols of sign-ins beside OAuth.
    pub protocols: &'static [Protocol],
    /// Applications that its operations register.
    pub applications: &'static [OtherApplications],
    /// Visits of a browser to service providers after a sign-out.
    pub visits: &'static [BeginVisits],
    /// Checks of changes before they are committed.
    pub gates: &'static [Gate],
    /// Systems that give or get users, for one page with all of them.
    pub provisioning: &'static [Provisioning],
    /// Systems that check passwords.
    pub password_sources: &'static [PasswordSource],
    /// Marks the page of an object before it is shown.
    pub marks: Option<Mark>,
}

pub type Mark = for<'a> fn(&'a Page, &'a mut Layout) -> Boxed<'a, Result<(), Stop>>;

impl Feature {
    pub const NONE: Self = Self {
        name: "",
        commands: &[],
        operations: &[],
        routes: |_| {},
        links: &[],
        object_pages: &[],
        places: &[],
        forms: &[],
        texts: None,
        mails: &[],
        notes: &[],
        account_links: &[],
        banners: &[],
        bars: &[],
        responsibilities: &[],
        writers: &[],
        steps: &[],
        checks: &[],
        tasks: &[],
        stops: &[],
        shows_stored_texts: false,
        kinds: &[],
        protocols: &[],
        applications: &[],
        visits: &[],
        gates: &[],
        provisioning: &[],
        password_sources: &[],
        marks: None,
    };
}

/// A link to a page of a feature on the page of a section.
#[derive(Debug)]
pub struct SectionLink {
    pub section: Section,
    pub path: &'static str,
    /// Key of the text.
    pub text: &'static str,
    pub access: Access,
}

/// A page of a feature below that of each app, of each organization, of each user or of the system.
#[derive(Debug)]
pub struct ObjectPage {
    pub of: Section,
    /// Path below that of the object, such as `/texts`.
    pub below: &'static str,
    /// Key of the text.
    pub text: &'static str,
    pub access: Access,
    /// The kind of apps that have the page; `None` for all.
    pub kind: Option<ClientKind>,
}

/// A place of the navigation, after that of a section.
#[derive(Debug)]
pub struct FeaturePlace {
    pub after: Section,
    /// Path, which the pages below it begin with.
    pub path: &'static str,
    /// Key of the text.
    pub text: &'static str,
    /// Path data of the icon, on 24 × 24 units: one of `templates::console::icons`, or its own.
    pub icon: &'static str,
    pub access: Access,
}

/// A step of the cleanup.
#[derive(Debug)]
pub struct Step {
    /// Name in the log and in the metric of overdue steps.
    pub name: &'static str,
    /// Does what is due. Returns the number of changed objects.
    pub run: for<'a> fn(&'a Context) -> Boxed<'a, Result<u64, ServerError>>,
}

/// A task that runs until it is aborted at the end of the server.
#[derive(Debug)]
pub struct Task {
    /// Name in the log.
    pub name: &'static str,
    pub run: fn(Arc<Context>) -> Boxed<'static, ()>,
}

/// A check of `doorward doctor`.
#[derive(Debug)]
pub struct Check {
    /// Name of the part, at the beginning of the line.
    pub part: &'static str,
    pub run: for<'a, 'b> fn(&'a AdminContext<'b>) -> Boxed<'a, Result<Finding, AdminError>>,
}

/// Returns the systems that give or get users, with their last runs.
pub type Provisioning =
    for<'a, 'b> fn(&'a AdminContext<'b>) -> Boxed<'a, Result<Vec<ProvisioningRun>, AdminError>>;

/// The last run of a system that gives or gets users.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProvisioningRun {
    /// Key of the text of its kind.
    pub kind: &'static str,
    pub name: String,
    pub last_run: Option<UnixSeconds>,
    pub failure: Option<String>,
}

/// The result of a check.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Finding {
    Good(&'static str),
    Warning {
        seen: String,
        /// The action of the operator.
        remedy: &'static str,
    },
}

static INSTALLED: OnceLock<&'static [&'static Feature]> = OnceLock::new();

/// Adds features to the ground, unless that was done before. Call it before the first text is read and the
/// first command is parsed.
pub fn install(features: &'static [&'static Feature]) {
    INSTALLED.get_or_init(|| {
        let all = features.iter().copied();
        operations::ADDED.add(all.clone().map(|feature| feature.operations));
        feature_texts::ADDED.add(all.clone().filter_map(|feature| feature.texts));
        feature_mail::ADDED.add(all.clone().flat_map(|feature| feature.mails));
        account_notes::ADDED.add(all.clone().flat_map(|feature| feature.notes));
        ACCOUNT_LINKS.add(all.clone().flat_map(|feature| feature.account_links));
        kinds::ADDED.add(all.clone().flat_map(|feature| feature.kinds).copied());
        banners::ADDED.add(all.clone().flat_map(|feature| feature.banners).copied());
        BARS.add(all.clone().flat_map(|feature| feature.bars).copied());
        applications::ADDED.add(
            all.clone()
                .flat_map(|feature| feature.applications)
                .copied(),
        );
        VISITS.add(all.clone().flat_map(|feature| feature.visits).copied());
        foreign::ADDED.add(all.clone().flat_map(|feature| feature.protocols).copied());
        gate::ADDED.add(all.clone().flat_map(|feature| feature.gates).copied());
        let sources = all.clone().flat_map(|feature| feature.password_sources);
        password_source::ADDED.add(sources.copied());
        access_changes::ADDED.add(all.clone().flat_map(|feature| feature.writers).copied());
        if all.clone().any(|feature| feature.shows_stored_texts) {
            own_texts::show_stored();
        }
        responsibilities::ADDED.add(all.flat_map(|feature| feature.responsibilities));
        features
    });
}

/// Returns the installed features.
pub fn installed() -> &'static [&'static Feature] {
    INSTALLED.get().copied().unwrap_or_default()
}

/// Lets the installed features mark the page of an object.
pub(crate) async fn mark(page: &Page, layout: &mut Layout) -> Result<(), Stop> {
    for mark in installed().iter().filter_map(|feature| feature.marks) {
        mark(page, layout).await?;
    }
    Ok(())
}

/// Returns the pages of the installed features below that of an object.
pub fn object_pages(of: Section) -> impl Iterator<Item = &'static ObjectPage> {
    let pages = installed().iter().flat_map(|feature| feature.object_pages);
    pages.filter(move |page| page.of == of)
}

/// Returns the places of the installed features.
pub fn places() -> impl Iterator<Item = (&'static FeaturePlace, Place)> {
    let places = installed().iter().flat_map(|feature| feature.places);
    places.map(|place| {
        let shown = Place {
            path: place.path,
            key: place.text,
            icon: place.icon,
            starts_group: false,
        };
        (place, shown)
    })
}
