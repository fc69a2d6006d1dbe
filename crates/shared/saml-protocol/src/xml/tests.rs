use rstest::rstest;

use super::*;

fn root(text: &str) -> Result<Element, XmlError> {
    parse(text.as_bytes(), MAX_MESSAGE)
}

#[test]
fn reads_names_attributes_and_values() {
    let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a:r xmlns:a=\"urn:a\" xmlns=\"urn:b\" Id='x&#38;y&quot;' a:z='1'>\
                <!-- a comment between elements --><v> one &lt;two&#x3e; </v><v/></a:r>";
    let root = root(text).unwrap();
    assert!(root.is("urn:a", "r"));
    assert_eq!(root.attribute("Id"), Some("x&y\""));
    assert_eq!(root.attribute("z"), None);
    let values: Vec<&str> = root.all("urn:b", "v").map(Element::value).collect();
    assert_eq!(values, ["one <two>", ""]);
    assert!(root.only("urn:b", "v").is_err());
    assert_eq!(root.only("urn:b", "w"), Ok(None));
}

#[rstest]
#[case::document_type("<!DOCTYPE r [<!ENTITY a 'b'>]><r/>", XmlError::DocumentType)]
#[case::document_type_alone("<!DOCTYPE r><r/>", XmlError::DocumentType)]
#[case::entity("<r>&a;</r>", XmlError::Entity("a".to_owned()))]
#[case::entity_of_html("<r>&nbsp;</r>", XmlError::Entity("nbsp".to_owned()))]
#[case::entity_in_attribute("<r a='&b;'/>", XmlError::Entity("b".to_owned()))]
#[case::instruction("<r><?php x?></r>", XmlError::Instruction)]
#[case::instruction_before("<?xml-stylesheet href='x'?><r/>", XmlError::Instruction)]
#[case::second_declaration(
    "<?xml version='1.0'?><?xml version='1.0'?><r/>",
    XmlError::Instruction
)]
#[case::cdata("<r><![CDATA[x]]></r>", XmlError::CData)]
#[case::comment("<r>admin@example.com<!-- -->.evil.example</r>", XmlError::Comment("r".to_owned()))]
#[case::comment_first("<r><!-- -->x</r>", XmlError::Comment("r".to_owned()))]
#[case::mixed("<r>x<a/></r>", XmlError::Mixed("r".to_owned()))]
#[case::encoding("<?xml version='1.0' encoding='UTF-16'?><r/>", XmlError::Encoding)]
#[case::control("<r>\u{1}</r>", XmlError::Character)]
#[case::control_by_reference("<r>&#1;</r>", XmlError::Character)]
#[case::control_in_attribute("<r a='&#xffff;'/>", XmlError::Character)]
fn rejects(#[case] text: &str, #[case] expected: XmlError) {
    assert_eq!(root(text), Err(expected));
}

#[rstest]
#[case::empty("")]
#[case::text("x")]
#[case::open("<r>")]
#[case::crossed("<r><a></r></a>")]
#[case::two_roots("<r/><r/>")]
#[case::text_after("<r/>x")]
#[case::unknown_prefix("<a:r/>")]
#[case::unknown_prefix_of_attribute("<r a:b='1'/>")]
#[case::repeated_attribute("<r a='1' a='2'/>")]
#[case::repeated_by_two_prefixes("<r xmlns:a='urn:x' xmlns:b='urn:x' a:c='1' b:c='2'/>")]
#[case::ampersand("<r>a & b</r>")]
#[case::less_than_in_attribute("<r a='<'/>")]
#[case::reference_to_zero("<r>&#0;</r>")]
#[case::other_version("<?xml version='1.1'?><r/>")]
fn rejects_malformed(#[case] text: &str) {
    let error = root(text).unwrap_err();
    assert!(matches!(error, XmlError::Malformed(_)), "{error:?}");
}

#[test]
fn limits_hold() {
    let long = format!("<r>{}</r>", "x".repeat(MAX_MESSAGE));
    assert_eq!(root(&long), Err(XmlError::TooLarge(MAX_MESSAGE)));
    let deep = format!("{}{}", "<r>".repeat(33), "</r>".repeat(33));
    assert_eq!(root(&deep), Err(XmlError::Depth));
    let wide = format!("<r>{}</r>", "<a/>".repeat(MAX_ELEMENTS));
    assert_eq!(root(&wide), Err(XmlError::Elements));
    let declarations: Vec<String> = (0..40).map(|at| format!("xmlns:a{at}='u'")).collect();
    assert!(root(&format!("<r {}/>", declarations.join(" "))).is_err());
    assert_eq!(parse(b"<r>\xff</r>", MAX_MESSAGE), Err(XmlError::Encoding));
}
