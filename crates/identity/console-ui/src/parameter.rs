//! Parameters of paths.

use doorward_web::page::Page;

/// Returns a parameter of the path. The router leaves encoded what could be a separator.
pub fn parameter(page: &Page, name: &str) -> String {
    let raw = page.request.match_info().get(name).unwrap_or_default();
    if raw.contains('\0') {
        // PostgreSQL rejects it in a text, and no name contains it.
        return String::new();
    }
    [("%2F", "/"), ("%2B", "+"), ("%25", "%")]
        .iter()
        .fold(raw.to_owned(), |text, (code, letter)| {
            text.replace(code, letter)
        })
}
