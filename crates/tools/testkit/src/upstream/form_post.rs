//! A page that posts the response (OAuth 2.0 Form Post Response Mode).

use super::Reply;

/// Returns a page whose form submits itself to the other site, as Apple does.
pub(super) fn form_post(action: &str, pairs: &[(&str, String)]) -> Reply {
    let field = |(name, value): &(&str, String)| {
        format!("<input type=hidden name=\"{name}\" value=\"{value}\">")
    };
    let fields: Vec<String> = pairs.iter().map(field).collect();
    let fields = fields.concat();
    Reply {
        status: "200 OK",
        headers: "Content-Type: text/html\r\n".to_owned(),
        body: format!(
            "<title>Upstream</title><form id=post method=post action=\"{action}\">{fields}\
             <button>Go</button></form><script>document.forms[0].submit()</script>"
        ),
    }
}
