use rstest::rstest;

use super::*;

/// The test database; `places.mmdb.txt` in the same directory lists its content.
const DATABASE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../doorward/tests/accounts/places.mmdb"
);

#[rstest]
#[case("203.0.113.7", Lang::En, Some("near Berlin, Germany"))]
#[case("::ffff:203.0.113.7", Lang::En, Some("near Berlin, Germany"))]
#[case("203.0.113.255", Lang::De, Some("nahe Berlin, Deutschland"))]
#[case("198.51.100.1", Lang::En, Some("near Munich, Germany"))]
#[case("198.51.100.1", Lang::De, Some("nahe München, Deutschland"))]
#[case("2001:db8::1", Lang::De, Some("nahe Geneva, Switzerland"))]
#[case("192.0.2.1", Lang::En, Some("Switzerland"))]
#[case("192.0.2.1", Lang::De, Some("Schweiz"))]
#[case("203.0.114.1", Lang::En, None)]
#[case("2001:db9::1", Lang::En, None)]
// In the database, but never looked up.
#[case("10.1.2.3", Lang::En, None)]
#[case("127.0.0.1", Lang::En, None)]
#[case("::ffff:127.0.0.1", Lang::En, None)]
#[case("169.254.1.1", Lang::En, None)]
#[case("fd00::1", Lang::En, None)]
#[case("", Lang::En, None)]
#[case("no address", Lang::En, None)]
fn address_has_location(#[case] ip: &str, #[case] lang: Lang, #[case] location: Option<&str>) {
    let places = GeoIp::open(Some(Path::new(DATABASE))).unwrap();
    assert_eq!(places.describe(ip, lang).as_deref(), location);
    assert_eq!(GeoIp::open(None).unwrap().describe(ip, lang), None);
}

#[test]
fn invalid_whole_database_is_rejected_with_key() {
    let whole = std::fs::read(DATABASE).unwrap();
    let file = std::env::temp_dir().join(format!("doorward-places-{}", uuid::Uuid::new_v4()));
    let half = whole[..whole.len() / 2].to_vec();
    let headless = whole[whole.len() / 2..].to_vec();
    let garbage = b"<html>404 Not Found</html>".repeat(99);
    for bytes in [Vec::new(), half, headless, garbage] {
        std::fs::write(&file, bytes).unwrap();
        let error = GeoIp::open(Some(&file)).unwrap_err().to_string();
        assert!(error.starts_with("geoip.database: "), "{error}");
    }
    std::fs::remove_file(&file).unwrap();
    let missing = PathBuf::from("/nonexistent/places.mmdb");
    let error = GeoIp::open(Some(&missing)).unwrap_err().to_string();
    assert!(error.contains("/nonexistent/places.mmdb"), "{error}");
}
