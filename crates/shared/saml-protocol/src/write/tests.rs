use askama::Template;

const HOSTILE: &str = "<&>\"'\t\n\r\u{0}]]>\u{8}\u{fffe}\u{10ffff}é{{ value }}";

#[derive(Template)]
#[template(
    source = "<x a=\"{{ value }}\">{{ value|e(\"text\") }}</x>",
    ext = "xml"
)]
struct Element {
    value: &'static str,
}

#[test]
fn characters_are_escaped_as_place_demands() {
    let written = Element { value: HOSTILE }.render().unwrap();
    let (attribute, text) = written.split_once("\">").unwrap();
    assert_eq!(
        attribute,
        "<x a=\"&lt;&amp;>&quot;'&#x9;&#xA;&#xD;\u{fffd}]]>\u{fffd}\u{fffd}\u{10ffff}é{{ value }}"
    );
    assert_eq!(
        text,
        "&lt;&amp;&gt;\"'\t\n&#xD;\u{fffd}]]&gt;\u{fffd}\u{fffd}\u{10ffff}é{{ value }}</x>"
    );
}
