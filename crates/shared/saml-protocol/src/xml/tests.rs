use rstest::rstest;

use super::*;

impl Element<'_> {
    /// Returns the names of the children.
    pub(crate) fn names(self) -> Vec<String> {
        let children = self.0.children();
        children
            .map(|child| child.tag_name().name().to_owned())
            .collect()
    }
}

fn problem(text: &str) -> String {
    match parse(text.as_bytes(), MAX_MESSAGE) {
        Err(MessageError::Malformed(problem)) => {
            problem.strip_prefix("the document ").unwrap().to_owned()
        }
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn reads_names_attributes_and_values() {
    let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a:r xmlns:a=\"urn:a\" xmlns=\"urn:b\" Id='x&#38;y&quot;' a:z='1'>\
                <!-- a = comment between elements --><v> one &lt;two&#x3e; </v><v/></a:r>";
    let document = parse(text.as_bytes(), MAX_MESSAGE).unwrap();
    let root = Element::root(&document);
    assert!(root.is("urn:a", "r"));
    assert_eq!(root.named("urn:a"), "r");
    assert_eq!(root.named("urn:x"), "{urn:a}r");
    assert_eq!(root.attribute("Id"), Some("x&y\""));
    assert_eq!(root.attribute("z"), None);
    let values: Vec<&str> = root.all("urn:b", "v").map(Element::value).collect();
    assert_eq!(values, ["one <two>", ""]);
    assert!(root.only("urn:b", "v").is_err());
    assert!(root.only("urn:b", "w").unwrap().is_none());
}

#[rstest]
#[case::document_type("<!DOCTYPE r [<!ENTITY a 'b'>]><r/>", "has a document type")]
#[case::document_type_alone("<!DOCTYPE r><r/>", "has a document type")]
#[case::document_type_after_comment("<!-- --><!DOCTYPE r><r/>", "has a document type")]
#[case::entity("<r>&a;</r>", "has an entity: unknown entity reference 'a'")]
#[case::entity_of_html("<r>&nbsp;</r>", "has an entity: unknown entity reference 'nbsp'")]
#[case::entity_in_attribute("<r a='&b;'/>", "has an entity: unknown entity reference 'b'")]
#[case::instruction("<r><?php x?></r>", "has a processing instruction")]
#[case::instruction_before("<?style href='x'?><r/>", "has a processing instruction")]
#[case::instruction_after("<r/><?style href='x'?>", "has a processing instruction")]
#[case::second_declaration(
    "<?xml version='1.0'?><?xml version='1.0'?><r/>",
    "has a processing instruction"
)]
#[case::cdata("<r><![CDATA[x]]></r>", "has a CDATA section")]
#[case::comment(
    "<r>admin@example.com<!-- -->.evil.example</r>",
    "has a comment inside the value of r"
)]
#[case::comment_first("<r><!-- -->x</r>", "has a comment inside the value of r")]
#[case::comment_last("<r>x<!-- --></r>", "has a comment inside the value of r")]
#[case::mixed("<r>x<a/></r>", "has an element inside the value of r")]
#[case::mixed_after("<r><a/>x</r>", "has an element inside the value of r")]
#[case::encoding(
    "<?xml version='1.0' encoding='UTF-16'?><r/>",
    "is not XML 1.0 in UTF-8"
)]
#[case::encoding_after_mark(
    "\u{feff}<?xml version='1.0' encoding='UTF-16'?><r/>",
    "is not XML 1.0 in UTF-8"
)]
#[case::other_version("<?xml version='1.1'?><r/>", "is not XML 1.0 in UTF-8")]
#[case::control("<r>\u{1}</r>", "is not well-formed")]
#[case::control_by_reference("<r>&#1;</r>", "is not well-formed")]
#[case::control_in_attribute("<r a='&#xffff;'/>", "is not well-formed")]
#[case::empty("", "is not well-formed")]
#[case::text("x", "is not well-formed")]
#[case::open("<r>", "is not well-formed")]
#[case::crossed("<r><a></r></a>", "is not well-formed")]
#[case::two_roots("<r/><r/>", "is not well-formed")]
#[case::text_after("<r/>x", "is not well-formed")]
#[case::unknown_prefix("<a:r/>", "is not well-formed")]
#[case::unknown_prefix_of_attribute("<r a:b='1'/>", "is not well-formed")]
#[case::repeated_attribute("<r a='1' a='2'/>", "is not well-formed")]
#[case::repeated_by_two_prefixes(
    "<r xmlns:a='urn:x' xmlns:b='urn:x' a:c='1' b:c='2'/>",
    "is not well-formed"
)]
#[case::ampersand("<r>a & b</r>", "is not well-formed")]
#[case::less_than_in_attribute("<r a='<'/>", "is not well-formed")]
#[case::reference_to_zero("<r>&#0;</r>", "is not well-formed")]
fn rejects(#[case] text: &str, #[case] expected: &str) {
    let problem = problem(text);
    assert!(problem.starts_with(expected), "{problem}");
}

#[test]
fn limits_hold() {
    let long = format!("<r>{}</r>", "x".repeat(MAX_MESSAGE));
    assert_eq!(problem(&long), "has more than 65536 bytes");
    let deep = format!("{}{}", "<r>".repeat(33), "</r>".repeat(33));
    assert_eq!(problem(&deep), "has more than 32 levels");
    let deep = format!("{}{}", "<r>".repeat(32), "</r>".repeat(32));
    assert!(parse(deep.as_bytes(), MAX_MESSAGE).is_ok());
    let wide = format!("<r>{}</r>", "<a/>".repeat(6_000));
    assert_eq!(problem(&wide), "has more than 6000 parts");
    let attributes: Vec<String> = (0..65).map(|at| format!("a{at}=''")).collect();
    let attributes = attributes.join(" ");
    assert_eq!(
        problem(&format!("<r {attributes}/>")),
        "has too many attributes"
    );
    let declared = |count: usize| {
        let elements = (0..count).map(|at| format!("<a xmlns:a='u{at}'/>"));
        format!("<r>{}</r>", elements.collect::<String>())
    };
    assert_eq!(problem(&declared(257)), "has too many attributes");
    assert!(parse(declared(256).as_bytes(), MAX_MESSAGE).is_ok());
    let error = parse(b"<r>\xff</r>", MAX_MESSAGE).unwrap_err();
    assert_eq!(error.to_string(), "the document is not UTF-8");
}
