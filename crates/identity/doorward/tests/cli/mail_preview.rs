//! Tests of `doorward mail preview`.

use super::program::Place;

#[test]
fn mails_can_be_read() {
    let place = Place::new();
    let names = place.run(&["mail", "preview"]).succeeded().stdout;
    assert!(names.lines().any(|name| name == "new-device"), "{names}");
    let args = ["mail", "preview", "new-device", "--locale", "de"];
    let german = place.run(&args).succeeded().stdout;
    assert!(
        german.starts_with("Subject: Neue Anmeldung bei Ihrem Konto\n"),
        "{german}"
    );
    let html = place
        .run(&[&args[..], &["--html"]].concat())
        .succeeded()
        .stdout;
    assert!(html.starts_with("<!doctype html>"), "{html}");
    place
        .run(&["mail", "preview", "nothing"])
        .failed(1, "there is no mail");
    // The names of the configuration and of the option.
    let site = place.run(&["mail", "preview", "test", "--site", "Acme"]);
    assert!(site.succeeded().stdout.contains("Acme"));
}
