//! Style sheet, script and icon: compiled in, and named by the hash of their content.

pub mod logos;

use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};

/// An embedded file with its URL.
#[derive(Debug)]
pub(super) struct Asset {
    pub(super) url: String,
    content_type: &'static str,
    body: &'static [u8],
}

impl Asset {
    fn new(stem: &str, extension: &str, content_type: &'static str, body: &'static [u8]) -> Self {
        // 48 bits suffice: only a collision between two releases of the same file matters.
        let digest = Sha256::digest(body);
        let hash = digest
            .iter()
            .take(6)
            .fold(0_u64, |hash, byte| hash << 8 | u64::from(*byte));
        Self {
            url: format!("/static/{stem}.{hash:012x}.{extension}"),
            content_type,
            body,
        }
    }
}

static CSS: LazyLock<Asset> = LazyLock::new(|| {
    let body = include_bytes!("../../../../static/app.css");
    Asset::new("app", "css", "text/css; charset=utf-8", body)
});
/// The script of all pages, which loads that of passkeys by its URL.
pub(super) static JS: LazyLock<Asset> = LazyLock::new(|| {
    loading(
        include_str!("../../../../static/app.js"),
        "app",
        &PASSKEY_JS,
    )
});
static PASSKEY_JS: LazyLock<Asset> = LazyLock::new(|| {
    let body = include_bytes!("../../../../static/passkey.js");
    Asset::new("passkey", "js", "text/javascript; charset=utf-8", body)
});
pub(super) static CONSOLE_CSS: LazyLock<Asset> = LazyLock::new(|| {
    let body = include_bytes!("../../../../static/console.css");
    Asset::new("console", "css", "text/css; charset=utf-8", body)
});
/// The script of the console, which loads that of the pickers by its URL.
pub(super) static CONSOLE_JS: LazyLock<Asset> = LazyLock::new(|| {
    let body = include_str!("../../../../static/console.js");
    loading(body, "console", &PICK_JS)
});
static PICK_JS: LazyLock<Asset> = LazyLock::new(|| {
    let body = include_bytes!("../../../../static/pick.js");
    Asset::new("pick", "js", "text/javascript; charset=utf-8", body)
});
pub(super) static ICON: LazyLock<Asset> = LazyLock::new(|| {
    let body = include_bytes!("../../../../static/favicon.svg");
    Asset::new("favicon", "svg", "image/svg+xml", body)
});

/// Returns a script that loads another one by its URL.
fn loading(body: &str, stem: &str, other: &Asset) -> Asset {
    let name = other.url.split('.').next().unwrap_or_default();
    let body = body.replace(&format!("{name}.js"), &other.url).leak();
    let kind = "text/javascript; charset=utf-8";
    Asset::new(stem, "js", kind, body.as_bytes())
}

/// Returns the URL of the style sheet: `/static/app.<hash>.css`.
pub fn css_url() -> &'static str {
    &CSS.url
}

/// Returns all files: URL, content type and content.
pub fn all() -> [(&'static str, &'static str, &'static [u8]); 7] {
    [
        &*CSS,
        &*JS,
        &*ICON,
        &*CONSOLE_CSS,
        &*CONSOLE_JS,
        &*PICK_JS,
        &*PASSKEY_JS,
    ]
    .map(|asset| (asset.url.as_str(), asset.content_type, asset.body))
}

#[cfg(test)]
mod tests;
