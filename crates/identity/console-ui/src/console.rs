//! The administrator of a request: their session, their authority, and the frame of their pages.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use doorward_admin::authority::Authority;
use doorward_admin::change_reason::ChangeReason;
use doorward_admin::decisions;
use doorward_admin::operator::{AdminContext, AdminError, MAX_COUNT};
use doorward_admin::users;
use doorward_domain::boxed;
use doorward_domain::model::{SessionId, UserId};
use doorward_domain::time::UnixSeconds;
use doorward_protocol::params::Params;
use doorward_rules::delegation::{DelegationDenial, DelegationRule};
use doorward_services::error::ServerError;
use doorward_services::factors::Factors;
use doorward_services::signed_in::SignedIn;
use doorward_templates::console::{
    Confirmation, Detail, Frame, Link, List, Notice, Place, Section, Table, Value,
};
use doorward_templates::{ErrorKind, Layout};
use doorward_web::cookies::{self, CookieName};
use doorward_web::csrf;
use doorward_web::organization;
use doorward_web::page::{Page, PageError};
use doorward_web::page_support::chip;

pub use crate::access::Access;
use crate::feature;
use crate::guides;
use crate::kept_form;
use crate::stop::{Answer, Stop};

/// Maximum number of organizations to choose from.
const ORGANIZATIONS: usize = 100;

/// Returns the organizations from which an administrator without rights in the whole deployment chooses
/// one; empty without a choice.
fn organizations(all: &[Authority]) -> Vec<String> {
    let all = all.iter().take(ORGANIZATIONS);
    let slugs: Option<Vec<String>> = all.map(|found| found.org.clone()).collect();
    slugs.filter(|slugs| slugs.len() > 1).unwrap_or_default()
}

/// An authenticated administrator, with the page that they request.
pub struct Console<'p> {
    pub page: &'p Page,
    pub layout: Layout,
    signed_in: SignedIn,
    factors: Factors,
    authority: Authority,
    /// Organizations of an administrator of several ones; otherwise empty.
    organizations: Vec<String>,
}

impl<'p> Console<'p> {
    /// Authenticates the administrator of a page. Redirects to the sign-in without a session; for a
    /// user without any rights the page does not exist.
    pub async fn open(page: &'p Page) -> Result<Self, Stop> {
        let path = page.request.path();
        let (signed_in, factors) = page.account_holder_with_factors(path).await?;
        let org = organization::named(&page.request, None).map_err(|_| ErrorKind::NotFound)?;
        let core = &page.context.core;
        let found = Authority::all_in_console(core, signed_in.user.id, org.as_deref()).await;
        let mut all = found.map_err(ServerError::from)?;
        let organizations = organizations(&all);
        let wanted = cookies::value(&page.request, core, CookieName::ConsoleOrganization);
        let chosen = all.iter().position(|found| found.org == wanted);
        let chosen = chosen.filter(|_| !organizations.is_empty());
        let place = chosen.unwrap_or_default();
        let authority = (place < all.len()).then(|| all.swap_remove(place));
        let mut console = Self {
            page,
            layout: page.layout(),
            signed_in,
            factors,
            authority: authority.ok_or(PageError::Because(
                ErrorKind::NotFound,
                "the user has no permission for the console",
            ))?,
            organizations,
        };
        let has_search = console.frame(Section::Home, true).has_search();
        console.layout.search_key = has_search.then(|| page.has_search_key());
        Ok(console)
    }

    pub async fn open_for(page: &'p Page, access: Access) -> Result<Self, Stop> {
        let console = Self::open(page).await?;
        access.check(&console.context())?;
        Ok(console)
    }

    /// Opens the console for a change: also requires an authentication within the last 15 minutes with
    /// every factor of the account (ASVS 5.0 §7.5.3). Otherwise keeps the form, and redirects to the
    /// sign-in and back to this page. A denial is recorded.
    pub async fn open_for_change(
        page: &'p Page,
        access: Access,
        form: &Params,
    ) -> Result<Self, Stop> {
        let console = Self::open(page).await?;
        if !console.is_fresh() {
            kept_form::keep(page, console.session(), form).await?;
            return Err(sign_in(page.request.path()));
        }
        console.require(access.check(&console.context())).await?;
        Ok(console)
    }

