use super::*;

fn list(uris: &[&str]) -> Vec<String> {
    uris.iter().map(|&uri| uri.to_owned()).collect()
}

#[test]
fn changed_destination_is_detected_and_changed_path_is_not() {
    let before = [
        "https://app.example/cb",
        "http://127.0.0.1/cb",
        "com.example.app:/cb",
    ];
    for (after, elsewhere) in [
        (vec![], None),
        (vec!["https://app.example/cb"], None),
        (vec!["https://app.example/new/cb?x=1"], None),
        (vec!["http://127.0.0.1:8080/other"], None),
        (vec!["com.example.app:/new"], None),
        (
            vec!["https://app.example/cb", "https://evil.example/cb"],
            Some("https://evil.example/cb"),
        ),
        (
            vec!["https://app.example:8443/cb"],
            Some("https://app.example:8443/cb"),
        ),
        (
            vec!["https://www.app.example/cb"],
            Some("https://www.app.example/cb"),
        ),
        (vec!["http://[::1]/cb"], Some("http://[::1]/cb")),
        (vec!["com.example.other:/cb"], Some("com.example.other:/cb")),
    ] {
        let after = list(&after);
        assert_eq!(
            first_new_destination(&list(&before), &after),
            elsewhere,
            "{after:?}"
        );
    }
    let first = list(&["https://app.example/cb"]);
    assert_eq!(
        first_new_destination(&[], &first),
        Some("https://app.example/cb")
    );
}
