use std::path::Path;

use super::{joined, place, relative};

#[test]
fn links_follow_pages_into_book() {
    for (page, link, expected) in [
        (
            "docs/guides/quickstart.md",
            "console.md",
            "../guides/console.md",
        ),
        (
            "docs/guides/quickstart.md",
            "connect/README.md",
            "../guides/connect/index.md",
        ),
        (
            "docs/guides/quickstart.md",
            "../../../README.md",
            "../repository/index.md",
        ),
        (
            "docs/guides/quickstart.md",
            "../images/a.png",
            "../images/a.png",
        ),
        (
            "docs/SUMMARY.md",
            "../deploy/README.md",
            "repository/deploy/index.md",
        ),
        (
            "docs/README.md",
            "guides/quickstart.md",
            "guides/quickstart.md",
        ),
        (
            "deploy/README.md",
            "nginx.conf",
            "../../repository/deploy/nginx.conf",
        ),
        ("README.md", "docs/README.md", "../index.md"),
    ] {
        let page = Path::new(page);
        let written = relative(page, &place(&joined(page, link)));
        assert_eq!(written, expected, "{} {link}", page.display());
    }
}
