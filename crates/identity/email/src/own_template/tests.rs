use super::*;

const HTML: &str = "<p>{{ greeting }}</p>\n<p><a href=\"{{ url }}\">{{ button }}</a></p>\n";

fn parse(file: &str, text: &str) -> Result<MailTemplates, Vec<TemplateError>> {
    MailTemplates::parse(vec![(file.to_owned(), text.to_owned())])
}

#[test]
fn unusable_template_is_named() {
    for (file, text, error) in [
        (
            "reset.html",
            "<p>{{ body }}</p>\n<p>{{ nmae }}</p>{{ url }}",
            "reset.html:2: the variable \"nmae\" is unknown",
        ),
        (
            "reset.html",
            "<p>\n{{ body }}\n",
            "reset.html:2: {{ url }} is missing",
        ),
        (
            "reset.txt",
            "{{ url }}\n{{ body",
            "reset.txt:2: a variable has no end",
        ),
        ("all.txt", "{{ body }}", "all.txt:1: {{ url }} is missing"),
        (
            "sign-in-code.txt",
            "{{ url }}",
            "sign-in-code.txt:1: {{ code }} is missing",
        ),
        (
            "reset.txt",
            "{{ url }} {{ code }}",
            "reset.txt:1: the variable \"code\" is unknown",
        ),
        (
            "all.txt",
            "{{ url }} {{ logo }}",
            "all.txt:1: {{ logo }} is possible in HTML only",
        ),
        (
            "rest.html",
            HTML,
            "rest.html:1: there is no message \"rest\"",
        ),
        (
            "reset.xx.html",
            HTML,
            "reset.xx.html:1: the language \"xx\" is unknown",
        ),
        ("reset.md", HTML, "reset.md:1: the name must end with"),
        ("reset", HTML, "reset:1: the name must be"),
    ] {
        let errors = parse(file, text).unwrap_err();
        let [found] = &errors[..] else {
            panic!("{errors:?}");
        };
        assert!(found.to_string().starts_with(error), "{found}");
    }
}

#[test]
fn usable_template_is_read() {
    for (file, text) in [
        ("reset.html", HTML),
        ("test.html", "<p>{{ body }}</p>"),
        ("invited.de.txt", "Subject: {{ organization }}\n{{ url }}"),
        ("new-device.txt", "{{ url }}"),
    ] {
        parse(file, text).unwrap();
    }
}

#[test]
fn closest_template_is_used() {
    let file = |name: &str| (name.to_owned(), format!("{name} {{{{ url }}}}"));
    let names = ["all.txt", "all.de.txt", "reset.txt", "reset.de.txt"];
    let templates = MailTemplates::parse(names.map(file).to_vec()).unwrap();
    let values = Values::from([("url", "https://id.example/r".to_owned())]);
    for (message, lang, expected) in [
        ("reset", Lang::De, "reset.de.txt"),
        ("reset", Lang::En, "reset.txt"),
        ("verify", Lang::De, "all.de.txt"),
        ("verify", Lang::En, "all.txt"),
    ] {
        let text = templates.render(message, lang, Part::Text, &values);
        assert_eq!(text, Some(format!("{expected} https://id.example/r\n")));
        assert_eq!(templates.render(message, lang, Part::Html, &values), None);
    }
}

#[test]
fn values_are_escaped_and_lines_without_left_out() {
    let templates = parse("all.html", HTML).unwrap();
    let mut values = Values::from([("greeting", "Hello <b>\"A\" & 'B'</b>".to_owned())]);
    let render = |values: &Values| templates.render("test", Lang::En, Part::Html, values);
    let greeting = "<p>Hello &#60;b&#62;&#34;A&#34; &#38; &#39;B&#39;&#60;/b&#62;</p>\n";
    assert_eq!(render(&values).as_deref(), Some(greeting));
    values.insert("url", "https://id.example/?a&b".to_owned());
    values.insert("button", "Go".to_owned());
    let link = "<p><a href=\"https://id.example/?a&#38;b\">Go</a></p>\n";
    assert_eq!(render(&values), Some(format!("{greeting}{link}")));
}

#[test]
fn text_part_sets_subject() {
    let templates = parse("reset.txt", "Subject: {{ site }}: password\n{{ url }}\n").unwrap();
    let values = Values::from([
        ("site", "Example".to_owned()),
        ("url", "https://id.example/r".to_owned()),
    ]);
    let subject = templates.subject("reset", Lang::En, &values);
    assert_eq!(subject.as_deref(), Some("Example: password"));
    let text = templates.render("reset", Lang::En, Part::Text, &values);
    assert_eq!(text.as_deref(), Some("https://id.example/r\n"));
    assert_eq!(templates.subject("verify", Lang::En, &values), None);
}
