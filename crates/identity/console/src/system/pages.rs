//! The sub-pages of `/admin/system`, which link to each other.

use doorward_admin::system;
use doorward_console_ui::prelude::*;

pub const HOME: &str = "/admin/system";
pub(crate) const JOBS: &str = "/admin/system/jobs";
pub(crate) const FAILED_JOBS: &str = "/admin/system/jobs?state=failed";
pub(crate) const RETRY_FAILED_JOBS: &str = "/admin/system/jobs/retry";
pub(crate) const LOCKOUTS: &str = "/admin/system/lockouts";
pub(crate) const PROVISIONING: &str = "/admin/system/provisioning";
pub(crate) const CONFIGURATION: &str = "/admin/system/configuration";
pub(crate) const SETUP: &str = "/admin/setup";

pub(crate) const READ: Access = Access::Global("system:read");
pub const WRITE: Access = Access::Global("system:write");

pub(crate) const SEND_TEST_MAIL: Messages = Messages {
    question: "console-test-mail-question",
    text: "console-test-mail-text",
    submit: "console-test-mail",
    done: "console-test-mail-sent",
};

/// The sub-pages with the message of their name and the permission that they require.
const PAGES: [(&str, &str, Access); 6] = [
    (HOME, "console-system", READ),
    (JOBS, "console-jobs", READ),
    (LOCKOUTS, "console-lockouts", Access::Global("users:read")),
    (PROVISIONING, "console-provisioning", Access::Admin),
    (CONFIGURATION, "console-configuration", READ),
    (SETUP, "console-setup", READ),
];

/// Returns the sub-page with this path without its content.
pub fn detail(console: &Console<'_>, path: &str) -> Detail {
    let is_root = path == HOME;
    let ground = PAGES.iter();
    let ground = ground.map(|&(page, key, access)| (page.to_owned(), key, access));
    let added = feature::object_pages(Section::System);
    let added = added.map(|page| (format!("{HOME}{}", page.below), page.text, page.access));
    let all: Vec<(String, &str, Access)> = ground.chain(added).collect();
    let name = all.iter().find(|(page, ..)| page == path);
    let heading = name.map_or_else(String::new, |(_, key, _)| console.t(key));
    let shown = all.iter().filter(|(.., access)| console.has(*access));
    let pages = shown.map(|(page, key, _)| (console.link(page, key), page == path));
    Detail {
        frame: console.frame(Section::System, is_root),
        pages: pages.collect(),
        ..console.object(Section::System, heading)
    }
}

pub(crate) async fn send_test_mail(visit: &Visit<'_>, back: &str) -> Answer {
    let question = Question::new(Section::System, SEND_TEST_MAIL, "", back);
    let question = question.ask(visit)?;
    let sent = system::send_test_mail(&visit.context(), None).await;
    question.finish(visit, sent).await
}
