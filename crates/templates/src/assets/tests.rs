mod style;

use super::*;

#[test]
fn address_changes_with_content() {
    let one = Asset::new("app", "css", "text/css", b"a");
    let other = Asset::new("app", "css", "text/css", b"b");
    assert_ne!(one.url, other.url);
    assert_eq!(one.url, "/static/app.ca978112ca1b.css");
}