    pub fn is_fresh(&self) -> bool {
        self.factors.is_fresh(&self.page.context, &self.signed_in)
    }

    /// Requires a recent authentication for a file, which only the pages of this site may request: its download is
    /// recorded. Otherwise redirects to the list.
    pub fn require_own_file(&self, list: &str) -> Result<(), Stop> {
        if csrf::is_cross_site(&self.page.request) {
            return Err(PageError::Redirect(list.to_owned()).into());
        }
        if self.is_fresh() {
            return Ok(());
        }
        Err(sign_in(list))
    }

    pub fn context(&self) -> AdminContext<'_> {
        let caller = self.page.caller().clone();
        AdminContext {
            is_console: true,
            ..AdminContext::of_server(&self.page.context, self.authority.clone(), caller)
        }
    }

    /// Returns the same context for a change of the version that the form was made for, with the
    /// reason that it gives.
    pub fn context_with_version(&self, form: &Params) -> AdminContext<'_> {
        let [seen, reason] = ["version", "reason"].map(|name| form.optional(name).ok().flatten());
        AdminContext {
            seen: seen.map(|version| format!("\"{version}\"")),
            reason: reason.and_then(|reason| ChangeReason::parse(reason).ok()),
            ..self.context()
        }
    }

    pub fn now(&self) -> UnixSeconds {
        self.page.context.core.now()
    }

    /// Returns the organization to which the administrator is confined.
    pub fn org(&self) -> Option<&str> {
        self.authority.org.as_deref()
    }

    pub fn is(&self, id: &str) -> bool {
        self.authority.id == id
    }

    pub const fn session(&self) -> SessionId {
        self.signed_in.session.id
    }

    pub fn id(&self) -> &str {
        &self.authority.id
    }

    pub const fn has_passkey(&self) -> bool {
        self.factors.has_passkey()
    }

    /// Returns the user whom an administrator names. Without the right to see users only an ID names one.
    #[boxed(?Send)]
    pub async fn find_user(&self, typed: &str) -> Result<Option<UserId>, Stop> {
        match users::find(&self.context(), typed).await {
            Err(AdminError::Denied(_)) => Ok(UserId::parse(typed)),
            found => Ok(found?.map(|user| user.id)),
        }
    }

    /// Returns the links of features on the page of a section, which the administrator may open.
    pub fn feature_links(&self, section: Section) -> impl Iterator<Item = Link> + '_ {
        let links = feature::installed()
            .iter()
            .flat_map(|feature| feature.links);
        let links = links.filter(move |link| link.section == section);
        let links = links.filter(|link| self.has(link.access));
        links.map(|link| self.link(link.path, link.text))
    }

    pub fn has(&self, access: Access) -> bool {
        access.check(&self.context()).is_ok()
    }

    /// Returns true if the administrator has a permission, perhaps only in one organization.
    pub fn may(&self, permission: &'static str) -> bool {
        self.has(Access::Scoped(permission))
    }

    /// Returns true if the administrator has a permission for the whole deployment.
    pub fn may_globally(&self, permission: &'static str) -> bool {
        self.has(Access::Global(permission))
    }

    fn may_open(&self, section: Section) -> bool {
        self.has(match section {
            Section::Home => Access::Any,
            Section::People => Access::Scoped("users:read"),
            Section::Groups => Access::Scoped("groups:read"),
            Section::Organizations => Access::Scoped("organizations:read"),
            Section::Roles | Section::Assignments => Access::Scoped("roles:read"),
            Section::Apps => Access::Global("clients:read"),
            Section::Providers => Access::Global("providers:read"),
            Section::ApiAccess => Access::Global("users:read"),
            Section::Definitions => {
                let permissions = ["clients:read", "roles:read", "users:read"];
                return permissions.into_iter().any(|name| self.may_globally(name));
            }
            Section::Sessions => Access::Global("sessions:read"),
            Section::SignIns => Access::Global("audit:read"),
            Section::Audit => Access::Scoped("audit:read"),
            Section::Keys => Access::Global("keys:read"),
            Section::Streams | Section::System => Access::Global("system:read"),
        })
    }

    /// Returns the frame of a page in this section. `is_root` is true for the section's own page.
    pub fn frame(&self, current: Section, is_root: bool) -> Frame {
        let path = self.page.request.path();
        let places = self.places();
        let mut own = feature::places();
        let within = own.find(|(_, place)| place.contains(path));
        let core = &self.page.context.core;
        let host = core.config.issuer.split("://").last();
        Frame {
            places,
            current,
            within: within.map(|(_, place)| place.path),
            is_root: within.map_or(is_root, |(_, place)| place.path == path),
            account: chip(&self.signed_in.user),
            guide: guides::about(path),
            host: host.unwrap_or_default().to_owned(),
            stage: core.config.stage(),
            org: self.authority.org.clone(),
            orgs: self.organizations.clone(),
            query: None,
        }
    }

    /// Returns the places of the navigation that the administrator may open: the sections, each with
    /// those of features after it.
    pub fn places(&self) -> Vec<Place> {
        let mut places = Vec::new();
        for section in Section::ALL {
            let own = self.may_open(section).then(|| Place::from(section));
            places.extend(own);
            let others = feature::places().filter(|(place, _)| place.after == section);
            let others = others.filter(|(place, _)| self.has(place.access));
            places.extend(others.map(|(_, place)| place));
        }
        places
    }

    /// Returns the list of this section without its rows.
    pub fn list(&self, section: Section, heading: &str) -> List {
        List {
            frame: self.frame(section, true),
            heading: self.t(heading),
            now: self.now(),
            layout: self.layout.clone(),
            ..List::default()
        }
    }

    /// Returns a list below that of this section, without its rows.
    pub fn list_below(&self, section: Section, heading: &str) -> List {
        List {
            frame: self.frame(section, false),
            back: Some(Link::new(section.path(), self.t(section.key()))),
            ..self.list(section, heading)
        }
    }

    /// Returns the details of an object in this section without its facts.
    pub fn detail(&self, section: Section, back: Link, heading: String) -> Detail {
        Detail {
            frame: self.frame(section, false),
            back,
            heading,
            now: self.now(),
            layout: self.layout.clone(),
            ..Detail::default()
        }
    }

    pub fn object(&self, section: Section, heading: impl Into<String>) -> Detail {
        let back = Link::new(section.path(), self.t(section.key()));
        self.detail(section, back, heading.into())
    }

    /// Returns a question in this section without its consequences. Its form leads to the present path.
    pub fn confirmation(&self, section: Section, question: &str, back: String) -> Confirmation {
        Confirmation {
            frame: self.frame(section, false),
            question: self.t(question),
            action: self.page.request.path().to_owned(),
            back,
            now: self.now(),
            layout: self.layout.clone(),
            ..Confirmation::default()
        }
    }

    pub fn table(
        &self,
        caption: &str,
        columns: &[&str],
        rows: Vec<Vec<Value>>,
        empty: &str,
    ) -> Table {
        Table {
            caption: self.t(caption),
            columns: columns.iter().map(|key| self.t(key)).collect(),
            rows,
            empty: self.t(empty),
            sorted: None,
            is_cards: false,
            orders: Vec::new(),
        }
    }

    pub fn show(&self, view: &impl Template) -> Answer {
        Ok(self.page.html(StatusCode::OK, view))
    }

    pub fn see_done(&self, path: &str, done: &str) -> HttpResponse {
        self.page.see_other(&format!("{path}?done={done}"))
    }

    pub fn t(&self, key: &str) -> String {
        self.layout.t(key)
    }

    /// Returns the text of a count, which is at most [`MAX_COUNT`].
    pub fn count(&self, count: u64) -> String {
        match i64::try_from(count) {
            Ok(number) if count < MAX_COUNT => self.layout.lang.number(number),
            _ => self.t("console-many"),
        }
    }

    /// Returns the notice that the parameter `done` names, if it is one of `known`.
    pub fn notice(&self, known: &[&str]) -> Result<Option<Notice>, Stop> {
        let params = self.page.query()?;
        let done = params.optional("done").map_err(|_| ErrorKind::BadRequest)?;
        let key = known.iter().find(|key| Some(**key) == done);
        Ok(key.map(|key| Notice {
            text: self.t(key),
            is_error: false,
        }))
    }

    /// Returns the result of reading; `None` for an object out of reach, and for one that the
    /// administrator may not read.
    pub fn read_optional<T>(result: Result<T, AdminError>) -> Result<Option<T>, Stop> {
        match result {
            Err(AdminError::NotFound { .. } | AdminError::Denied(_)) => Ok(None),
            result => Ok(Some(result?)),
        }
    }

    /// Requires a permission for a change. A denial is recorded, as in the API.
    #[boxed(?Send)]
    pub async fn require(&self, result: Result<(), AdminError>) -> Result<(), Stop> {
        if let Err(AdminError::Denied(denial)) = &result {
            self.record(denial).await?;
        }
        Ok(result?)
    }

    /// Returns the result of a change, or the reason for the administrator why it failed. A denial
    /// is recorded, as in the API.
    pub async fn change<T>(
        &self,
        result: Result<T, AdminError>,
    ) -> Result<Result<T, String>, Stop> {
        let changed = self.check(result).await?;
        if changed.is_ok() {
            self.note_change();
        }
        Ok(changed)
    }

    /// Clears the caches of the objects that administrators change.
    pub(crate) fn note_change(&self) {
        self.page.context.directory.clear_administered();
    }

    /// Returns the result of a check like [`Self::change`]; what is cached stays, because nothing changed.
    pub async fn check<T>(&self, result: Result<T, AdminError>) -> Result<Result<T, String>, Stop> {
        let error = match result {
            Ok(value) => return Ok(Ok(value)),
            Err(error) => error,
        };
        let key = match &error {
            AdminError::NotFound { .. } => return Err(ErrorKind::NotFound.into()),
            AdminError::Denied(denial) => {
                self.record(denial).await?;
                denial_key(denial.rule).ok_or(ErrorKind::NotFound)?
            }
            AdminError::Changed => "console-changed",
            AdminError::NoChange(_) => "console-no-change",
            AdminError::LastHolder(_) => "console-last",
            AdminError::OnlySignInMethod => "console-only-sign-in",
            AdminError::MailDisabled => "console-no-mail",
            AdminError::TooMany(_) => "console-too-many",
            AdminError::Taken { .. } => "console-taken",
            AdminError::Invalid { .. } => "console-invalid",
            AdminError::Overtaken => "console-running",
            AdminError::Waiting(_) => "console-waiting",
            AdminError::Managed(file) => {
                return Ok(Err(self.layout.t_with("console-managed", "file", file)));
            }
            _ => return Err(error.into()),
        };
        Ok(Err(self.t(key)))
    }

    async fn record(&self, denial: &DelegationDenial) -> Result<(), Stop> {
        let request = &self.page.request;
        let path = request.match_pattern().unwrap_or_default();
        let attempt = format!("{} {path}", request.method());
        decisions::deny(&self.context(), denial, &attempt).await?;
        Ok(())
    }
}

/// Redirects to the sign-in, and then to this path.
fn sign_in(path: &str) -> Stop {
    PageError::Redirect(format!("/login?next={path}")).into()
}

/// Returns the message for a denied change; `None` if the page does not exist without the
/// permission.
const fn denial_key(rule: DelegationRule) -> Option<&'static str> {
    match rule {
        DelegationRule::NeedsPermission
        | DelegationRule::NeedsScope
        | DelegationRule::NeedsEveryOrganization => None,
        DelegationRule::MoreThanHeld => Some("console-denied-more"),
        DelegationRule::LongerThanHeld => Some("console-denied-longer"),
        DelegationRule::NotToOneself => Some("console-denied-oneself"),
        DelegationRule::MorePowerful => Some("console-denied-powerful"),
        DelegationRule::UnderReview => Some("console-denied-under-review"),
        DelegationRule::OwnersOnly => Some("console-denied-owners"),
        DelegationRule::AdministratorsOnly => Some("console-denied-administrators"),
    }
}
