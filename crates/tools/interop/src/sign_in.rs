//! Signs a user in to a program by its own pages, and out again.

use doorward_user_agent::{Form, Page, UserAgent};

use crate::doorward::{Doorward, USER, User};
use crate::failure::Failure;
use crate::programs::SignIn;

/// Maximum number of forms between the program's login path and its home page.
const MAX_FORMS: usize = 6;
const LOGIN_FORM: &str = "form:has([name=identifier]):has([name=password])";

/// A browser at one program.
pub struct Visit<'a> {
    /// Browser.
    pub agent: UserAgent,
    /// User who signs in.
    pub user: &'static User,
    doorward: &'a Doorward,
    base: &'a str,
}

/// Signs in, checks the home page, signs out, and checks again.
///
/// # Errors
///
/// Returns the failed step, with the page it ended at.
pub async fn check(doorward: &Doorward, base: &str, paths: &SignIn) -> Result<(), Failure> {
    let visit = Visit::new(doorward, base);
    let page = visit.submit_forms(paths.login).await?;
    if !visit.is_at_program(&page) || page.status >= 400 {
        return Err(failed("sign-in", &page));
    }
    let home = visit.home(paths.home).await;
    let mut shown = vec![USER.name, USER.email];
    if paths.shows_groups {
        shown.push(USER.group);
    }
    for word in shown {
        if !home.text().contains(word) {
            return Err(failed(&format!("home page without {word:?}"), &home));
        }
    }

    let page = visit.submit_forms(paths.logout).await?;
    if page.status >= 400 {
        return Err(failed("sign-out", &page));
    }
    let home = visit.home(paths.home).await;
    let text = home.text();
    if [USER.name, USER.email]
        .iter()
        .any(|word| text.contains(word))
    {
        return Err(failed(
            "home page after sign-out still shows the user",
            &home,
        ));
    }
    let Some(after_logout) = paths.after_logout else {
        return Ok(());
    };
    if !page
        .url
        .as_str()
        .starts_with(&format!("{base}{after_logout}"))
    {
        return Err(failed(
            &format!("sign-out does not end at {after_logout}"),
            &page,
        ));
    }
    let page = visit.open(paths.login).await?;
    if !asks_for_password(&page) {
        return Err(failed(
            "the session at Doorward lives on after sign-out",
            &page,
        ));
    }
    Ok(())
}

impl<'a> Visit<'a> {
    /// Opens a browser without cookies, which accepts the certificate of Doorward.
    pub fn new(doorward: &'a Doorward, base: &'a str) -> Self {
        Self::with_agent(doorward, base, doorward.browser())
    }

    /// Opens this browser.
    pub const fn with_agent(doorward: &'a Doorward, base: &'a str, agent: UserAgent) -> Self {
        Self {
            agent,
            user: &USER,
            doorward,
            base,
        }
    }

    /// Returns the URL of a path of the program.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Opens a path of the program and follows redirects.
    pub async fn get(&self, path: &str) -> Page {
        let page = self.agent.get(self.url(path)).await;
        self.agent.follow(page, "").await
    }

    /// Requests a path of the program with its own access token.
    pub async fn get_with(&self, path: &str, token: &str) -> Page {
        let request = self.agent.http().get(self.url(path));
        self.agent.send(request.bearer_auth(token)).await
    }

    /// Opens a path of Doorward.
    pub async fn get_at_doorward(&self, path: &str) -> Page {
        let url = format!("{}{path}", self.doorward.issuer);
        self.agent.get(url).await
    }

    /// Opens a path of the program and submits every form on the way, until none is left.
    ///
    /// # Errors
    ///
    /// Returns an error if there are too many.
    pub async fn submit_forms(&self, path: &str) -> Result<Page, Failure> {
        let page = self.open(path).await?;
        self.continue_from(page).await
    }

    /// Submits the forms of Doorward's pages, until none is left.
    ///
    /// # Errors
    ///
    /// Returns an error if there are too many.
    pub async fn continue_from(&self, mut page: Page) -> Result<Page, Failure> {
        for _ in 0..MAX_FORMS {
            let form = if self.is_at_program(&page) {
                None
            } else {
                doorward_form(&page, self.user.username, self.user.password)
            };
            let Some(form) = form else {
                return Ok(page);
            };
            page = self.send(&form).await;
        }
        Err(failed("too many forms", &page))
    }

    /// Opens a path of the program, and submits its confirmation form, if any.
    async fn open(&self, path: &str) -> Result<Page, Failure> {
        let page = self.agent.get(format!("{}{path}", self.base)).await;
        let page = self.agent.follow(page, "").await;
        if !self.is_at_program(&page) {
            return Ok(page);
        }
        match page.find_form("form[method=post i]") {
            Some(form) => Ok(self.send(&form).await),
            None => Ok(page),
        }
    }

    /// Returns the home page, or the program's redirect to Doorward.
    async fn home(&self, path: &str) -> Page {
        let page = self.agent.get(format!("{}{path}", self.base)).await;
        self.agent.follow(page, &self.doorward.issuer).await
    }

    async fn send(&self, form: &Form) -> Page {
        let page = self.agent.submit(form).await;
        self.agent.follow(page, "").await
    }

    /// Returns true for a page that is not one of Doorward's.
    pub fn is_at_program(&self, page: &Page) -> bool {
        !page.url.as_str().starts_with(&self.doorward.issuer)
    }
}

/// Returns true for the sign-in page of Doorward.
pub fn asks_for_password(page: &Page) -> bool {
    page.find_form(LOGIN_FORM).is_some()
}

/// Fills in the form of one of Doorward's pages: sign-in, consent or sign-out.
pub fn doorward_form(page: &Page, username: &str, password: &str) -> Option<Form> {
    if let Some(form) = page.find_form(LOGIN_FORM) {
        let form = form.with("identifier", username);
        return Some(form.with("password", password));
    }
    if page.has("[name=decision]") {
        return Some(page.press("[name=decision][value=allow]"));
    }
    if page.has("form#logout") {
        return Some(page.press("form#logout [name=confirm]"));
    }
    page.find_form("form[data-autosubmit]")
}

/// Describes a step that failed, with the text of the page.
pub fn failed(step: &str, page: &Page) -> Failure {
    let names = page.texts_of("body").join(" ");
    let names: String = names.chars().take(400).collect();
    let path = page.url.as_str();
    let path = path.split('?').next().unwrap_or(path);
    format!("{step}: {} at {path}: {names}", page.status)
}
