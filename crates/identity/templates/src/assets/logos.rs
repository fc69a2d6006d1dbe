//! Logos of applications: drawings of one path on a light ground, which suit both colour schemes.

use std::sync::LazyLock;

use super::Asset;

const DATA: &str = include_str!("../../../../../static/logos.tsv");

/// The IDs of the applications with a logo, and its file.
static LOGOS: LazyLock<Vec<(&str, Asset)>> = LazyLock::new(|| {
    let rows = DATA.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(row).collect()
});

fn row(line: &'static str) -> Option<(&'static str, Asset)> {
    let mut columns = line.split('\t');
    let (ids, color, path) = (columns.next()?, columns.next()?, columns.next()?);
    let drawing = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-3 -3 30 30\"><path fill=\"#fff\" \
         d=\"M-3-3h30v30h-30z\"/><path fill=\"#{color}\" d=\"{path}\"/></svg>"
    );
    let stem = format!("logos/{}", ids.split(' ').next()?);
    let body = drawing.leak().as_bytes();
    Some((ids, Asset::new(&stem, "svg", "image/svg+xml", body)))
}

/// Returns the URL of the logo of an application; `None` without one.
pub fn url(application: &str) -> Option<&'static str> {
    let mut logos = LOGOS.iter();
    let found = logos.find(|(ids, _)| ids.split(' ').any(|id| id == application));
    found.map(|(_, asset)| asset.url.as_str())
}

/// Returns the content type and the content of the logo with this URL.
pub fn find(url: &str) -> Option<(&'static str, &'static [u8])> {
    let found = LOGOS.iter().find(|(_, asset)| asset.url == url);
    found.map(|(_, asset)| (asset.content_type, asset.body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_logo_is_small_drawing() {
        assert_eq!(LOGOS.len(), DATA.lines().count() - 1);
        for (ids, asset) in LOGOS.iter() {
            let text = std::str::from_utf8(asset.body).unwrap();
            assert!(text.len() < 6_000, "{ids}: {}", text.len());
            let path = text.rsplit_once(" d=\"").unwrap().1;
            let is_path = |c: char| c.is_ascii_digit() || "MmLlHhVvCcSsQqTtAaZz-., e".contains(c);
            assert!(
                path.trim_end_matches("\"/></svg>").chars().all(is_path),
                "{ids}"
            );
            for id in ids.split(' ') {
                assert_eq!(url(id), Some(asset.url.as_str()), "{id}");
            }
            assert_eq!(find(&asset.url), Some(("image/svg+xml", asset.body)));
        }
        assert_eq!(url("outlined"), None);
        assert_eq!(find("/static/logos/grafana.svg"), None);
    }
}
