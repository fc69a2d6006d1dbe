use super::*;
use crate::impact::Loss;

#[test]
fn text_is_read_as_written() {
    let loss = Loss {
        organization: None,
        permissions: vec!["users:read".to_owned()],
        users: 2,
    };
    let impact = Impact {
        users: 2,
        losses: vec![loss],
        weaker: vec![("clients wiki".to_owned(), "pkce".to_owned())],
        simulated: 1,
        ..Impact::default()
    };
    let text = impact.to_text() + "Title of later\n    line\n";
    let [lost, weaker, examined, other] = &TextPart::read_all(&text)[..] else {
        panic!("{text}");
    };
    let known = |key, count, line| TextPart::Known {
        key,
        count,
        lines: vec![line],
    };
    assert_eq!(*lost, known("as-code-lost", "2", "users:read (users: 2)"));
    assert_eq!(*weaker, known("as-code-weaker", "", "clients wiki: pkce"));
    let sentence = impact.examined();
    assert_eq!(*examined, TextPart::Examined(&sentence));
    let (title, lines) = ("Title of later", vec!["line"]);
    assert_eq!(*other, TextPart::Other { title, lines });
}
