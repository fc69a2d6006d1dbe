//! `/admin/support-code`: opens the page of the user who reads out a support code.

use doorward_admin::support_codes;
use doorward_domain::credentials::support_code::SupportCode;

use doorward_console_ui::prelude::*;

pub(crate) const PATH: &str = "/admin/support-code";
const CODE: &str = "code";

/// Returns the path of the page for a text in a search that can be a code; `None` for any other
/// text, and without the permission.
pub(crate) fn path(console: &Console<'_>, typed: &str) -> Option<String> {
    let code = SupportCode::parse(typed).filter(|_| console.may("users:read"))?;
    Some(filtered(PATH, [(CODE, code.to_groups().as_str())]))
}

pub(crate) fn link(console: &Console<'_>, typed: &str) -> Option<Link> {
    Some(console.link(path(console, typed)?, "console-support-code"))
}

pub(crate) async fn open(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    // A search leads to the page with the code in its URL.
    let code = if visit.is_typed() {
        text(&visit.form, CODE)?.to_owned()
    } else {
        text(&console.page.query()?, CODE)?.to_owned()
    };
    let field = Field::line(CODE, "console-support-code-label").hint("console-support-code-hint");
    let messages = ["console-support-code", "console-support-code-open"];
    let fields = vec![field.entry(console, &code)];
    let mut view = form::view(console, Section::People, messages, PEOPLE, fields);
    // The code is no part of the page that the language forms return to.
    PATH.clone_into(&mut view.layout.return_to);
    let form = Form::open(visit, view)?;
    form.offer(&[])?;
    match support_codes::open(&console.context(), &code).await {
        Err(AdminError::NotFound { .. }) => Err(form.reject((CODE, "console-support-code-wrong"))),
        Err(AdminError::TooMany(consumed)) => Err(console.page.too_many(consumed).into()),
        found => {
            let user = routes::user(found?);
            Ok(console.see_done(&user, "opened"))
        }
    }
}
